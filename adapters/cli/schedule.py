"""`oba schedule`: when what is due, worked out from a document and a day; no store is read or written."""

from datetime import date
from typing import Annotated, Any

import typer

from adapters.cli.files import read_named_document
from adapters.cli.terminal import AsJson, day, refuse, refused, tell, tell_json, tell_rows
from oba.anchors import Anchors
from oba.schedule import Obligation
from oba.schedule import plan as planned
from oba.terms.agreement import Agreement
from oba.terms.anchor import AtEnrolment, AtEvent, AtMilestone
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.milestone import Milestone

schedule = typer.Typer(name="schedule", help="Due dates, windows and deadlines.")


@schedule.callback()
def _schedule() -> None:
    """Due dates, windows and deadlines."""


@schedule.command("plan", epilog="Example: oba schedule plan --agreement FILE --infused-on 2028-02-29")
def plan(
    name: Annotated[
        str,
        typer.Option("--agreement", metavar="FILE-OR-ID", help="An agreement or follow-up plan: a file, or its id."),
    ],
    infused_on: Annotated[date, typer.Option("--infused-on", parser=day, metavar="YYYY-MM-DD", help="Day 0.")],
    enrolled_on: Annotated[
        date | None,
        typer.Option("--enrolled-on", parser=day, metavar="YYYY-MM-DD", help="For dates that count from enrolment."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every date of a document for an infusion on a day; dates that wait for an event are named with what they wait
    for.
    """
    document = read_named_document(name)
    if isinstance(document, tuple):
        refused(document, as_json=as_json)
    dated = _dated(document, infused_on, enrolled_on, as_json=as_json)
    waiting = _waiting(document, dated)
    if as_json:
        obligations = [one.model_dump(mode="json", exclude={"kind", "items"}) for one in dated]
        tell_json({"document_id": document.id, "day_0": infused_on, "dates": obligations, "waiting": waiting})
        return
    tell(f"{document.title} ({document.label}), infused on {infused_on}")
    tell_rows(("name", "opens", "due", "closes", "grace ends", "cure ends", "report by", "clause"), map(_row, dated))
    for line in _moved(dated):
        tell(line)
    for one in waiting:
        tell(f"{one['name']}: no dates yet, it waits for {one['waits_for']}")


def _dated(document: Document, infused_on: date, enrolled_on: date | None, *, as_json: bool) -> tuple[Obligation, ...]:
    if not isinstance(document, Agreement | FollowUpPlan):
        remedy = "name an agreement or a follow-up plan"
        refuse("nothing-to-plan", "a payer rule has windows for requests and no due dates", remedy, as_json=as_json)
    return planned(document, infused_on, Anchors(enrolled_on=enrolled_on))


def _row(one: Obligation) -> tuple[str, ...]:
    days = (one.opens_on, one.due_on, one.closes_on, one.grace_ends_on, one.cure_ends_on, one.report_by_on)
    return (one.name, *(each.isoformat() for each in days), one.clause)


def _moved(dated: tuple[Obligation, ...]) -> list[str]:
    """What moved to a business day, with the date before the move (settled B4)."""
    said = []
    for one in dated:
        for what, before, after in (
            ("cure ends", one.cure_would_end_on, one.cure_ends_on),
            ("report by", one.report_would_be_by_on, one.report_by_on),
        ):
            if before is not None:
                said.append(f"{one.name}: {what} moved from {before} to the business day {after}")
    return said


def _waiting(document: Document, dated: tuple[Obligation, ...]) -> list[dict[str, Any]]:
    named = {one.name for one in dated}
    milestones = document.every_milestone if isinstance(document, Agreement) else ()
    return [
        {"name": one.id, "waits_for": _what(one), "clause": one.clause} for one in milestones if one.id not in named
    ]


def _what(milestone: Milestone) -> str:
    match milestone.anchor:
        case AtEnrolment():
            return "the enrolment; give its day with --enrolled-on"
        case AtEvent(event=event):
            return f"the event {event.replace('_', ' ')}"
        case AtMilestone(milestone=other):
            return f"milestone {other}"
        case _:  # pragma: no cover - what counts from Day 0 has its dates
            return "Day 0"
