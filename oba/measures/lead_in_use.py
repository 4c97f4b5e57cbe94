"""The FIX use of the recorded lead-in, brought to a year (settled C8)."""

from fractions import Fraction

from oba.evidence import Evidence
from oba.facts.baseline import BaselineRecorded
from oba.measures.annual import days_of_a_year
from oba.measures.interval import exactly
from oba.measures.measured import Measured, shown, used
from oba.terms.measures.factor_consumption import FactorConsumption, PercentOfLeadIn
from oba.trace import Trace, Wanted


def lead_in_use(terms: FactorConsumption, minimum: PercentOfLeadIn, evidence: Evidence) -> Measured:
    """IU per year of the lead-in, for every purpose; or unknown: `no_baseline`, `lead_in_too_short`, `no_lead_in_use`
    where it holds no amount, `baseline_zero` where no percentage of it can be taken.
    """
    baselines = evidence.of(BaselineRecorded)
    if not baselines:
        return _unknown(terms, minimum, "no_baseline")
    baseline = baselines[-1]
    lead_in, iu = baseline.fact.lead_in, baseline.fact.fix_use_iu
    if lead_in.days < max(1, minimum.minimum_lead_in_days):
        return _unknown(terms, minimum, "lead_in_too_short")
    if iu is None:
        return _unknown(terms, minimum, "no_lead_in_use")
    if iu == 0:
        return _unknown(terms, minimum, "baseline_zero")
    factor = days_of_a_year(terms.annualisation, lead_in.first)
    yearly = Fraction(iu) * factor / lead_in.days
    return Measured(
        value=exactly(yearly),
        items=(baseline,),
        trace=Trace(
            step="measure.lead_in_use",
            sentence=(
                f"lead-in {lead_in.first} to {lead_in.last}: {shown(Fraction(iu))} IU x {shown(factor)} / "
                f"{lead_in.days} days = {shown(yearly)} IU per year"
            ),
            clause=terms.clause,
            value=f"{shown(yearly)} IU per year",
            used=(used(baseline),),
        ),
    )


def _unknown(terms: FactorConsumption, minimum: PercentOfLeadIn, reason: str) -> Measured:
    wanted = f"a baseline with the FIX use of a lead-in of at least {minimum.minimum_lead_in_days} days"
    return Measured(
        trace=Trace(
            step="measure.lead_in_use",
            sentence="the FIX use of the lead-in is unknown",
            clause=terms.clause,
            reason=reason,
            wanted=(Wanted(what=wanted),),
        )
    )
