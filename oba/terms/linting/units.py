"""Checks of thresholds: a unit that fits the measure it is compared with (C11)."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.any_criterion import every_criterion
from oba.terms.criteria.compare import Compare
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.terms.measures.factor_consumption import FactorConsumption
from oba.units import FIX_UNITS


def _units_fit_their_measure(agreement: Agreement) -> Iterator[Problem]:
    for name, criterion in agreement.criteria.items():
        for pointer, compare in every_criterion(criterion, f"/criteria/{name}"):
            if not isinstance(compare, Compare) or compare.measure.kind in ("dose_share", "days_covered"):
                continue
            fits = (compare.unit in FIX_UNITS) == (compare.measure.kind == "factor_activity")
            if not fits:
                yield _problem(
                    "unit-does-not-fit",
                    "the unit of the threshold does not fit the measure",
                    f"write the threshold in {_units_of(compare)}",
                    f"{pointer}/unit",
                    compare.clause,
                )


def _units_of(compare: Compare) -> str:
    match compare.measure:
        case FactorConsumption() as measure:
            return f"{measure.unit}, or correct measured_in"
        case BleedingRate():
            return "bleeds per year"
        case _:
            return " or ".join(FIX_UNITS)


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (_units_fit_their_measure,)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
