"""Checks of parties, eligibility and measures of events: contradictions that the models alone cannot see (C01, C02)."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.compare import Compare
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.days_covered import DaysCovered
from oba.terms.measures.dose_share import DoseShare
from oba.terms.measures.event_free import EventFree
from oba.terms.measures.factor_consumption import FactorConsumption
from oba.terms.measures.prophylaxis import Prophylaxis
from oba.terms.measures.survival import Survival
from oba.terms.parts_within import parts_within

_AFTER_INFUSION = (BleedingRate, DaysCovered, DoseShare, EventFree, FactorConsumption, Prophylaxis, Survival)
"""Measures that look at days after the infusion; FIX activity and inhibitor tests can be drawn before it."""


def _parties_stand_once(agreement: Agreement) -> Iterator[Problem]:
    others = agreement.parties.others
    for place, party in enumerate(others):
        if party in others[:place]:
            yield _problem(
                "party-twice", "the same party stands twice in one role", "remove one", f"/parties/others/{place}"
            )


def _eligibility_asks_for_something(agreement: Agreement) -> Iterator[Problem]:
    if agreement.eligibility is not None and not agreement.eligibility.model_dump(exclude_none=True):
        yield _problem(
            "empty-eligibility", "eligibility has no condition", "add one, or leave eligibility out", "/eligibility"
        )


def _baseline_is_judged_before_the_infusion(agreement: Agreement) -> Iterator[Problem]:
    baseline = agreement.eligibility.baseline if agreement.eligibility is not None else None
    if baseline is None:
        return
    for pointer, part in parts_within(baseline.criterion, "/eligibility/baseline/criterion"):
        if isinstance(part, _AFTER_INFUSION):
            yield _problem(
                "baseline-after-infusion",
                f"{part.kind} looks at days after the infusion, and the baseline is judged before it",
                "use factor_activity or inhibitor",
                pointer,
                baseline.clause,
            )


def _dose_in_percent_and_cover_in_days(agreement: Agreement) -> Iterator[Problem]:
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if not isinstance(part, Compare):
            continue
        match part.measure:
            case DoseShare():
                fits, remedy = part.unit == "%", "write the threshold in %"
            case DaysCovered():
                fits, remedy = part.unit == "days", "write the threshold in days"
            case BleedingRate():
                fits, remedy = part.unit != "days", "write a threshold of a bleeding rate in bleeds per year"
            case _:
                continue
        if not fits:
            yield _problem(
                "unit-does-not-fit",
                "the unit of the threshold does not fit the measure",
                remedy,
                f"{pointer}/unit",
                part.clause,
            )


def _events_are_listed_once(agreement: Agreement) -> Iterator[Problem]:
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if not isinstance(part, EventFree):
            continue
        kinds = [event.kind for event in part.events]
        for place, kind in enumerate(kinds):
            if kind in kinds[:place]:
                yield _problem(
                    "event-twice",
                    "the same event is listed twice",
                    "keep one",
                    f"{pointer}/events/{place}",
                    part.clause,
                )


def _runs_can_be_reached(agreement: Agreement) -> Iterator[Problem]:
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if isinstance(part, Prophylaxis) and part.dosing_run and part.dosing_run.longest_interval_days == 0:
            yield _problem(
                "run-of-one-day",
                "no run is longer than one day: doses of one day are one, and no day may lie between two",
                "let longest_interval_days be at least 1",
                f"{pointer}/dosing_run/longest_interval_days",
                part.clause,
            )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _parties_stand_once,
    _eligibility_asks_for_something,
    _baseline_is_judged_before_the_infusion,
    _dose_in_percent_and_cover_in_days,
    _events_are_listed_once,
    _runs_can_be_reached,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None = None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
