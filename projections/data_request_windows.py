"""What may each payer ask, from when until when, under which reading; what was asked, and what answered?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, TypeAlias

from oba.dates import Day
from oba.facts.base import Body
from oba.facts.coverage import CoverageChanged
from oba.facts.recorded import Recorded
from oba.infusion.questions import request_payers
from oba.payer_rule import Asked, Patient, PermittedWindow, permitted_windows
from oba.reference.tables import Reference
from oba.terms.payer_rule import PayerRule
from oba.terms.shelf import Shelf
from projections.reading import Reading
from projections.row import Row as AnyRow

Standing: TypeAlias = Literal["not_in_force", "too_soon", "permitted", "over"]


class Row(AnyRow):
    """An infusion under one reading of one version of a payer rule."""

    payer_id: str
    rule_id: str
    rule_hash: str
    rule_effective_on: Day
    rule_ends_on: Day | None
    """The last day of this version: its own end, or the day before the next version begins."""
    reading: str
    governing: bool
    clause: str
    permitted_from: Day | None
    """The first day of the right, had nothing been asked; None where there is none."""
    permitted_until: Day
    ended_by: str | None
    next_permitted_on: Day | None
    """The first day on which one more request is permitted; None where there is none left."""
    asked: int
    answered: int
    declined: int
    waiting: int
    last_asked_on: Day | None
    last_answered_on: Day | None


def standing_on(row: Row, as_of: date) -> Standing:
    """Whether a request on a day is permitted as far as time goes; `judge_request` gives the verdict on a real one."""
    if as_of < row.rule_effective_on or (row.rule_ends_on is not None and as_of > row.rule_ends_on):
        return "not_in_force"
    if row.next_permitted_on is None or as_of > row.permitted_until:
        return "over"
    return "permitted" if as_of >= row.next_permitted_on else "too_soon"


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """One row for each reading of each rule of the payers that enrolled the infusion or came to cover the patient."""
    infused = reading.infused
    if infused is None:
        return ()
    enrolled = request_payers(reading.state)
    covering = {item.fact.payer_id for item in reading.evidence.of(CoverageChanged)}
    patient = Patient(day_0=infused.occurred_on, payers_on_day_0=enrolled, evidence=reading.evidence)
    rules = sorted(reading.shelf.payer_rules.items())
    return tuple(
        row
        for rule_hash, rule in rules
        if rule.payer in enrolled | covering
        for row in _of_rule(reading, patient, rule_hash, rule)
    )


def _of_rule(reading: Reading, patient: Patient, rule_hash: str, rule: PayerRule) -> Iterator[Row]:
    series = tuple(one for one in reading.state.requests.values() if one.rule_id == rule.id)
    untouched = {window.reading: window for window in permitted_windows(rule, patient, ())}
    ends_on = _ends_on(reading.shelf, rule)
    for window in permitted_windows(rule, patient, series):
        yield _row(reading, rule_hash, rule, ends_on, untouched[window.reading], window, series)


def _row(
    reading: Reading,
    rule_hash: str,
    rule: PayerRule,
    ends_on: date | None,
    untouched: PermittedWindow,
    window: PermittedWindow,
    series: tuple[Asked, ...],
) -> Row:
    answered = [one.answered_on for one in series if one.answered_on is not None]
    return Row(
        row_key=f"{reading.infusion_id}/{rule_hash}/{window.reading}",
        infusion_id=reading.infusion_id,
        infusion_code=reading.infusion_code,
        htc_id=reading.htc_id,
        payer_id=rule.payer,
        rule_id=rule.id,
        rule_hash=rule_hash,
        rule_effective_on=rule.effective_on,
        rule_ends_on=ends_on,
        reading=window.reading,
        governing=window.governing,
        clause=window.clause,
        permitted_from=untouched.permitted_from,
        permitted_until=window.permitted_until,
        ended_by=window.ended_by,
        next_permitted_on=window.permitted_from,
        asked=len(series),
        answered=len(answered),
        declined=sum(one.declined for one in series),
        waiting=sum(one.answered_on is None and not one.declined for one in series),
        last_asked_on=max((one.asked_on for one in series), default=None),
        last_answered_on=max(answered, default=None),
    )


def _ends_on(shelf: Shelf, rule: PayerRule) -> date | None:
    later = [
        other.effective_on - timedelta(days=1)
        for other in shelf.payer_rules.values()
        if other.id == rule.id and other.effective_on > rule.effective_on
    ]
    return min([*later, *([rule.ends_on] if rule.ends_on else [])], default=None)


def rows(stream: tuple[Recorded[Body], ...], shelf: Shelf, reference: Reference) -> tuple[Row, ...]:
    """The rows of one infusion's stream."""
    return rows_of(Reading(stream, shelf, reference))
