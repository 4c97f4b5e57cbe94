"""`oba determine`: what an agreement says about a facts file, with every reason; no store is read or written."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.files import read_agreement, read_plain
from adapters.cli.terminal import AsJson, AsOf, KnownAt, console, refused, tell, tell_json, tell_rows
from adapters.cli.trace_text import lines_of, tree_of
from adapters.clock import SystemClock
from adapters.documents.facts_file import read_facts
from adapters.documents.judgement_form import plain_judgement
from adapters.documents.judging import Judgement, ReadJudgement, judge_facts, judge_readings
from adapters.documents.reading import Reading
from adapters.documents.shelf import shipped_reference
from oba.determination.determination import Determination
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.money import write_amount_for_reading
from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash


def determine(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="A YAML file, or the id of one on the shelf.")],
    facts: Annotated[Path, typer.Argument(metavar="FACTS", help="A YAML or JSON list of facts.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Judge a facts file: schedule, outcomes, refunds and the reasons as a tree. Without --as-of it is judged today."""
    terms = read_agreement(agreement)
    if isinstance(terms, tuple):
        refused(terms, as_json=as_json)
    reading = read_plain(facts)
    if not isinstance(reading, Reading):
        refused(reading, as_json=as_json)
    events = events_of(reading, terms, as_json=as_json)
    day = as_of or SystemClock().now().date()
    judgement = judge_facts(terms, events, shipped_reference(), as_of=day, known_at=known_at)
    if isinstance(judgement, tuple):
        refused((problem.model_copy(update={"file": str(facts)}) for problem in judgement), as_json=as_json)
    readings = judge_readings(terms, events, shipped_reference(), as_of=day, known_at=known_at)
    if as_json:
        tell_json(plain_judgement(judgement, readings))
    else:
        _print(judgement, readings)


def events_of(reading: Reading, terms: Agreement, *, as_json: bool) -> tuple[Recorded[Body], ...]:
    """The events of a facts file; leaves with every problem where it cannot be read."""
    enrolment = {"agreement_id": terms.id, "terms_hash": terms_hash(terms), "currency": terms.currency}
    answer = read_facts(reading, enrolment=enrolment)
    problems = [one for one in answer if isinstance(one, Problem)]
    if problems:
        refused(problems, as_json=as_json)
    return tuple(one for one in answer if isinstance(one, Recorded))


def _print(judgement: Judgement, readings: tuple[ReadJudgement, ...]) -> None:
    terms = judgement.agreement
    tell(f"{terms.title} ({terms.label}), version {judgement.terms_hash[:12]}")
    tell(f"Day 0 {judgement.day_0}, as of {judgement.as_of}, known at {judgement.known_at.isoformat()}\n")
    tell("Schedule")
    heading = ("milestone", "phase", "opens", "due", "closes", "grace ends", "report by")
    tell_rows(heading, [_dates(judgement, one) for one in judgement.determinations])
    tell("\nOutcomes")
    tell_rows(("milestone", "outcome", "reason", "first failure"), [_outcome(one) for one in judgement.determinations])
    tell("\nRefunds")
    _print_refunds(judgement)
    _print_instalments(judgement)
    _print_readings(readings)
    tell("\nReasons")
    _print_reasons(judgement)


def _dates(judgement: Judgement, determination: Determination) -> tuple[str, ...]:
    dates = determination.obligation
    days = (dates.opens_on, dates.due_on, dates.closes_on, dates.grace_ends_on, dates.report_by_on)
    return (determination.milestone, judgement.phase_of(determination), *(day.isoformat() for day in days))


def _outcome(determination: Determination) -> tuple[str, ...]:
    first_failure = determination.first_failure_on
    return (
        determination.milestone,
        determination.finding.replace("_", " "),
        determination.reason.replace("_", " "),
        first_failure.isoformat() if first_failure else "",
    )


def _print_refunds(judgement: Judgement) -> None:
    currency = judgement.agreement.currency
    if judgement.base is None:
        tell("not computed: the facts hold no enrolment under this agreement, and so no price")
        return
    if judgement.refused:
        tell("not computed: " + "; ".join(str(problem) for problem in judgement.refused))
        return
    lines = [
        (line.milestone, f"clause {line.clause}", write_amount_for_reading(line.amount), line.formula)
        for line in judgement.refunds
    ]
    tell_rows(("milestone", "clause", currency, "formula"), lines) if lines else tell("none")
    tell(f"total {write_amount_for_reading(judgement.refund_total)} {currency} of {_base(judgement.base)}")


def _print_instalments(judgement: Judgement) -> None:
    if not judgement.instalments:
        return
    tell("\nInstalments")
    rows = [
        (part.id, part.due_on.isoformat(), part.state, write_amount_for_reading(part.amount), part.because)
        for part in judgement.instalments
    ]
    tell_rows(("instalment", "due", "state", judgement.agreement.currency, "because"), rows)
    tell(f"paid {write_amount_for_reading(judgement.instalments_paid)} {judgement.agreement.currency}, before refunds")


def _print_readings(readings: tuple[ReadJudgement, ...]) -> None:
    if not readings:
        return
    tell("\nReadings")
    tell_rows(("reading", "clause", "not met", "owed"), [_reading(one) for one in readings])


def _reading(one: ReadJudgement) -> tuple[str, ...]:
    ambiguity, total = one.reading.ambiguity, one.judgement.stated_total
    not_met = [found.milestone for found in one.judgement.determinations if found.finding == "not_met"]
    owed = "not computed" if total is None else write_amount_for_reading(total)
    return (one.reading.name, ambiguity.clause if ambiguity is not None else "", ", ".join(not_met) or "none", owed)


def _base(base: int) -> str:
    return f"a base of {write_amount_for_reading(base)}"


def _print_reasons(judgement: Judgement) -> None:
    screen = console()
    for determination in judgement.determinations:
        if screen.is_terminal:
            screen.print(tree_of(determination.trace))
        else:
            for line in lines_of(determination.trace):
                tell(line)
