"""No day of a period on a documented prophylaxis; the stop date is the last day on (settled C7)."""

from datetime import date

from oba.criteria.judged import Judged
from oba.dates import Span
from oba.measures.attestation import fix_use
from oba.measures.measured import Setting, used
from oba.measures.measuring_period import period_span
from oba.measures.prophylaxis_spells import Spell, spells
from oba.terms.criteria.treat_as_failure import TreatAsFailure
from oba.trace import Trace, Wanted


def treat_as_failure(terms: TreatAsFailure, setting: Setting) -> Judged:
    """False from the first day on prophylaxis in the period, true without one, unknown without an attestation."""
    period = period_span(terms.period, setting.obligation, setting.month_end)
    found = _first_in(period, setting)
    if found is None:
        return _without(terms, setting, period)
    spell, day = found
    attestation = fix_use(setting.evidence, day)
    attested = attestation is not None and attestation.through >= day
    certain = spell.first >= period.first or spell.last is not None or attested or setting.closed
    sentence = (
        f"on a documented prophylaxis since {spell.first}, on {day} in the period {period.first} to {period.last}"
    )
    trace = Trace(
        step="criterion.treat_as_failure",
        sentence=sentence if certain else f"{sentence}, unless it had stopped before",
        clause=terms.clause,
        verdict="false" if certain else "unknown",
        reason=None if certain else "may_have_stopped",
        used=(used(spell.start),),
        wanted=() if certain else (_wanted(day, setting),),
    )
    return Judged("false" if certain else "unknown", trace, decided_on=day, items=(spell.start,))


def _first_in(period: Span, setting: Setting) -> tuple[Spell, date] | None:
    """The first day of the period on a documented prophylaxis, as far as the evidence reaches."""
    last = min(period.last, setting.evidence.as_of)
    found = [
        (spell, max(spell.first, period.first))
        for spell in spells(setting.evidence)
        if spell.last is None or spell.last >= period.first
    ]
    within = [one for one in found if one[1] <= last]
    return min(within, key=lambda one: one[1], default=None)


def _without(terms: TreatAsFailure, setting: Setting, period: Span) -> Judged:
    attestation = fix_use(setting.evidence, period.last)
    attested = attestation is not None and attestation.through >= period.last
    because = () if attestation is None else (attestation.trace(terms.clause),)
    trace = Trace(
        step="criterion.treat_as_failure",
        sentence=f"no day on a documented prophylaxis is known from {period.first} to {period.last}",
        clause=terms.clause,
        verdict="true" if attested else "unknown",
        reason=None if attested else "no_attestation",
        wanted=() if attested else (_wanted(period.last, setting),),
        because=because,
    )
    items = (attestation.item,) if attestation is not None and attested else ()
    return Judged("true" if attested else "unknown", trace, items=items)


def _wanted(through: date, setting: Setting) -> Wanted:
    return Wanted(
        what=f"an assessment that attests FIX use as complete through {through}", until=setting.recorded_until
    )
