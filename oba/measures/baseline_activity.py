"""The FIX activity before the infusion: as recorded, or by the rows that the agreement gives for the severity (C14)."""

from decimal import Decimal
from fractions import Fraction

from oba.evidence import Evidence, Item
from oba.facts.baseline import BaselineRecorded
from oba.measures.interval import exactly
from oba.measures.measured import Measured, shown, used
from oba.terms.criteria.change_from_baseline import SeverityRow
from oba.trace import Trace, Wanted


def baseline_activity(clause: str, rows: tuple[SeverityRow, ...], evidence: Evidence) -> Measured:
    """FIX activity of the baseline in IU/dL, or unknown: `no_baseline`, `no_baseline_activity`, `above_every_row`."""
    baselines = evidence.of(BaselineRecorded)
    if not baselines:
        return _unknown(clause, "no_baseline")
    baseline = baselines[-1]
    recorded = baseline.fact.fix_activity_iu_per_dl
    if recorded is None:
        return _unknown(clause, "no_baseline_activity")
    if not rows:
        return _known(clause, baseline, recorded, f"recorded FIX activity of the baseline: {recorded} IU/dL")
    row = next((row for row in rows if recorded <= row.up_to), None)
    if row is None:
        return _unknown(clause, "above_every_row")
    sentence = f"recorded FIX activity of the baseline, {recorded} IU/dL (up to {row.up_to}), counts as {row.counts_as}"
    return _known(clause, baseline, row.counts_as, sentence)


def _known(clause: str, baseline: Item[BaselineRecorded], value: Decimal, sentence: str) -> Measured:
    return Measured(
        value=exactly(Fraction(value)),
        items=(baseline,),
        trace=Trace(
            step="measure.baseline_fix_activity",
            sentence=sentence,
            clause=clause,
            value=f"{shown(Fraction(value))} IU/dL",
            used=(used(baseline),),
        ),
    )


def _unknown(clause: str, reason: str) -> Measured:
    return Measured(
        trace=Trace(
            step="measure.baseline_fix_activity",
            sentence="the FIX activity of the baseline is unknown",
            clause=clause,
            reason=reason,
            wanted=(Wanted(what="a baseline with its FIX activity"),),
        )
    )
