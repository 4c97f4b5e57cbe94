"""The bleeding rate of the recorded lead-in, by the definition of the rate that it is compared with (settled C8)."""

from fractions import Fraction
from typing import assert_never

from oba.evidence import Evidence
from oba.facts.baseline import BaselineBleeds, BaselineRecorded
from oba.measures.annual import days_of_a_year
from oba.measures.interval import exactly
from oba.measures.measured import Measured, shown, used
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.trace import Trace, Wanted


def baseline_rate(terms: BleedingRate, evidence: Evidence) -> Measured:
    """The rate of the lead-in with the same annualisation, or unknown: `no_baseline`, `lead_in_too_short` (settled
    C8), `no_baseline_of_this_kind` (a lead-in holds no adjudicated bleeds).
    """
    baselines = evidence.of(BaselineRecorded)
    if not baselines:
        return _unknown(terms, "no_baseline")
    baseline = baselines[-1]
    lead_in = baseline.fact.lead_in
    if lead_in.days < max(1, terms.minimum_lead_in_days):
        return _unknown(terms, "lead_in_too_short")
    bleeds = _count(terms, baseline.fact.bleeds)
    if bleeds is None:
        return _unknown(terms, "no_baseline_of_this_kind")
    factor = days_of_a_year(terms.annualisation, lead_in.first)
    rate = Fraction(bleeds) * factor / lead_in.days
    return Measured(
        value=exactly(rate),
        decided_on=lead_in.last,
        items=(baseline,),
        trace=Trace(
            step="measure.baseline_bleeding_rate",
            sentence=(
                f"lead-in {lead_in.first} to {lead_in.last}: {bleeds} bleeds ({terms.count}) x "
                f"{shown(factor)} / {lead_in.days} days = {shown(rate)} per year"
            ),
            clause=terms.clause,
            value=f"{shown(rate)} bleeds per year",
            used=(used(baseline),),
        ),
    )


def _count(terms: BleedingRate, bleeds: BaselineBleeds) -> int | None:
    match terms.count:
        case "all":
            return bleeds.all
        case "treated":
            return bleeds.treated
        case "spontaneous":
            return bleeds.spontaneous
        case "joint":
            return bleeds.joint
        case "adjudicated":
            return None
        case _:  # pragma: no cover
            assert_never(terms.count)


def _unknown(terms: BleedingRate, reason: str) -> Measured:
    return Measured(
        trace=Trace(
            step="measure.baseline_bleeding_rate",
            sentence="the bleeding rate of the lead-in is unknown",
            clause=terms.clause,
            reason=reason,
            wanted=(Wanted(what=f"a baseline with a lead-in of at least {terms.minimum_lead_in_days} days"),),
        )
    )
