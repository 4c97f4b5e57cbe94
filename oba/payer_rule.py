"""When a payer may ask: permitted windows and the verdict on one request, under every reading of the rule (section
6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from oba.accord import AccordWord, accord
from oba.dates import Day, Offset, shift
from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.coverage import CareTransferred, CoverageChanged
from oba.facts.life_event import PatientDied
from oba.terms.payer_rule import PayerRule, PerCalendarYear, Reading, RollingGap

RequestLabel: TypeAlias = Literal["permitted_under_every_reading", "permitted_only_under", "not_permitted"]
LABELS: Final[dict[AccordWord, RequestLabel]] = {
    "under_every_reading": "permitted_under_every_reading",
    "only_under": "permitted_only_under",
    "under_no_reading": "not_permitted",
}
"""How the accord of the readings is called where a request is judged."""


class ReadingVerdict(BaseModel):
    """What one reading says of a request: permitted or why not, and from when the next one is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reading: str
    permitted: bool
    reason: str
    clause: str
    next_permitted_on: Day | None


class RequestVerdict(BaseModel):
    """The verdicts of all readings on one request, and what the governing reading says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked_on: Day
    label: RequestLabel
    governing_reading: str
    permitted: bool
    """Under the governing reading."""
    readings: tuple[ReadingVerdict, ...]


class Asked(BaseModel):
    """An earlier request of the payer: when, for what, under which readings permitted, and what became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request_id: UUID
    rule_id: str
    payer_id: str
    asked_on: Day
    permitted_under: tuple[str, ...]
    items: tuple[str, ...] = ()
    declined: bool = False
    answered_on: Day | None = None


class PermittedWindow(BaseModel):
    """Under one reading: from when until when the next request is permitted, and how many were asked and answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reading: str
    clause: str
    governing: bool
    permitted_from: Day | None
    permitted_until: Day
    asked: int
    answered: int
    ended_by: str | None


@dataclass(frozen=True)
class Patient:
    """What a payer rule looks at: Day 0, the payers on it, and the evidence as known when the question is asked."""

    day_0: date
    payers_on_day_0: frozenset[str]
    evidence: Evidence


@dataclass(frozen=True)
class _End:
    last_day: date
    reason: str | None


def judge_request(rule: PayerRule, patient: Patient, earlier: Iterable[Asked], asked_on: date) -> RequestVerdict:
    """Whether a request on a day is permitted, reading by reading; each keeps a series of its own (settled E2)."""
    series = tuple(earlier)
    verdicts = tuple(_by_reading(rule, reading, patient, series, asked_on) for reading in rule.readings)
    permitted = accord((verdict.reading, verdict.permitted) for verdict in verdicts)
    governs = next(verdict for verdict in verdicts if verdict.reading == rule.governing_reading)
    return RequestVerdict(
        asked_on=asked_on,
        label=LABELS[permitted.word],
        governing_reading=rule.governing_reading,
        permitted=governs.permitted,
        readings=verdicts,
    )


def permitted_windows(rule: PayerRule, patient: Patient, earlier: Iterable[Asked]) -> tuple[PermittedWindow, ...]:
    """For each reading the window in which the next request is permitted, and what was asked and answered so far."""
    series = tuple(one for one in earlier if one.rule_id == rule.id)
    end = _end(rule, patient)
    windows = []
    for reading in rule.readings:
        first = _next_permitted(rule, reading, patient, series)
        windows.append(
            PermittedWindow(
                reading=reading.name,
                clause=reading.clause,
                governing=reading.name == rule.governing_reading,
                permitted_from=first if first <= end.last_day else None,
                permitted_until=end.last_day,
                asked=len(series),
                answered=sum(1 for one in series if one.answered_on is not None),
                ended_by=end.reason,
            )
        )
    return tuple(windows)


def rule_in_force(rules: Iterable[PayerRule], rule_id: str, asked_on: date) -> PayerRule | None:
    """The version of a rule that is in force on the request day (settled E2); the latest effective one."""
    in_force = [
        rule
        for rule in rules
        if rule.id == rule_id and rule.effective_on <= asked_on and (rule.ends_on is None or asked_on <= rule.ends_on)
    ]
    return max(in_force, key=lambda rule: rule.effective_on, default=None)


def _by_reading(
    rule: PayerRule, reading: Reading, patient: Patient, earlier: tuple[Asked, ...], asked_on: date
) -> ReadingVerdict:
    end = _end(rule, patient)
    next_on = _next_permitted(rule, reading, patient, earlier)
    if asked_on > end.last_day:
        reason = end.reason or "horizon_passed"
    elif not _covered(rule, patient, asked_on):
        reason = "not_covered_by_payer"
    elif asked_on < rule.effective_on:
        reason = "rule_not_in_force"
    else:
        reason = "too_soon" if asked_on < next_on else "permitted"
    may_wait = reason in ("too_soon", "rule_not_in_force") and next_on <= end.last_day
    return ReadingVerdict(
        reading=reading.name,
        permitted=reason == "permitted",
        reason=reason,
        clause=reading.clause,
        next_permitted_on=next_on if may_wait else None,
    )


def _next_permitted(rule: PayerRule, reading: Reading, patient: Patient, earlier: tuple[Asked, ...]) -> date:
    """The first day on which the reading's frequency allows a request; the end of the right is not looked at here."""
    counted = sorted(
        one.asked_on
        for one in earlier
        if one.rule_id == rule.id and not one.declined and reading.name in one.permitted_under
    )
    match reading.frequency:
        case RollingGap(gap=gap, first_request=first_request, first_after=first_after):
            wait = gap if first_request == "after_gap" else first_after
            next_on = shift(counted[-1], gap) if counted else _first_on(patient.day_0, wait)
        case PerCalendarYear(most=most, first_after=first_after):
            next_on = _next_in_calendar(counted, most, _first_on(patient.day_0, first_after))
        case _:  # pragma: no cover
            assert_never(reading.frequency)
    return max(next_on, rule.effective_on)


def _first_on(day_0: date, wait: Offset | None) -> date:
    """The first day of the first request, which the rule names (settled E2)."""
    return day_0 if wait is None else shift(day_0, wait)


def _next_in_calendar(counted: list[date], most: int, first_on: date) -> date:
    if not counted:
        return first_on
    last = counted[-1]
    in_year = sum(1 for day in counted if day.year == last.year)
    return last + timedelta(days=1) if in_year < most else date(last.year + 1, 1, 1)


def _end(rule: PayerRule, patient: Patient) -> _End:
    """The last day of the right: the horizon, the rule's end, or the day before the first end event (settled A7)."""
    ends = [_End(shift(patient.day_0, rule.horizon.lasts), "horizon_passed")]
    if rule.ends_on is not None:
        ends.append(_End(rule.ends_on, "rule_ended"))
    ends.extend(_End(day - timedelta(days=1), kind) for kind, day in _end_events(rule, patient))
    first = min(ends, key=lambda end: end.last_day)
    return first if first.reason != "horizon_passed" else _End(first.last_day, None)


def _end_events(rule: PayerRule, patient: Patient) -> list[tuple[str, date]]:
    found: list[tuple[str, date]] = []
    if "patient_died" in rule.end_events:
        found.extend(("patient_died", item.occurred_on) for item in patient.evidence.of(PatientDied))
    if "care_transferred" in rule.end_events:
        found.extend(("care_transferred", item.occurred_on) for item in patient.evidence.of(CareTransferred))
    if "coverage_changed" in rule.end_events:
        changes = [(one.occurred_on, one.fact.payer_id == rule.payer) for one in patient.evidence.of(CoverageChanged)]
        found.extend(("coverage_changed", day) for day in _left_for_good(changes))
    if rule.basis == "consent":
        turns = [(one.occurred_on, isinstance(one.fact, ConsentGiven)) for one in _consent_turns(patient.evidence)]
        found.extend(("consent_withdrawn", day) for day in _left_for_good(turns))
    return found


def _consent_turns(evidence: Evidence) -> list[Item[Fact]]:
    return [item for item in evidence.items if isinstance(item.fact, ConsentGiven | ConsentWithdrawn)]


def _left_for_good(turns: list[tuple[date, bool]]) -> list[date]:
    """The first day of the last stretch outside; a re-entry keeps the old clock (settled A7)."""
    left: list[date] = []
    for day, inside in turns:
        if inside:
            left = []
        elif not left:
            left = [day]
    return left


def _covered(rule: PayerRule, patient: Patient, on: date) -> bool:
    changes = [item for item in patient.evidence.of(CoverageChanged) if item.occurred_on <= on]
    return changes[-1].fact.payer_id == rule.payer if changes else rule.payer in patient.payers_on_day_0
