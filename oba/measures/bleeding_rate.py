"""New bleeds over observed days, annualised. Merge first, over the whole record, then select by kind (settled C6).

No attestation, no zero: days count up to the last attested completeness only (settled A8).
"""

from datetime import date
from fractions import Fraction

from oba.dates import Span
from oba.measures.annual import days_of_a_year
from oba.measures.attestation import Attestation, bleed_log
from oba.measures.counting import Counted, count
from oba.measures.garwood import LABEL, yearly_interval
from oba.measures.interval import Interval, exactly
from oba.measures.least_rate import least_rate, logged_rate
from oba.measures.measured import Measured, Setting, shown, used
from oba.measures.measuring_period import period_span
from oba.measures.observed_days import ObservedDays, observed_days
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.trace import Trace, Wanted


def bleeding_rate(terms: BleedingRate, setting: Setting) -> Measured:
    """Bleeds per year of one kind, or unknown: `no_attestation`, `exposure_too_short`.

    Where the terms say `count_lower_bound`, what would be unknown is at least the rate of the logged bleeds.
    """
    period = period_span(terms.period, setting.obligation, setting.month_end)
    attestation = bleed_log(setting.evidence, period.last)
    if attestation is None or attestation.through < period.first:
        return _without_rate(terms, setting, period, "no_attestation")
    attested = min(period.last, attestation.through)
    observed = observed_days(terms, setting, period, attested)
    if len(observed.days) < max(1, terms.minimum_days):
        return _without_rate(terms, setting, period, "exposure_too_short")
    return _rate(terms, setting, period, attestation, observed)


def _rate(
    terms: BleedingRate, setting: Setting, period: Span, attestation: Attestation, observed: ObservedDays
) -> Measured:
    attested = min(period.last, attestation.through)
    counted = count(terms, setting.evidence, observed)
    factor = days_of_a_year(terms.annualisation, period.first)
    rate = observed.rate(len(counted.episodes), factor)
    provisional = not setting.closed and (attested < period.last or counted.undecided > 0)
    least = _least(terms, setting, period, attested) if provisional else None
    return Measured(
        value=exactly(rate),
        provisional=provisional,
        at_least=least,
        decided_on=counted.last_onset,
        items=(*counted.bleeds, attestation.item),
        trace=Trace(
            step="measure.bleeding_rate",
            sentence=_sentence(terms, counted, observed, factor, Span(first=period.first, last=attested)),
            clause=terms.clause,
            value=f"{shown(rate)} bleeds per year",
            used=tuple(used(bleed) for bleed in counted.bleeds),
            rejected=counted.left_out,
            wanted=_wanted(setting, period, attested, counted),
            because=(
                attestation.trace(terms.clause),
                *_excluded_trace(terms, observed),
                *_interval_trace(terms, counted, observed, factor),
                *_least_trace(terms, least),
            ),
        ),
    )


def _least(terms: BleedingRate, setting: Setting, period: Span, attested: date) -> Fraction | None:
    logged = logged_rate(terms, setting, period)
    bounds = (least_rate(terms, setting, period, attested), logged[0] if logged is not None else None)
    return max((bound for bound in bounds if bound is not None), default=None)


def _sentence(terms: BleedingRate, counted: Counted, observed: ObservedDays, factor: Fraction, days: Span) -> str:
    bleeds, number = len(counted.episodes), len(observed.days)
    rate = shown(observed.rate(bleeds, factor))
    if observed.imputed_per_year is None:
        return (
            f"{bleeds} bleeds ({terms.count}) on {number} observed days from {days.first} to {days.last}: "
            f"{bleeds} x {shown(factor)} / {number} = {rate} per year"
        )
    imputed, on_prophylaxis = shown(observed.imputed_per_year), observed.on_prophylaxis
    return (
        f"{bleeds} bleeds ({terms.count}) and {on_prophylaxis} days on prophylaxis at {imputed} a year, on {number} "
        f"observed days from {days.first} to {days.last}: "
        f"({bleeds} x {shown(factor)} + {imputed} x {on_prophylaxis}) / {number} = {rate} per year"
    )


def _wanted(setting: Setting, period: Span, attested: date, counted: Counted) -> tuple[Wanted, ...]:
    found = [] if attested == period.last else [_attestation_wanted(period)]
    if counted.undecided:
        number = "1 bleed" if counted.undecided == 1 else f"{counted.undecided} bleeds"
        found.append(Wanted(what=f"the adjudication of {number}", until=setting.recorded_until))
    return tuple(found)


def _attestation_wanted(period: Span) -> Wanted:
    return Wanted(what=f"an assessment that attests the bleed log as complete through {period.last}")


def _excluded_trace(terms: BleedingRate, observed: ObservedDays) -> tuple[Trace, ...]:
    if not terms.excluded:
        return ()
    named = ", ".join(span.kind.replace("_", " ") for span in terms.excluded)
    sentence = f"{observed.excluded} attested days are excluded ({named})"
    return (Trace(step="excluded_days", sentence=sentence, clause=terms.clause, value=f"{observed.excluded} days"),)


def _interval_trace(
    terms: BleedingRate, counted: Counted, observed: ObservedDays, factor: Fraction
) -> tuple[Trace, ...]:
    """The exact Poisson interval; none is given where a rate is imputed (settled C7)."""
    if observed.imputed_per_year is not None:
        return ()
    bleeds, days = len(counted.episodes), Fraction(len(observed.days))
    low, high = (shown(limit) for limit in yearly_interval(bleeds, days, factor))
    return (
        Trace(
            step="measure.bleeding_rate_interval",
            sentence=f"95 % interval of {bleeds} bleeds, exact (Garwood): {low} to {high} per year. {LABEL}",
            clause=terms.clause,
            value=f"{low} to {high} bleeds per year",
        ),
    )


def _least_trace(terms: BleedingRate, least: Fraction | None) -> tuple[Trace, ...]:
    if least is None:
        return ()
    return (
        Trace(
            step="measure.least_bleeding_rate",
            sentence=f"whatever may still be recorded, the rate is at least {shown(least)} per year",
            clause=terms.clause,
            value=f">={shown(least)} bleeds per year",
        ),
    )


def _without_rate(terms: BleedingRate, setting: Setting, period: Span, reason: str) -> Measured:
    """Unknown; or at least the rate of what was logged, where the terms count it so (settled C6)."""
    unknown = Trace(
        step="measure.bleeding_rate",
        sentence=f"bleeding rate ({terms.count}) from {period.first} to {period.last} is unknown",
        clause=terms.clause,
        reason=reason,
        wanted=(_attestation_wanted(period),),
    )
    logged = logged_rate(terms, setting, period)
    if logged is None:
        return Measured(trace=unknown)
    rate, counted, days = logged
    return Measured(
        value=Interval(low=(rate, 0), high=None),
        decided_on=counted.last_onset,
        items=counted.bleeds,
        trace=unknown.model_copy(
            update={
                "sentence": (
                    f"{len(counted.episodes)} bleeds ({terms.count}) are logged on the {days} days from "
                    f"{period.first} to {period.last}, not all of them attested: at least {shown(rate)} per year"
                ),
                "value": f">={shown(rate)} bleeds per year",
                "used": tuple(used(bleed) for bleed in counted.bleeds),
                "rejected": counted.left_out,
            }
        ),
    )
