"""The share of the intended dose that was administered, in percent, as the infusion says now (corrections resolved)."""

from fractions import Fraction

from oba.measures.interval import exactly
from oba.measures.measured import Measured, Setting, shown, used
from oba.terms.measures.dose_share import DoseShare
from oba.trace import Trace, Wanted


def dose_share(terms: DoseShare, setting: Setting) -> Measured:
    """Percent of the intended dose; unknown, `no_infusion`, where the infusion is not known."""
    infused = setting.evidence.infused
    if infused is None:
        wanted = Wanted(what="the infusion with the share of the dose that was administered")
        sentence = "the infusion is not known, and so its dose is not"
        trace = Trace(
            step="measure.dose_share", sentence=sentence, clause=terms.clause, reason="no_infusion", wanted=(wanted,)
        )
        return Measured(trace=trace)
    share = Fraction(infused.fact.dose_share_percent)
    trace = Trace(
        step="measure.dose_share",
        sentence=f"{infused.fact.says()} on {infused.occurred_on}",
        clause=terms.clause,
        value=f"{shown(share)} % of the dose",
        used=(used(infused),),
    )
    return Measured(trace=trace, value=exactly(share), decided_on=infused.occurred_on, items=(infused,))
