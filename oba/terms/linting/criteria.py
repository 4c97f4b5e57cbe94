"""Checks of criteria that combine others or look back (C19-C21): counts out of reach, names that lead nowhere."""

from collections.abc import Callable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.criteria.any_criterion import KOfN, Tiers
from oba.terms.criteria.sustained import NamedEarlier, NoDropFromPeak
from oba.terms.criterion_block import CriterionBlock
from oba.terms.parts_within import parts_within


def _counts_are_within_reach(agreement: Agreement) -> Iterator[Problem]:
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if isinstance(part, KOfN) and part.k > len(part.of):
            yield _problem(
                "unreachable-count",
                "more parts are asked for than there are",
                "lower k, or add the parts that are missing",
                f"{pointer}/k",
                part.clause,
            )
        if isinstance(part, Tiers):
            for place, tier in enumerate(part.rows):
                if tier.at_least > len(part.of):
                    yield _problem(
                        "unreachable-tier",
                        "the tier asks for more true parts than there are",
                        "lower at_least, or add the parts that are missing",
                        f"{pointer}/rows/{place}/at_least",
                        part.clause,
                    )


def _parts_have_their_own_names(agreement: Agreement) -> Iterator[Problem]:
    for name, criterion in agreement.criteria.items():
        seen: set[str] = set()
        for pointer, part in parts_within(criterion, f"/criteria/{name}"):
            if not isinstance(part, CriterionBlock) or part.name is None:
                continue
            if part.name in seen:
                yield _problem(
                    "part-name-twice",
                    "two parts of one criterion have one name, so that a failed part could be either",
                    "rename one",
                    f"{pointer}/name",
                    part.clause,
                )
            seen.add(part.name)


def _one_tier_is_reached(agreement: Agreement) -> Iterator[Problem]:
    for name, criterion in agreement.criteria.items():
        found = [pair for pair in parts_within(criterion, f"/criteria/{name}") if isinstance(pair[1], Tiers)]
        for pointer, _ in found[1:]:
            yield _problem(
                "tiers-twice",
                "one criterion has tiers in two places, so that it would reach two tiers",
                "count all parts in one block of tiers",
                pointer,
                None,
            )


def _series_name_milestones(agreement: Agreement) -> Iterator[Problem]:
    known = {milestone.id for milestone in agreement.every_milestone}
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if not isinstance(part, NamedEarlier):
            continue
        for place, milestone in enumerate(part.milestones):
            if milestone not in known:
                yield _problem(
                    "series-without-milestone",
                    "the series names a milestone that the agreement does not have",
                    f"name one of {', '.join(sorted(known))}",
                    f"{pointer}/milestones/{place}",
                    None,
                )


def _a_drop_can_happen(agreement: Agreement) -> Iterator[Problem]:
    for pointer, part in parts_within(agreement.criteria, "/criteria"):
        if isinstance(part, NoDropFromPeak) and part.unit == "percent of peak" and part.more_than >= 100:
            yield _problem(
                "drop-out-of-reach",
                "nothing falls by more than 100 % of its peak",
                "lower the percentage",
                f"{pointer}/more_than",
                None,
            )


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _counts_are_within_reach,
    _parts_have_their_own_names,
    _one_tier_is_reached,
    _series_name_milestones,
    _a_drop_can_happen,
)


def _problem(code: str, message: str, remedy: str, pointer: str, clause: str | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=clause)
