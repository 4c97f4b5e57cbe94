"""A failure that stands at later milestones, for ever or until it is cured (C21, settled D2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from oba.criteria.deciding import leaves_of
from oba.criteria.judged import Judged
from oba.criteria.milestone_series import day_of, failed_over, failing, members, steps
from oba.criteria.standing import Latching, Standing, latched
from oba.measures.measured import Setting
from oba.terms.criteria.any_criterion import Latch
from oba.terms.criteria.latch import Cure, Never, SuccessivePasses, SuccessivePassesAnyTime
from oba.trace import Trace, Verdict


def latch(terms: Latch, settings: Sequence[Setting], judged: Sequence[Judged], *, whole: bool) -> Judged:
    """The criterion at the last of the milestones, and false as well while an earlier failure stands: then the failure
    and its dates are the earlier ones.
    """
    places = members(terms.earlier, settings)
    series = [judged[place] for place in places]
    days = [day_of(judged[place], settings[place]) for place in places]
    latching = Latching(terms.failure, terms.cure, settings[-1].month_end)

    def rule(verdicts: Sequence[Verdict]) -> Standing:
        return latched(days, verdicts, latching)

    standing, own = rule([one.verdict for one in series]), series[-1]
    run = [(series[place], settings[places[place]]) for place in standing.run]
    trace = Trace(
        step="criterion.latch",
        sentence=f"{_said(terms, standing, run)}: {standing.verdict}",
        clause=terms.clause,
        value=None if standing.cured is None else f"cured on {days[standing.cured]}",
        reason="latched" if run and not standing.own else None,
        verdict=standing.verdict,
        because=steps(terms.clause, places, settings, judged, whole=whole),
    )
    if not run:
        return Judged(
            verdict=standing.verdict,
            trace=trace,
            decided_on=own.decided_on,
            items=own.items,
            tier=own.tier,
            open_leaves=leaves_of(standing.verdict, series, lambda verdicts: rule(verdicts).verdict),
        )
    failed, last = failed_over(terms.of, run, trace), run[-1][0]
    if latching.k == 1:
        failed = replace(failed, confirmed_on=last.confirmed_on)
    if standing.own:
        return replace(failed, latched_from=last.latched_from)
    return replace(failed, items=(*failed.items, *own.items), latched_from=run[-1][1].obligation.name)


def _said(terms: Latch, standing: Standing, run: Sequence[tuple[Judged, Setting]]) -> str:
    if standing.own:
        return f"it fails{failing(run)}"
    if run:
        return f"the failure at {run[-1][1].obligation.name} stands, {_until(terms.cure)}{failing(run)}"
    if standing.verdict == "unknown":
        return "whether a failure stands is open"
    return "no failure stands" if standing.cured is None else "the earlier failure is cured"


def _until(cure: Cure) -> str:
    match cure:
        case Never():
            return "and nothing cures it"
        case SuccessivePasses():
            return f"until {cure.passes} successive passes within {cure.within_months} months of it"
        case SuccessivePassesAnyTime():
            return f"until {cure.passes} successive passes"
        case _:  # pragma: no cover
            assert_never(cure)
