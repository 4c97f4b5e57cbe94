"""`oba agreement`: documents as files, before anybody relies on them, and their way onto the shelf."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.files import read_named_document, read_plain
from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, refuse, refused, tell, tell_json, tell_rows
from adapters.documents.reading import Reading
from adapters.documents.shelf import read_document_file, shelf_files
from oba.problems import Problem, Refusal
from oba.terms.document import Document, terms_hash

agreement = typer.Typer(name="agreement", help="Agreements, payer rules and follow-up plans.")

OPERATOR = "operator"
"""Who registers where nobody is named: whoever may run commands beside the stores."""
Actor = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="The person of the directory who registers.")]


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


@agreement.command("register", epilog="Example: oba agreement register my-agreement.yaml --as coordinator-1")
def register(
    name: Annotated[str, typer.Argument(metavar="FILE-OR-ID", help="A file, or the id of a document that ships.")],
    person: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Put the first version of a document on the shelf, so that infusions can be enrolled; again, nothing changes."""
    document = read_named_document(name)
    if isinstance(document, tuple):
        refused(document, as_json=as_json)
    with opened() as services:
        people = {one.person_id for one in services.tracker.records.directory.people()}
        if person is not None and person not in people:
            remedy = "enter the person first: oba directory import FILE"
            refuse("unknown-person", "the directory does not hold this person", remedy, as_json=as_json)
        answer = services.tracker.register_document(document, actor=person or OPERATOR)
    if isinstance(answer, Refusal):
        refused((_placed(problem, name) for problem in answer.problems), as_json=as_json)
    _tell_registered(document, registered=not answer.replayed, as_json=as_json)


def _placed(problem: Problem, name: str) -> Problem:
    """The place in the file; a document that ships with the product has none."""
    reading = read_plain(Path(name)) if Path(name).is_file() else None
    return reading.placed(problem) if isinstance(reading, Reading) else problem


def _tell_registered(document: Document, *, registered: bool, as_json: bool) -> None:
    version = terms_hash(document)
    if as_json:
        tell_json({"id": document.id, "kind": document.kind, "terms_hash": version, "registered": registered})
        return
    opening = "registered" if registered else "on the shelf already:"
    tell(f"{opening} {document.kind.replace('_', ' ')} {document.id}\nterms_hash {version}")


@agreement.command("list", epilog="Example: oba agreement list")
def list_registered(as_json: AsJson = False) -> None:
    """Every registered version of every document: what an enrolment or a data request can name."""
    with opened() as services:
        shelf = services.tracker.shelf()
    every: dict[str, Document] = {**shelf.agreements, **shelf.payer_rules, **shelf.follow_up_plans}
    rows = [
        {"kind": one.kind, "id": one.id, "effective_on": str(one.effective_on), "terms_hash": version}
        for version, one in sorted(every.items(), key=lambda entry: (entry[1].kind, entry[1].id, entry[0]))
    ]
    if as_json:
        tell_json(rows)
    else:
        tell_rows(("kind", "id", "effective on", "terms hash"), [tuple(row.values()) for row in rows])


def _named(names: list[str]) -> list[tuple[str, Document | tuple[Problem, ...]]]:
    return [(name, read_named_document(name)) for name in names]


def _shelf() -> list[tuple[str, Document | tuple[Problem, ...]]]:
    return [(file, read_document_file(raw, file=file)) for file, raw in shelf_files()]
