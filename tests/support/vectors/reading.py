"""Reads the files of vectors: what is `given` holds for every vector of the file, and every mistake has its line.

A vector's own keys come before those given; its facts are added to those given; `change` alters single places of the
document by their path, such as `measure.selection`.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from adapters.documents.facts_file import fact_id, read_facts
from adapters.documents.reading import Place, Reading
from adapters.documents.shelf import shelf_files
from adapters.documents.yaml_reader import read_yaml
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.problems import Problem, problems_of
from tests.support.vectors.questions import AnyVector
from tests.support.vectors.vector import Vector

ROOT = Path(__file__).resolve().parents[2] / "vectors"
ANY_VECTOR: TypeAdapter[Vector] = TypeAdapter(AnyVector)
_FILE_KEYS = {"about", "given", "vectors"}
_INFUSED = {
    "id": "INFUSED",
    "kind": "infused",
    "product": "HEMGENIX",
    "htc_id": "HTC-1",
    "time_zone": "America/Chicago",
    "adult_on_day_0": True,
    "weight_kg": "70",
    "volume_ml": "140",
    "vials": 14,
    "kit_lots": ["LOT-1"],
    "ndc": "00053-0140-14",
    "dose_share_percent": "100",
}


class BadVector(Exception):
    """A file of vectors cannot be read: everything that is wrong with it, each with file and line."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Told:
    """A vector, the events of its facts, and how its facts are called."""

    vector: Vector
    events: tuple[Recorded[Body], ...]
    names: Mapping[str, str]
    """The names of the facts by their id."""


def vector_files() -> tuple[Path, ...]:
    """Every file of vectors, by room and name."""
    return tuple(sorted(path for path in ROOT.glob("*/*.yaml") if path.parent.name != "documents"))


def read_file(path: Path) -> Reading:
    """The plain data of a file; BadVector when it cannot be read or holds keys that no file has."""
    reading = read_yaml(path.read_bytes(), file=path.relative_to(ROOT).as_posix())
    if not isinstance(reading, Reading):
        raise BadVector(*reading)
    content = reading.content
    if not isinstance(content, dict) or not isinstance(content.get("vectors"), list) or "about" not in content:
        raise BadVector(_problem(reading, "", "not-vectors", "a file has `about`, `given` where needed, and `vectors`"))
    unknown = [_problem(reading, f"/{key}", "unknown-field", "no such key") for key in content if key not in _FILE_KEYS]
    if unknown:
        raise BadVector(*unknown)
    return reading


def read_vectors(path: Path) -> Iterator[Told]:
    """Every vector of a file; BadVector with file and line for the first one that cannot be read."""
    reading = read_file(path)
    for number in range(len(reading.content["vectors"])):
        yield read_vector(reading, number)


def read_vector(reading: Reading, number: int) -> Told:
    """One vector with its events; BadVector with all problems of the vector, each with its line."""
    given = reading.content.get("given") or {}
    own = reading.content["vectors"][number]
    if not isinstance(own, dict):
        raise BadVector(_problem(reading, f"/vectors/{number}", "not-a-vector", "a vector is a map"))
    facts = [*_facts(given, "/given"), *_facts(own, f"/vectors/{number}")]
    content = _document(reading, number, {**deepcopy(given), **own})
    try:
        vector = ANY_VECTOR.validate_python({**content, "facts": [fact for fact, _ in facts]})
    except ValidationError as error:
        raise BadVector(
            *(_placed(reading, number, problem) for problem in problems_of(error, content=content))
        ) from None
    return Told(vector, _events(reading, vector, facts), _names(facts))


def _facts(content: dict[str, Any], pointer: str) -> list[tuple[Any, str]]:
    return [(fact, f"{pointer}/facts/{place}") for place, fact in enumerate(content.get("facts") or [])]


def _document(reading: Reading, number: int, content: dict[str, Any]) -> dict[str, Any]:
    """The content with its document read where only a name stands, and changed as the vector says."""
    document = content.get("document")
    if isinstance(document, str):
        found = _named_document(document)
        if found is None:
            unknown = _problem(reading, "", "unknown-document", "no such file in documents/ or on the shelf")
            raise BadVector(_placed(reading, number, unknown.model_copy(update={"pointer": "/document"})))
        content = {**content, "document": deepcopy(found)}
    for path_of_keys, value in (content.pop("change", None) or {}).items():
        try:
            change_place(content["document"], path_of_keys.split("."), value)
        except (KeyError, IndexError, TypeError, ValueError):
            pointer = f"/vectors/{number}/change/{path_of_keys}"
            raise BadVector(_problem(reading, pointer, "unknown-place", "the document has no such place")) from None
    return content


@cache
def _named_document(name: str) -> Any:
    """The document of that name in `documents/`, otherwise the one that ships on the shelf; None where neither is."""
    path = ROOT / "documents" / f"{name}.yaml"
    shipped = dict(shelf_files())
    file = next((file for file in shipped if Path(file).stem == name), None)
    if path.is_file():
        reading = read_yaml(path.read_bytes(), file=path.relative_to(ROOT).as_posix())
    elif file is not None:
        reading = read_yaml(shipped[file], file=file)
    else:
        return None
    if not isinstance(reading, Reading):
        raise BadVector(*reading)
    return reading.content


def change_place(node: Any, keys: list[str], value: Any) -> None:
    """Set one place; `null` in a map takes the key away."""
    for key in keys[:-1]:
        node = node[int(key)] if isinstance(node, list) else node[key]
    last = keys[-1]
    if isinstance(node, list):
        node[int(last)] = value
    elif value is None:
        del node[last]
    else:
        node[last] = value


def _events(reading: Reading, vector: Vector, facts: list[tuple[Any, str]]) -> tuple[Recorded[Body], ...]:
    told = list(facts)
    if vector.day_0 is not None and not any(fact.get("kind") == "infused" for fact, _ in facts):
        told.insert(0, ({**_INFUSED, "occurred_on": vector.day_0.isoformat()}, ""))
    if not told:
        return ()
    places = {"": Place(1, 1)}
    for number, (_, pointer) in enumerate(told):
        for known, place in reading.places.items():
            if known == pointer or known.startswith(f"{pointer}/"):
                places[f"/{number}{known[len(pointer) :]}"] = place
    events = read_facts(Reading(reading.file, [fact for fact, _ in told], places))
    problems = [one for one in events if isinstance(one, Problem)]
    if problems:
        raise BadVector(*problems)
    return tuple(one for one in events if isinstance(one, Recorded))


def _names(facts: list[tuple[Any, str]]) -> dict[str, str]:
    names = [str(fact["id"]) for fact, _ in facts if isinstance(fact, dict) and "id" in fact]
    return {str(fact_id(name)): name for name in names}


def _placed(reading: Reading, number: int, problem: Problem) -> Problem:
    """The problem at the vector's own line, or at the given one where the vector says nothing itself."""
    own, given = reading.content["vectors"][number], reading.content.get("given") or {}
    pointer = (problem.pointer or "").removeprefix(f"/{own.get('ask') or given.get('ask')}")
    first = pointer.split("/")[1] if "/" in pointer else ""
    root = "/given" if first in given and first not in own else f"/vectors/{number}"
    return reading.placed(problem.model_copy(update={"pointer": f"{root}{pointer}"}))


def _problem(reading: Reading, pointer: str, code: str, message: str) -> Problem:
    problem = Problem(code=code, message=message, remedy="see tests/vectors/README.md", pointer=pointer)
    return reading.placed(problem)
