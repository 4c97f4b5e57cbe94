"""`oba agreement register` and `list`: the way onto the shelf, and what lies there."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.answer import Answer
from adapters.bootstrap import Services
from adapters.cli.files import read_named_document, read_plain
from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, refuse, refused, tell, tell_json, tell_rows
from adapters.documents.reading import Reading
from oba.document.commands import AmendDocument, AnyDocumentCommand, RegisterDocument
from oba.identity import derived_id
from oba.problems import Problem, Refusal
from oba.terms.document import Document, terms_hash

OPERATOR = "operator"
"""Who registers where nobody is named: whoever may run commands beside the stores."""
Actor = Annotated[str | None, typer.Option("--as", metavar="PERSON", help="The person of the directory who does this.")]
SignedBy = Annotated[
    list[str] | None, typer.Option("--signed-by", metavar="PARTY", help="A party that signed; once for each of them.")
]


def register(
    name: Annotated[str, typer.Argument(metavar="FILE-OR-ID", help="A file, or the id of a document that ships.")],
    signed_by: SignedBy = None,
    person: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Put the first version of a document on the shelf, so that infusions can be enrolled; again, nothing changes."""
    document = read_named_document(name)
    if isinstance(document, tuple):
        refused(document, as_json=as_json)
    command = RegisterDocument(
        command_id=derived_id("register-document", document.id, terms_hash(document)),
        actor=person or OPERATOR,
        document=document,
        signed_by=tuple(signed_by or ()),
    )
    answer = shelve(command, person, name, as_json=as_json)
    tell_shelved(document, "registered", answer, as_json=as_json)


def shelve(command: AnyDocumentCommand, person: str | None, name: str | None, *, as_json: bool) -> Answer:
    """Carry a command on a document out; a refusal ends the command, each problem at its place in the file."""
    with opened() as services:
        _check_person(services, person, as_json=as_json)
        answer = services.tracker.shelving.execute(command)
    if isinstance(answer, Refusal):
        refused((_placed(problem, command, name) for problem in answer.problems), as_json=as_json)
    return answer


def _check_person(services: Services, person: str | None, *, as_json: bool) -> None:
    people = {one.person_id for one in services.tracker.records.directory.people()}
    if person is not None and person not in people:
        remedy = "enter the person first: oba directory import FILE"
        refuse("unknown-person", "the directory does not hold this person", remedy, as_json=as_json)


def _placed(problem: Problem, command: AnyDocumentCommand, name: str | None) -> Problem:
    """The place in the file; an option of the command has none, nor has a document that ships with the product."""
    pointer = problem.pointer or ""
    if isinstance(command, AmendDocument) and not pointer.startswith("/document/"):
        return problem
    reading = read_plain(Path(name)) if name is not None and Path(name).is_file() else None
    within = problem.model_copy(update={"pointer": pointer.removeprefix("/document")})
    return reading.placed(within) if isinstance(reading, Reading) else problem


def tell_shelved(document: Document, what: str, answer: Answer, *, as_json: bool) -> None:
    """Say that a version lies on the shelf, now or since before, under its whole content hash."""
    version = terms_hash(document)
    if as_json:
        tell_json({"id": document.id, "kind": document.kind, "terms_hash": version, what: not answer.replayed})
        return
    opening = "on the shelf already:" if answer.replayed else what
    tell(f"{opening} {document.kind.replace('_', ' ')} {document.id}\nterms_hash {version}")


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
