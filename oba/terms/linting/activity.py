"""Checks of FIX activity: fall-back assay, confirming repeat, order of laboratories (C10, C12, settled C4, C5)."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.compare import Compare
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.parts_within import parts_within


def _fall_back_is_another_assay(agreement: Agreement) -> Iterator[Problem]:
    for pointer, compare in _comparisons(agreement):
        if compare.fall_back is None:
            continue
        if not isinstance(compare.measure, FactorActivity):
            yield _problem(
                "fall-back-without-assay",
                "a fall-back assay stands on a measure that has no assay",
                "remove it; only FIX activity has an assay to fall back from",
                f"{pointer}/fall_back",
                compare.fall_back.clause,
            )
        elif compare.fall_back.assay == compare.measure.assay:
            yield _problem(
                "fall-back-of-same-assay",
                "the fall-back assay is the assay that the criterion asks for anyway",
                "name the other assay, with a threshold of its own",
                f"{pointer}/fall_back/assay",
                compare.fall_back.clause,
            )


def _repeats_are_of_results(agreement: Agreement) -> Iterator[Problem]:
    for pointer, compare in _comparisons(agreement):
        if compare.confirmation is not None and not isinstance(compare.measure, FactorActivity):
            yield _problem(
                "repeat-without-result",
                "a confirming repeat is asked of a measure that is no result of a laboratory",
                "remove it; a rate is not measured again, it grows with its period",
                f"{pointer}/confirmation",
                compare.confirmation.clause,
            )


def _repeats_have_days(agreement: Agreement) -> Iterator[Problem]:
    for pointer, compare in _comparisons(agreement):
        if compare.confirmation is not None and compare.confirmation.at_least_days > compare.confirmation.within_days:
            yield _problem(
                "repeat-without-days",
                "the repeat may be drawn on no day: its first day comes after its last",
                "lower at_least_days, or raise within_days",
                f"{pointer}/confirmation/at_least_days",
                compare.confirmation.clause,
            )


def _repeats_come_before_the_cure_ends(agreement: Agreement) -> Iterator[Problem]:
    for name, criterion in agreement.criteria.items():
        lasts = [one.grace_days + one.cure_days for one in agreement.every_milestone if one.criterion == name]
        for pointer, compare in parts_within(criterion, f"/criteria/{name}"):
            if not isinstance(compare, Compare) or compare.confirmation is None:
                continue
            if min(lasts, default=compare.confirmation.within_days) < compare.confirmation.within_days:
                yield _problem(
                    "repeat-after-cure",
                    f"a repeat may be drawn {compare.confirmation.within_days} days after the close of the window, and "
                    f"missing evidence has its consequence after {min(lasts)}",
                    "lengthen grace_days or cure_days of the milestone, or shorten within_days",
                    f"{pointer}/confirmation/within_days",
                    compare.confirmation.clause,
                )


def _laboratories_have_one_order(agreement: Agreement) -> Iterator[Problem]:
    for pointer, measure in parts_within(agreement.criteria, "/criteria"):
        if not isinstance(measure, FactorActivity) or not measure.laboratory_order:
            continue
        twice = len(set(measure.laboratory_order)) < len(measure.laboratory_order)
        if twice or measure.laboratory != "any":
            yield _problem(
                "laboratory-order",
                "the order of laboratories names one twice, or one class alone is asked for",
                "write laboratory: any, and each class once in laboratory_order",
                f"{pointer}/laboratory_order",
                measure.clause,
            )


def _comparisons(agreement: Agreement) -> Iterator[tuple[str, Compare]]:
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if isinstance(part, Compare):
            yield pointer, part


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _fall_back_is_another_assay,
    _repeats_are_of_results,
    _repeats_have_days,
    _repeats_come_before_the_cure_ends,
    _laboratories_have_one_order,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
