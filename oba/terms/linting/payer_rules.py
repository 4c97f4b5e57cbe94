"""Checks of payer rules: a governing reading, an end after the start, readings that ever permit a request."""

from collections.abc import Callable, Iterator
from datetime import date

from oba.dates import Offset, shift
from oba.problems import Problem
from oba.terms.payer_rule import PayerRule, PerCalendarYear, RollingGap

_SAMPLE_DAY_0 = (date(2026, 1, 15), date(2026, 8, 31), date(2028, 2, 29))


def _governing_reading_exists(rule: PayerRule) -> Iterator[Problem]:
    names = [reading.name for reading in rule.readings]
    if rule.governing_reading not in names:
        yield _problem(
            "unknown-reading",
            "the governing reading is not listed",
            "name a listed reading",
            "/governing_reading",
            None,
        )
    for place, name in enumerate(names):
        if name in names[:place]:
            yield _problem("reading-twice", "two readings have one name", "rename one", f"/readings/{place}/name", None)


def _rule_begins_before_it_ends(rule: PayerRule) -> Iterator[Problem]:
    if rule.ends_on is not None and rule.ends_on < rule.effective_on:
        yield _problem("ends-before-start", "the rule ends before it takes effect", "correct a date", "/ends_on", None)


def _readings_permit_a_request(rule: PayerRule) -> Iterator[Problem]:
    for place, reading in enumerate(rule.readings):
        first = _before_the_first_request(reading.frequency)
        if first is None:
            continue
        if all(shift(day_0, first) > shift(day_0, rule.horizon.lasts) for day_0 in _SAMPLE_DAY_0):
            yield _problem(
                "reading-never-permits",
                "the first request of this reading lies beyond the horizon",
                "shorten the gap, lengthen the horizon, or let the first request be made at month 0",
                f"/readings/{place}/frequency",
                reading.clause,
            )


def _before_the_first_request(frequency: RollingGap | PerCalendarYear) -> Offset | None:
    """How long after Day 0 the first request has to wait; None where it need not."""
    if isinstance(frequency, RollingGap) and frequency.first_request == "after_gap":
        return frequency.gap
    return frequency.first_after


CHECKS: tuple[Callable[[PayerRule], Iterator[Problem]], ...] = (
    _governing_reading_exists,
    _rule_begins_before_it_ends,
    _readings_permit_a_request,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
