"""Which whole failures count together: of one loss, of one day, and of all (C31, settled F4)."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import TypeAlias, assert_never

from oba.refund.failure import Failure
from oba.refund.ground import Determined
from oba.refund.refused import RefundRefused
from oba.terms.refund.several_failures import SeveralFailures

Cost: TypeAlias = Callable[[Failure], int | RefundRefused]
"""What a failure would cost alone, in cents."""
Failures: TypeAlias = tuple[Failure, ...]


def counting(terms: SeveralFailures, failures: Failures, determined: tuple[Determined, ...]) -> Failures:
    """The failures that cost something at all: latched ones where the terms say so, one loss once or each time."""
    alone = tuple(failure for failure in failures if failure.latched_from is None or terms.latch_counts)
    match terms.repeat:
        case None | "each_milestone":
            return alone
        case "once_per_loss":
            return _once_per_loss(alone, determined)
        case _:  # pragma: no cover
            assert_never(terms.repeat)


def several_failures(terms: SeveralFailures, failures: Failures, cost: Cost) -> Failures | RefundRefused:
    """Of failures in the order of their dates those that count together."""
    if not failures:
        return ()
    match terms.rule:
        case "cumulative":
            return failures
        case "highest_of":
            return _highest(failures, cost)
        case "first_only":
            return _first(terms, failures, cost)
        case _:  # pragma: no cover
            assert_never(terms.rule)


def _once_per_loss(failures: Failures, determined: tuple[Determined, ...]) -> Failures:
    """The first of each run of failures; a milestone that is met between two of them ends the loss."""
    in_due_order = sorted(failures, key=_due)
    recovered = sorted(one.due_on for one in determined if one.finding == "met")
    repeated = {
        later.milestone
        for earlier, later in pairwise(in_due_order)
        if not any(_due(earlier)[0] < on < _due(later)[0] for on in recovered)
    }
    return tuple(failure for failure in failures if failure.milestone not in repeated)


def _due(failure: Failure) -> tuple[date, int]:
    return (failure.due_on or failure.first_failure_on, failure.place)


def _highest(failures: Failures, cost: Cost) -> Failures | RefundRefused:
    """The costliest failure; of equal ones the earliest."""
    highest: tuple[Failure, int] | None = None
    for failure in failures:
        cents = cost(failure)
        if isinstance(cents, RefundRefused):
            return cents
        if highest is None or cents > highest[1]:
            highest = (failure, cents)
    return () if highest is None else (highest[0],)


def _first(terms: SeveralFailures, failures: Failures, cost: Cost) -> Failures | RefundRefused:
    first_on = failures[0].first_failure_on
    same_day = tuple(failure for failure in failures if failure.first_failure_on == first_on)
    match terms.same_day:
        case "highest":
            return _highest(same_day, cost)
        case "all":
            return same_day
        case "milestone_order":
            return same_day[:1]
        case _:  # pragma: no cover
            assert_never(terms.same_day)
