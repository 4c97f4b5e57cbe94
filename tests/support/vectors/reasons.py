"""The reasons of an answer to the last letter: traces, determinations, lines; a digest of each is kept by edition.

`python -m tests.support.vectors.reasons` writes the digests anew, after a change of what the engine says.
"""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from oba.determination.determination import ENGINE_EDITION
from oba.identity import content_hash
from tests.support.vectors.answers import answer
from tests.support.vectors.reading import ROOT, Told, read_vectors, vector_files

FILE = ROOT / f"reasons-{ENGINE_EDITION}.json"


def digest_of(told: Told) -> str | None:
    """The digest of everything that is said in an answer; None where it says nothing but its value."""
    in_full = answer(told).get("in_full")
    if in_full is None:
        return None
    return content_hash(_plain(in_full))[:16]


def _plain(in_full: BaseModel | Iterable[BaseModel]) -> Any:
    if isinstance(in_full, BaseModel):
        return in_full.model_dump(mode="json")
    return [one.model_dump(mode="json") for one in in_full]


def main() -> None:
    """Write the digest of every vector that says its reasons."""
    every = (told for path in vector_files() for told in read_vectors(path))
    digests = {told.vector.id: digest for told in every if (digest := digest_of(told)) is not None}
    FILE.write_text(json.dumps(digests, indent=0, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
