"""The one place that judges a criterion of any kind.

A criterion may look back on the milestones before (C20, C21). So each is judged over the whole series that is asked
for, from the first milestone that is needed on: a measure is asked once for each milestone, however deep it stands.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from oba.criteria.change_from_baseline import change_from_baseline
from oba.criteria.combining import combined
from oba.criteria.compare import compare
from oba.criteria.compare_with_baseline import compare_with_baseline
from oba.criteria.deciding import opened, told
from oba.criteria.judged import Judged
from oba.criteria.latch import latch
from oba.criteria.prophylaxis_free import prophylaxis_free
from oba.criteria.state import state
from oba.criteria.sustained import sustained
from oba.criteria.sustained_values import at_measurements, without_drop, without_drop_at_milestones
from oba.criteria.tiers import tiers
from oba.criteria.treat_as_failure import treat_as_failure
from oba.measures.factor_activity import factor_activity
from oba.measures.measured import Setting
from oba.terms.criteria.any_criterion import (
    All,
    AnyOf,
    AtEachMilestone,
    Criterion,
    Implies,
    KOfN,
    Latch,
    MilestoneSeries,
    NoKConsecutiveFailures,
    Not,
    OnMeasure,
    Sustained,
    Tiers,
    parts_of,
)
from oba.terms.criteria.change_from_baseline import ChangeFromBaseline
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.terms.criteria.prophylaxis_free import ProphylaxisFree
from oba.terms.criteria.state import State
from oba.terms.criteria.sustained import AtEveryMeasurement, Measurements, NoDropFromPeak
from oba.terms.criteria.treat_as_failure import TreatAsFailure
from oba.terms.criterion_block import CriterionBlock

Judgements: TypeAlias = tuple[Judged, ...]


def judge(criterion: Criterion, setting: Setting) -> Judged:
    """True, false or unknown with all its reasons; every part is judged, so that every reason is shown, and an unknown
    names what would decide it.
    """
    settings = (*setting.earlier, setting)
    (judged,) = _over(criterion, settings, len(settings) - 1)
    return told(judged, combines=bool(parts_of(criterion)))


def _over(criterion: Criterion, settings: Sequence[Setting], first: int) -> Judgements:
    """The criterion at the milestones from the place `first` on; one that failed tells its name (C28)."""
    return tuple(
        replace(judged, failed_parts=(criterion.name, *judged.failed_parts))
        if criterion.name is not None and judged.verdict == "false"
        else judged
        for judged in _by_kind(criterion, settings, first)
    )


def _by_kind(criterion: Criterion, settings: Sequence[Setting], first: int) -> Judgements:
    match criterion:
        case All() | AnyOf() | Not() | KOfN() | Implies():
            return tuple(combined(criterion, parts) for parts in _parts(criterion, settings, first))
        case Tiers():
            return tuple(tiers(criterion, parts) for parts in _parts(criterion, settings, first))
        case Latch():
            judged, last = _over(criterion.of, settings, 0), len(settings)
            ends = range(first + 1, last + 1)
            return tuple(latch(criterion, settings[:end], judged[:end], whole=end == last) for end in ends)
        case Sustained():
            return _sustained(criterion, settings, first)
        case _:
            return _each(criterion, settings, first, lambda place: _on_measure(criterion, settings[place]))


def _parts(criterion: Criterion, settings: Sequence[Setting], first: int) -> Iterator[Judgements]:
    """The parts, judged together, one milestone after the other."""
    return zip(*(_over(part, settings, first) for _, part in parts_of(criterion)), strict=True)


def _each(
    criterion: CriterionBlock, settings: Sequence[Setting], first: int, asked: Callable[[int], Judged]
) -> Judgements:
    """A criterion that asks a measure, at the place of one milestone after the other."""
    last = len(settings) - 1
    return tuple(
        opened(criterion, asked(place), settings[place], earlier=place < last) for place in range(first, last + 1)
    )


def _sustained(terms: Sustained, settings: Sequence[Setting], first: int) -> Judgements:
    form = terms.form
    match form:
        case AtEachMilestone():
            return _at_milestones(terms, form, form, settings, first)
        case NoKConsecutiveFailures():
            over = form.over
            if isinstance(over, MilestoneSeries):
                return _at_milestones(terms, form, over, settings, first)
            return _each(terms, settings, first, lambda place: at_measurements(terms, form, over, settings[place]))
        case AtEveryMeasurement():
            return _each(terms, settings, first, lambda at: at_measurements(terms, form, form.over, settings[at]))
        case NoDropFromPeak():
            return _without_drop(terms, form, settings, first)
        case _:  # pragma: no cover
            assert_never(form)


def _at_milestones(
    terms: Sustained,
    form: AtEachMilestone | NoKConsecutiveFailures,
    series: AtEachMilestone | MilestoneSeries,
    settings: Sequence[Setting],
    first: int,
) -> Judgements:
    judged, last = _over(series.of, settings, 0), len(settings)
    ends = range(first + 1, last + 1)
    return tuple(sustained(terms, form, series, settings[:end], judged[:end], whole=end == last) for end in ends)


def _without_drop(terms: Sustained, form: NoDropFromPeak, settings: Sequence[Setting], first: int) -> Judgements:
    over = form.over
    if isinstance(over, Measurements):
        return _each(terms, settings, first, lambda place: without_drop(terms, form, over, settings[place]))
    found = [factor_activity(over.measure, setting) for setting in settings]

    def up_to(place: int) -> Judged:
        return without_drop_at_milestones(terms, form, over, settings[: place + 1], found[: place + 1])

    return _each(terms, settings, first, up_to)


def _on_measure(criterion: OnMeasure, setting: Setting) -> Judged:
    match criterion:
        case Compare():
            return compare(criterion, setting)
        case CompareWithBaseline():
            return compare_with_baseline(criterion, setting)
        case ChangeFromBaseline():
            return change_from_baseline(criterion, setting)
        case TreatAsFailure():
            return treat_as_failure(criterion, setting)
        case ProphylaxisFree():
            return prophylaxis_free(criterion, setting)
        case State():
            return state(criterion, setting)
        case _:  # pragma: no cover
            assert_never(criterion)
