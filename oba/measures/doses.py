"""Which doses of FIX products a consumption counts: of its purposes, on observed days, for no excluded cause (C16)."""

from datetime import date

from oba.dates import Span
from oba.evidence import Evidence, Item
from oba.facts.bleed import BleedCause, BleedLogged
from oba.facts.fix_product_use import FixProductUsed
from oba.measures.measured import rejected
from oba.terms.measures.factor_consumption import FactorConsumption
from oba.trace import Rejected

Dose = Item[FixProductUsed]


def counted_doses(
    terms: FactorConsumption, evidence: Evidence, period: Span, observed: frozenset[date]
) -> tuple[tuple[Dose, ...], tuple[Rejected, ...]]:
    """The doses of the period that count, and those that do not, with the reason."""
    causes = {bleed.fact_id: bleed.fact.cause for bleed in evidence.of(BleedLogged)}
    counted: list[Dose] = []
    left_out: list[Rejected] = []
    for dose in evidence.of(FixProductUsed):
        if dose.occurred_on not in period:
            continue
        named = dose.fact.bleed_fact_id
        cause = causes.get(named, "unknown") if named is not None else None
        reason = _why_not(terms, dose, cause, observed)
        if reason is None:
            counted.append(dose)
        else:
            left_out.append(rejected(dose, reason))
    return tuple(counted), tuple(left_out)


def _why_not(terms: FactorConsumption, dose: Dose, cause: BleedCause | None, observed: frozenset[date]) -> str | None:
    if dose.fact.purpose not in terms.purposes:
        return "other_purpose"
    for_a_bleed: BleedCause | None = "unknown" if dose.fact.purpose == "bleed" else None
    if (cause or for_a_bleed) in terms.without_causes:
        return "other_cause"
    return None if dose.occurred_on in observed else "day_not_observed"
