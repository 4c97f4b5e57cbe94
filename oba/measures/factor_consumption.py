"""FIX products used on the observed days of a period, brought to a year (C16).

No attestation of FIX use, no zero: days count up to the last attested completeness only (settled A8).
"""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import assert_never

from oba.dates import Span
from oba.evidence import Item
from oba.facts.base import Fact
from oba.measures.annual import days_of_a_year
from oba.measures.attestation import Attestation, fix_use
from oba.measures.doses import Dose, counted_doses
from oba.measures.excluded_days import complete_through, days_between, excluded_days
from oba.measures.interval import Interval, exactly
from oba.measures.lead_in_use import lead_in_use
from oba.measures.measured import Measured, Setting, shown, used
from oba.measures.measuring_period import period_span
from oba.measures.weight import weight_on
from oba.terms.measures.factor_consumption import FactorConsumption, IuPerKgPerYear, IuPerYear, PercentOfLeadIn
from oba.terms.period import MonthsAfterDayZero
from oba.trace import Trace, Wanted


def factor_consumption(terms: FactorConsumption, setting: Setting) -> Measured:
    """IU per year, IU/kg per year or percent of the lead-in, as the terms say; or unknown: `no_attestation`,
    `exposure_too_short`, `no_weight`, and for a percentage `no_baseline`, `lead_in_too_short`, `no_lead_in_use`,
    `baseline_zero`.
    """
    period = period_span(terms.period, setting.obligation, setting.month_end)
    attestation = fix_use(setting.evidence, period.last)
    if attestation is None or attestation.through < period.first:
        return _unknown(terms, period, "no_attestation")
    attested = min(period.last, attestation.through)
    observed = days_between(period.first, attested) - excluded_days(terms.excluded, setting, period)
    if len(observed) < max(1, terms.minimum_days):
        return _unknown(terms, period, "exposure_too_short")
    match terms.measured_in:
        case IuPerYear():
            return _yearly(terms, setting, period, attestation, observed)
        case IuPerKgPerYear():
            return _yearly(terms, setting, period, attestation, observed, per_kg=True)
        case PercentOfLeadIn():
            yearly = _yearly(terms, setting, period, attestation, observed)
            return _percent(terms, yearly, lead_in_use(terms, terms.measured_in, setting.evidence))
        case _:  # pragma: no cover
            assert_never(terms.measured_in)


def _yearly(
    terms: FactorConsumption,
    setting: Setting,
    period: Span,
    attestation: Attestation,
    observed: frozenset[date],
    *,
    per_kg: bool = False,
) -> Measured:
    doses, left_out = counted_doses(terms, setting.evidence, period, observed)
    weighed = _per_kg(setting, doses) if per_kg else (_iu(doses), ())
    if weighed is None:
        return _unknown(terms, period, "no_weight")
    amount, weights = weighed
    factor = days_of_a_year(terms.annualisation, period.first)
    value = amount * factor / len(observed)
    unit = "IU/kg" if per_kg else "IU"
    attested = min(period.last, attestation.through)
    provisional = attested < period.last and not setting.closed
    return Measured(
        value=exactly(value),
        provisional=provisional,
        at_least=_least(terms, setting, period, attested) if provisional and not per_kg else None,
        decided_on=max((dose.occurred_on for dose in doses), default=None),
        items=(*doses, *weights, attestation.item),
        trace=Trace(
            step="measure.factor_consumption",
            sentence=(
                f"{shown(amount)} {unit} in {len(doses)} doses ({', '.join(terms.purposes)}) on {len(observed)} "
                f"observed days from {period.first} to {attested}: {shown(amount)} x {shown(factor)} / {len(observed)} "
                f"= {shown(value)} {unit} per year"
            ),
            clause=terms.clause,
            value=f"{shown(value)} {unit} per year",
            used=tuple(used(item) for item in (*doses, *weights)),
            rejected=left_out,
            wanted=() if attested == period.last else (_attestation_wanted(period),),
            because=(attestation.trace(terms.clause),),
        ),
    )


def _iu(doses: tuple[Dose, ...]) -> Fraction:
    return sum((Fraction(dose.fact.iu) for dose in doses), Fraction(0))


def _per_kg(setting: Setting, doses: tuple[Dose, ...]) -> tuple[Fraction, tuple[Item[Fact], ...]] | None:
    """Each dose by the weight in force on its day, with the facts that say the weights (settled C11)."""
    amount = Fraction(0)
    weights: dict[str, Item[Fact]] = {}
    for dose in doses:
        weight = weight_on(setting.evidence, dose.occurred_on)
        if weight is None:
            return None
        amount += Fraction(dose.fact.iu) / weight.kg
        weights[str(weight.item.fact_id)] = weight.item
    return amount, tuple(weights.values())


def _least(terms: FactorConsumption, setting: Setting, period: Span, attested: date) -> Fraction | None:
    """The yearly use if every further day were observed and nothing more used: no admissible fact makes it lower.

    None where a cause that is not known yet may still leave a dose out.
    """
    through = complete_through(terms.excluded, setting, attested)
    if through is None or terms.without_causes:
        return None
    settled = days_between(period.first, through) - excluded_days(terms.excluded, setting, period)
    if len(settled) < max(1, terms.minimum_days):
        return None
    doses, _ = counted_doses(terms, setting.evidence, period, settled)
    months = [span for span in terms.excluded if isinstance(span, MonthsAfterDayZero)]
    further = days_between(through + timedelta(days=1), period.last) - excluded_days(months, setting, period)
    return _iu(doses) * days_of_a_year(terms.annualisation, period.first) / (len(settled) + len(further))


def _percent(terms: FactorConsumption, yearly: Measured, lead_in: Measured) -> Measured:
    """The same in percent of the lead-in; unknown where the lead-in is."""
    if lead_in.value is None:
        return lead_in
    assert yearly.value is not None
    whole = lead_in.value.low[0]
    percent = yearly.value.low[0] * 100 / whole
    sentence = f"{yearly.trace.value} is {shown(percent)} % of the lead-in's {lead_in.trace.value}"
    return replace(
        yearly,
        value=Interval(low=(percent, 0), high=(percent, 0)),
        at_least=None if yearly.at_least is None else yearly.at_least * 100 / whole,
        items=(*yearly.items, *lead_in.items),
        trace=Trace(
            step="measure.factor_consumption_of_lead_in",
            sentence=sentence,
            clause=terms.clause,
            value=f"{shown(percent)} % of lead-in",
            because=(yearly.trace, lead_in.trace),
        ),
    )


def _attestation_wanted(period: Span) -> Wanted:
    return Wanted(what=f"an assessment that attests FIX use as complete through {period.last}")


def _unknown(terms: FactorConsumption, period: Span, reason: str) -> Measured:
    return Measured(
        trace=Trace(
            step="measure.factor_consumption",
            sentence=f"use of FIX products from {period.first} to {period.last} is unknown",
            clause=terms.clause,
            reason=reason,
            wanted=(_attestation_wanted(period),),
        )
    )
