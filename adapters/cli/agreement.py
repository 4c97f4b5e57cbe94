"""`oba agreement`: documents as files, before anybody relies on them."""

from typing import Annotated

import typer

from adapters.cli.files import read_named_document
from adapters.cli.terminal import AsJson, refused, tell, tell_json
from adapters.documents.shelf import read_document_file, shelf_files
from oba.problems import Problem
from oba.terms.document import Document, terms_hash

agreement = typer.Typer(name="agreement", help="Agreements, payer rules and follow-up plans as files.")


@agreement.command("check", epilog="Example: oba agreement check my-agreement.yaml")
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[FILE]...", help="Default: the whole shelf.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read documents strictly and say what is wrong, with file, line and column; nothing is stored."""
    answers = _named(names) if names else _shelf()
    problems = [problem for _, answer in answers if isinstance(answer, tuple) for problem in answer]
    if problems:
        refused(problems, as_json=as_json)
    good = [(name, document) for name, document in answers if not isinstance(document, tuple)]
    if as_json:
        tell_json([{"file": name, "id": one.id, "kind": one.kind, "terms_hash": terms_hash(one)} for name, one in good])
    else:
        for name, document in good:
            tell(f"{name}: good, {document.kind.replace('_', ' ')} {document.id}, version {terms_hash(document)[:12]}")


def _named(names: list[str]) -> list[tuple[str, Document | tuple[Problem, ...]]]:
    return [(name, read_named_document(name)) for name in names]


def _shelf() -> list[tuple[str, Document | tuple[Problem, ...]]]:
    return [(file, read_document_file(raw, file=file)) for file, raw in shelf_files()]
