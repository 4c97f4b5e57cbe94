"""Sustained over the milestones (C20): at each of them, or without k failures in a row (settled D2)."""

from collections.abc import Sequence

from oba.criteria.deciding import leaves_of
from oba.criteria.judged import Judged
from oba.criteria.milestone_series import failed_over, failing, members, steps
from oba.criteria.series import Held, at_each, no_run
from oba.measures.measured import Setting
from oba.terms.criteria.any_criterion import (
    AtEachMilestone,
    MilestoneSeries,
    NoKConsecutiveFailures,
    Sustained,
)
from oba.trace import Trace, Verdict


def sustained(
    terms: Sustained,
    form: AtEachMilestone | NoKConsecutiveFailures,
    series: AtEachMilestone | MilestoneSeries,
    settings: Sequence[Setting],
    judged: Sequence[Judged],
    *,
    whole: bool,
) -> Judged:
    """The criterion over the series up to the last of the milestones; a failure carries the day on which it began and
    the day that confirmed it (fixture F13).
    """
    places = members(series.earlier, settings)
    found = [judged[place] for place in places]
    held = _rule(form, [one.verdict for one in found])
    run = [(found[place], settings[places[place]]) for place in held.run]
    trace = Trace(
        step="criterion.sustained",
        sentence=f"{_said(form)}: {held.verdict}{failing(run)}",
        clause=terms.clause,
        verdict=held.verdict,
        because=steps(terms.clause, places, settings, judged, whole=whole),
    )
    if not run:
        return Judged(
            verdict=held.verdict,
            trace=trace,
            decided_on=found[-1].decided_on,
            items=tuple(item for one in found for item in one.items),
            tier=found[-1].tier,
            open_leaves=leaves_of(held.verdict, found, lambda verdicts: _rule(form, verdicts).verdict),
        )
    return failed_over(series.of, run, trace)


def _rule(form: AtEachMilestone | NoKConsecutiveFailures, verdicts: Sequence[Verdict]) -> Held:
    if isinstance(form, AtEachMilestone):
        return at_each(verdicts)
    return no_run(verdicts, form.k, form.unknown_between)


def _said(form: AtEachMilestone | NoKConsecutiveFailures) -> str:
    return "at each milestone" if isinstance(form, AtEachMilestone) else f"no {form.k} failures in a row"
