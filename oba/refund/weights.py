"""A percentage of the base at stake, by the weights of what failed (C28, settled F4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from oba.determination.determination import RefundLine
from oba.problems import Problem
from oba.refund.exact import percent_of_base
from oba.refund.failure import Failure
from oba.refund.failure_line import failure_line
from oba.refund.ground import Ground
from oba.refund.refused import Lines, gathered
from oba.terms.refund.weights import PerMeasure, PerMilestone, PerMilestoneAndMeasure, Weights
from oba.units import write_number


@dataclass(frozen=True)
class Share:
    """What failed, as a share of the sum of weights, with the words that say so."""

    of_all: Fraction
    written: str
    words: str


def weights(terms: Weights, ground: Ground) -> Lines:
    """One line for each failure that has a weight; each line is rounded once."""
    return gathered(
        _line(terms, failure, ground.failures[:place], ground) for place, failure in enumerate(ground.failures)
    )


def _line(terms: Weights, failure: Failure, before: tuple[Failure, ...], ground: Ground) -> RefundLine | Problem | None:
    shares = _shares(terms, failure, before, ground)
    if any(share.of_all == 0 for share in shares):
        return None
    exact = percent_of_base(ground.base, terms.percent)
    for share in shares:
        exact = exact.times(share.of_all, share.written)
    note = "; " + "; ".join(share.words for share in shares)
    return failure_line("weights", terms, failure, ground, exact, note)


def _shares(terms: Weights, failure: Failure, before: tuple[Failure, ...], ground: Ground) -> tuple[Share, ...]:
    match terms.per:
        case PerMilestone():
            return (_milestone(terms.per, failure, ground),)
        case PerMeasure():
            return (_measures(terms.per, failure, before if terms.per.repeat == "once_per_loss" else ()),)
        case PerMilestoneAndMeasure():
            return (_milestone(terms.per, failure, ground), _measures(terms.per, failure, ()))
        case _:  # pragma: no cover
            assert_never(terms.per)


def _milestone(per: PerMilestone | PerMilestoneAndMeasure, failure: Failure, ground: Ground) -> Share:
    """A waived weight stays in the sum and is lost, unless the others take it over."""
    waived = {one.milestone for one in ground.determined if one.finding == "waived"} & per.milestones.keys()
    left_out = waived if per.reweight else set()
    sum_of = {name: weight for name, weight in per.milestones.items() if name not in left_out}
    words = f"weight of {failure.milestone}"
    if waived:
        names = " and ".join(sorted(waived))
        words += f"; {names} waived, {'taken over by the others' if per.reweight else 'that weight is lost'}"
    return _share((failure.milestone,), sum_of, words)


def _measures(per: PerMeasure | PerMilestoneAndMeasure, failure: Failure, before: tuple[Failure, ...]) -> Share:
    failed = _failed(per, failure)
    gone = {name for earlier in before for name in _failed(per, earlier)}
    counted = tuple(name for name in per.measures if name in failed and name not in gone)
    words = f"weight of {' and '.join(counted)}"
    repeated = tuple(name for name in per.measures if name in failed and name in gone)
    if repeated:
        words += f"; {' and '.join(repeated)} failed before and counts once"
    return _share(counted, per.measures, words)


def _failed(per: PerMeasure | PerMilestoneAndMeasure, failure: Failure) -> frozenset[str]:
    """The measures that failed; a milestone that fails for another reason than its criterion names none itself."""
    if failure.failed_parts:
        return frozenset(failure.failed_parts)
    match per.failed_without_measure:
        case "all":
            return frozenset(per.measures)
        case "none":
            return frozenset()
        case _:  # pragma: no cover
            assert_never(per.failed_without_measure)


def _share(names: tuple[str, ...], sum_of: Mapping[str, Decimal], words: str) -> Share:
    own = [sum_of[name] for name in names if name in sum_of]
    total = sum(sum_of.values(), Decimal(0))
    if not own:
        return Share(Fraction(0), "0", words)
    above = write_number(own[0]) if len(own) == 1 else f"({' + '.join(write_number(weight) for weight in own)})"
    of_all = Fraction(sum(own, Decimal(0))) / Fraction(total)
    return Share(of_all, f"{above}/{write_number(total)}", words)
