"""`oba agreement amend`, `end` and `coverage`: what becomes of a document after its first version."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError

from adapters.cli.agreement_registering import OPERATOR, Actor, SignedBy, shelve, tell_shelved
from adapters.cli.files import read_named_document, read_plain
from adapters.cli.opened import opened
from adapters.cli.terminal import AsJson, day, refused, tell, tell_json, tell_rows
from adapters.documents.reading import Reading
from oba.dates import LAST_DAY, Span
from oba.document.commands import AmendDocument, EndDocument
from oba.document.coverage import Coverage, Term, coverage, term_of
from oba.identity import derived_id
from oba.problems import Problem, problems_of
from oba.terms.amendment import Binds, Migration
from oba.terms.document import Document, terms_hash


def amend(  # noqa: PLR0913 - each option of the command is an argument
    name: Annotated[str, typer.Argument(metavar="FILE-OR-ID", help="The later version, as a whole document.")],
    replaces: Annotated[str, typer.Option("--replaces", metavar="HASH", help="The terms hash that it replaces.")],
    signed_on: Annotated[
        date, typer.Option("--signed-on", parser=day, metavar="YYYY-MM-DD", help="When the amendment was signed.")
    ],
    binds: Annotated[str, typer.Option("--binds", metavar="WHOM", help=" or ".join(get_args(Binds)))],
    migration: Annotated[
        str | None,
        typer.Option("--migration", metavar="RULE", help=f"With all_infusions: {', '.join(get_args(Migration))}"),
    ] = None,
    signed_by: SignedBy = None,
    may_reduce_issued: Annotated[
        bool, typer.Option("--may-reduce-issued", help="What was issued before may become less.")
    ] = False,
    person: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Add a later version of a document that is on the shelf, and say what it does to infusions under way."""
    document = read_named_document(name)
    if isinstance(document, tuple):
        refused(document, as_json=as_json)
    told = {
        "command_id": derived_id("amend-document", document.id, terms_hash(document)),
        "actor": person or OPERATOR,
        "document": document,
        "replaces": replaces,
        "signed_on": signed_on,
        "binds": binds,
        "migration": migration,
        "signed_by": tuple(signed_by or ()),
        "may_reduce_issued": may_reduce_issued,
    }
    answer = shelve(_command(told, as_json=as_json), person, name, as_json=as_json)
    tell_shelved(document, "amended", answer, as_json=as_json)


def _command(told: dict[str, Any], *, as_json: bool) -> AmendDocument:
    try:
        return AmendDocument.model_validate(told)
    except ValidationError as error:
        refused(problems_of(error), as_json=as_json)


def end(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a registered document.")],
    ends_on: Annotated[
        date,
        typer.Option("--on", parser=day, metavar="YYYY-MM-DD", help="The last day on which anything falls under it."),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help="Why, as a code.")] = "terminated",
    person: Actor = None,
    as_json: AsJson = False,
) -> None:
    """End a document: nothing new falls under it after the day; obligations survive."""
    told = {"document_id": document_id, "ends_on": ends_on, "reason": reason}
    try:
        command = EndDocument.model_validate(
            {"command_id": derived_id("end-document", document_id), "actor": person or OPERATOR, **told}
        )
    except ValidationError as error:
        refused(problems_of(error), as_json=as_json)
    shelve(command, person, None, as_json=as_json)
    if as_json:
        tell_json({"id": document_id, "ends_on": ends_on.isoformat()})
    else:
        tell(f"{document_id} ends on {ends_on}; obligations survive")


def show_coverage(
    names: Annotated[list[str] | None, typer.Argument(metavar="[FILE]...", help="Default: what is registered.")] = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="YYYY-MM-DD", help="The first day asked about.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="YYYY-MM-DD", help="The last day asked about.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which version of each document is in force on every day; a gap or an overlap is refused."""
    terms = _of_files(names, as_json=as_json) if names else _of_shelf()
    found = [_over(document_id, own, first, last) for document_id, own in sorted(terms.items())]
    problems = [problem for one in found for problem in placed_faults(one)]
    if problems:
        refused(problems, as_json=as_json)
    if as_json:
        tell_json([one.model_dump(mode="json", exclude={"faults"}) for one in found])
        return
    rows = [
        (one.document_id, span.first.isoformat(), span.last.isoformat() if span.last else "", span.version)
        for one in found
        for span in one.spans
    ]
    tell_rows(("document", "first day", "last day", "version"), rows)


def _over(document_id: str, terms: list[Term], first: date | None, last: date | None) -> Coverage:
    if first is None and last is None:
        return coverage(document_id, terms)
    begins_on = min(term.first for term in terms)
    return coverage(document_id, terms, Span(first=first or begins_on, last=last or LAST_DAY))


def coverages(documents: Iterable[tuple[str, Document]]) -> list[Coverage]:
    """The coverage of each document of which several files were named."""
    terms = _terms(documents)
    return [coverage(document_id, own) for document_id, own in sorted(terms.items()) if len(own) > 1]


def placed_faults(found: Coverage) -> list[Problem]:
    """The gaps and overlaps of a document, each at the line of the version that begins there."""
    return [
        _at_version(
            fault.problem.model_copy(update={"message": f"{found.document_id}: {fault.problem.message}"}),
            fault.versions[-1] if fault.versions else None,
        )
        for fault in found.faults
    ]


def _at_version(problem: Problem, version: str | None) -> Problem:
    path = Path(version) if version is not None else None
    reading = read_plain(path) if path is not None and path.is_file() else None
    return reading.placed(problem) if isinstance(reading, Reading) else problem.model_copy(update={"file": version})


def _of_files(names: list[str], *, as_json: bool) -> dict[str, list[Term]]:
    read = [(name, read_named_document(name)) for name in names]
    problems = [problem for _, document in read if isinstance(document, tuple) for problem in document]
    if problems:
        refused(problems, as_json=as_json)
    return _terms((name, document) for name, document in read if not isinstance(document, tuple))


def _of_shelf() -> dict[str, list[Term]]:
    """The registered versions; each after the first is an amendment of the one before."""
    with opened() as services:
        shelf = services.tracker.shelf()
    found: dict[str, list[Term]] = {}
    every: dict[str, Document] = {**shelf.agreements, **shelf.payer_rules, **shelf.follow_up_plans}
    for version, document in every.items():
        own = found.setdefault(document.id, [])
        own.append(term_of(document, version, amends=bool(own)))
    return found


def _terms(documents: Iterable[tuple[str, Document]]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = {}
    for name, document in documents:
        found.setdefault(document.id, []).append(term_of(document, name))
    return found
