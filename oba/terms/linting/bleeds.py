"""Checks of bleeding rates, consumption and changes from a baseline: units, baselines and excluded months that fit
(C14-C16).
"""

from collections.abc import Callable, Iterator
from typing import assert_never

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.any_criterion import Criterion, every_criterion
from oba.terms.criteria.change_from_baseline import (
    BySeverity,
    ChangeFromBaseline,
    ImputedBaseline,
    RecordedActivity,
    RecordedLeadIn,
)
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_consumption import CONSUMPTION_UNITS, FactorConsumption
from oba.terms.period import MonthsAfterDayZero
from oba.units import FIX_UNITS


def _criteria(agreement: Agreement) -> Iterator[tuple[str, Criterion]]:
    for name, criterion in agreement.criteria.items():
        yield from every_criterion(criterion, f"/criteria/{name}")


def _consumption_has_its_own_unit(agreement: Agreement) -> Iterator[Problem]:
    for pointer, criterion in _criteria(agreement):
        if not isinstance(criterion, Compare):
            continue
        match criterion.measure:
            case FactorConsumption() as measure:
                fits = criterion.unit == measure.unit or criterion.unit in FIX_UNITS
                remedy = f"write the threshold in {measure.unit}, or correct measured_in"
            case BleedingRate():
                fits = criterion.unit not in CONSUMPTION_UNITS.values()
                remedy = "write a threshold of a bleeding rate in bleeds per year"
            case _:
                continue
        if not fits:
            yield _problem(
                "unit-does-not-fit",
                "the unit of the threshold does not fit the measure",
                remedy,
                f"{pointer}/unit",
                criterion.clause,
            )


def _changes_are_in_a_unit_of_their_kind(agreement: Agreement) -> Iterator[Problem]:
    for pointer, criterion in _criteria(agreement):
        if isinstance(criterion, ChangeFromBaseline) and criterion.unit not in _units_of_change(criterion):
            yield _problem(
                "unit-does-not-fit",
                "the unit of the threshold does not fit the kind of change",
                f"write it in {' or '.join(_units_of_change(criterion))}",
                f"{pointer}/unit",
                criterion.clause,
            )


def _units_of_change(criterion: ChangeFromBaseline) -> tuple[str, ...]:
    match criterion.change:
        case "absolute":
            return _units_of_measure(criterion)
        case "ratio":
            return ("ratio",)
        case "percent":
            return ("% change",)
        case _:  # pragma: no cover
            assert_never(criterion.change)


def _units_of_measure(criterion: ChangeFromBaseline) -> tuple[str, ...]:
    return ("bleeds per year",) if isinstance(criterion.measure, BleedingRate) else tuple(FIX_UNITS)


def _baselines_fit_their_measure(agreement: Agreement) -> Iterator[Problem]:
    for pointer, criterion in _criteria(agreement):
        if isinstance(criterion, ChangeFromBaseline) and not _baseline_fits(criterion):
            yield _problem(
                "baseline-does-not-fit",
                "the measure has no such baseline",
                "compare a bleeding rate with recorded_lead_in, FIX activity with recorded_activity or by_severity, or "
                "impute a baseline in a unit of the measure",
                f"{pointer}/baseline",
                criterion.clause,
            )


def _baseline_fits(criterion: ChangeFromBaseline) -> bool:
    match criterion.baseline:
        case RecordedLeadIn():
            return isinstance(criterion.measure, BleedingRate)
        case RecordedActivity() | BySeverity():
            return not isinstance(criterion.measure, BleedingRate)
        case ImputedBaseline(unit=unit):
            return unit in _units_of_measure(criterion)
        case _:  # pragma: no cover
            assert_never(criterion.baseline)


def _severities_rise(agreement: Agreement) -> Iterator[Problem]:
    for pointer, criterion in _criteria(agreement):
        if not isinstance(criterion, ChangeFromBaseline) or not isinstance(criterion.baseline, BySeverity):
            continue
        limits = [row.up_to for row in criterion.baseline.rows]
        for place in range(1, len(limits)):
            if limits[place] <= limits[place - 1]:
                yield _problem(
                    "severity-row-unreachable",
                    "the row is never reached: an earlier one already holds what it holds",
                    "let the limits of the rows rise",
                    f"{pointer}/baseline/rows/{place}/up_to",
                    criterion.clause,
                )


def _a_lead_in_holds_no_adjudicated_bleeds(agreement: Agreement) -> Iterator[Problem]:
    for pointer, criterion in _criteria(agreement):
        by_lead_in = isinstance(criterion, CompareWithBaseline) or (
            isinstance(criterion, ChangeFromBaseline) and isinstance(criterion.baseline, RecordedLeadIn)
        )
        if not by_lead_in or not isinstance(criterion, CompareWithBaseline | ChangeFromBaseline):
            continue
        if isinstance(criterion.measure, BleedingRate) and criterion.measure.count == "adjudicated":
            yield _problem(
                "no-adjudicated-baseline",
                "bleeds of a lead-in are not adjudicated, so there is nothing to compare with",
                "count another kind of bleeds, or impute the baseline",
                f"{pointer}/measure/count",
                criterion.measure.clause,
            )


def _excluded_months_end_after_they_begin(agreement: Agreement) -> Iterator[Problem]:
    for pointer, criterion in _criteria(agreement):
        measure = getattr(criterion, "measure", None)
        if not isinstance(measure, BleedingRate | FactorConsumption):
            continue
        for place, span in enumerate(measure.excluded):
            if isinstance(span, MonthsAfterDayZero) and span.to_month < span.from_month:
                yield _problem(
                    "excluded-months-reversed",
                    "the excluded months end before they begin",
                    "give the first month in from_month and the last in to_month",
                    f"{pointer}/measure/excluded/{place}",
                    measure.clause,
                )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _consumption_has_its_own_unit,
    _changes_are_in_a_unit_of_their_kind,
    _baselines_fit_their_measure,
    _severities_rise,
    _a_lead_in_holds_no_adjudicated_bleeds,
    _excluded_months_end_after_they_begin,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
