"""`oba simulate`: what an agreement would say if something else had been reported; nothing is stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.cli.determine import events_of
from adapters.cli.files import read_agreement, read_plain
from adapters.cli.terminal import AsJson, AsOf, KnownAt, refused, tell, tell_json, tell_rows
from adapters.cli.trace_text import lines_of
from adapters.clock import SystemClock
from adapters.documents.judgement_form import plain_judgement
from adapters.documents.judging import Judgement, judge_facts
from adapters.documents.reading import Reading
from adapters.documents.shelf import shipped_reference
from adapters.documents.supposing import Supposed, read_supposed, supposing
from oba.determination.determination import Determination
from oba.money import write_amount, write_amount_for_reading
from oba.problems import Problem
from oba.terms.agreement import Agreement


def simulate(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="A YAML file, or the id of one on the shelf.")],
    facts: Annotated[Path, typer.Argument(metavar="FACTS", help="A YAML or JSON list of facts.")],
    activity: Annotated[
        list[str] | None,
        typer.Option("--activity", metavar="MILESTONE=VALUE", help="FIX activity in IU/dL, such as m12=4.1 or m12=<1."),
    ] = None,
    add: Annotated[Path | None, typer.Option("--add", metavar="FILE", help="More facts, as in FACTS.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Compare what the facts say with what they would say. Without --as-of both are judged today, or when the supposed
    milestones have closed, whichever is later.
    """
    terms, reading = read_agreement(agreement), read_plain(facts)
    for problems in (terms, reading):
        if isinstance(problems, tuple):
            refused(problems, as_json=as_json)
    assert isinstance(terms, Agreement)
    assert isinstance(reading, Reading)
    supposed = _supposed(activity or [], as_json=as_json)
    more = _more(add, as_json=as_json)
    now = _judged(terms, reading, as_of or SystemClock().now().date(), known_at, as_json=as_json)
    day = as_of or _when_closed(now, supposed)
    now = _judged(terms, reading, day, known_at, as_json=as_json)
    changed = _with(more, supposing(terms, reading, [one.obligation for one in now.determinations], supposed), as_json)
    comparison = Comparison(supposed, now, _judged(terms, changed, day, known_at, as_json=as_json))
    if as_json:
        tell_json(comparison.plain())
    else:
        _print(comparison)


@dataclass(frozen=True)
class Comparison:
    """The two judgements, on the same day and the same knowledge but for what is supposed."""

    supposed: list[Supposed]
    now: Judgement
    what_if: Judgement

    @property
    def changed(self) -> list[str]:
        """The milestones whose outcome or first failure is another one."""
        return [
            after.milestone
            for before, after in zip(self.now.determinations, self.what_if.determinations, strict=True)
            if (before.finding, before.first_failure_on) != (after.finding, after.first_failure_on)
        ]

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Why one of the two refunds cannot be worked out; then there is no difference."""
        return (*self.now.refused, *self.what_if.refused)

    @property
    def refund_difference(self) -> int:
        """What the supposition would cost more, in cents."""
        return self.what_if.refund_total - self.now.refund_total

    def plain(self) -> dict[str, Any]:
        """The same as plain content; both sides in the form of `oba determine --json`."""
        return {
            "stored": False,
            "as_of": self.now.as_of,
            "supposed": [{"milestone": one.milestone, "fix_activity_iu_per_dl": str(one)} for one in self.supposed],
            "changed": self.changed,
            "now": plain_judgement(self.now),
            "what_if": plain_judgement(self.what_if),
            "refund_difference": None if self.refused else write_amount(self.refund_difference),
        }


def _supposed(texts: list[str], *, as_json: bool) -> list[Supposed]:
    read = [read_supposed(text) for text in texts]
    problems = [one for one in read if isinstance(one, Problem)]
    if problems:
        refused(problems, as_json=as_json)
    return [one for one in read if isinstance(one, Supposed)]


def _more(add: Path | None, *, as_json: bool) -> list[Any]:
    if add is None:
        return []
    reading = read_plain(add)
    if isinstance(reading, tuple):
        refused(reading, as_json=as_json)
    return list(reading.content) if isinstance(reading.content, list) else [reading.content]


def _with(more: list[Any], reading: Reading | tuple[Problem, ...], as_json: bool) -> Reading:
    if isinstance(reading, tuple):
        refused(reading, as_json=as_json)
    places = {f"/{len(reading.content) + number}": reading.places[""] for number in range(len(more))}
    return Reading(reading.file, [*reading.content, *more], {**reading.places, **places})


def _judged(terms: Agreement, reading: Reading, day: date, known_at: Any, *, as_json: bool) -> Judgement:
    events = events_of(reading, terms, as_json=as_json)
    judgement = judge_facts(terms, events, shipped_reference(), as_of=day, known_at=known_at)
    if isinstance(judgement, tuple):
        refused(judgement, as_json=as_json)
    return judgement


def _when_closed(now: Judgement, supposed: list[Supposed]) -> date:
    named = {one.milestone for one in supposed}
    ends = [one.obligation.cure_ends_on for one in now.determinations if one.milestone in named]
    return max([now.as_of, *(day + timedelta(days=1) for day in ends)])


def _print(comparison: Comparison) -> None:
    now, what_if = comparison.now, comparison.what_if
    tell(f"{now.agreement.title} ({now.agreement.label}); nothing is stored")
    tell(f"Day 0 {now.day_0}, both judged as of {now.as_of}")
    for one in comparison.supposed:
        tell(f"What if FIX activity at {one.milestone} were {one} IU/dL?")
    rows = [
        (before.milestone, before.finding.replace("_", " "), after.finding.replace("_", " "), _mark(comparison, after))
        for before, after in zip(now.determinations, what_if.determinations, strict=True)
    ]
    tell_rows(("milestone", "now", "what if", ""), rows)
    _print_money(comparison)
    for determination in what_if.determinations:
        if determination.milestone in comparison.changed:
            for line in lines_of(determination.trace):
                tell(line)


def _print_money(comparison: Comparison) -> None:
    now, what_if = comparison.now, comparison.what_if
    if comparison.refused:
        tell("refund not computed: " + "; ".join(str(problem) for problem in comparison.refused))
        return
    if now.base is not None:
        tell(_amounts("refund", now.refund_total, what_if.refund_total, now.agreement.currency))
    if now.instalments or what_if.instalments:
        tell(_amounts("instalments paid", now.instalments_paid, what_if.instalments_paid, now.agreement.currency))


def _amounts(what: str, now: int, what_if: int, currency: str) -> str:
    shown = [write_amount_for_reading(cents) for cents in (now, what_if, what_if - now)]
    return f"{what} now {shown[0]}, what if {shown[1]} {currency}: difference {shown[2]}"


def _mark(comparison: Comparison, after: Determination) -> str:
    if after.milestone not in comparison.changed:
        return ""
    return f"changed, first failure {after.first_failure_on}" if after.first_failure_on else "changed"
