"""New bleeds over observed days, annualised. Merge first, over the whole record, then select by kind (settled C6).

No attestation, no zero: days count up to the last attested completeness only (settled A8).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import assert_never

from oba.dates import Moment, Span, shift_months
from oba.evidence import Evidence, Item
from oba.facts.baseline import BaselineBleeds, BaselineRecorded
from oba.facts.bleed import BleedLogged
from oba.measures.attestation import bleed_log
from oba.measures.interval import exactly
from oba.measures.measured import Measured, Setting, rejected, shown, used
from oba.measures.measuring_period import period_span
from oba.measures.prophylaxis_spells import spells
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.trace import Rejected, Trace, Wanted

Bleed = Item[BleedLogged]


@dataclass(frozen=True)
class Episode:
    """One new bleed with all that continues it; onset, site and cause are those of its first bleed."""

    bleeds: tuple[Bleed, ...]

    @property
    def first(self) -> Bleed:
        """The bleed that began the episode."""
        return self.bleeds[0]

    @property
    def treated(self) -> bool:
        """Whether any bleed of the episode was treated."""
        return any(bleed.fact.treated for bleed in self.bleeds)

    @property
    def last_treatment(self) -> Moment | None:
        """The last treatment of the episode so far; a treated bleed without one counts from its onset.

        Of two on one day the later hour counts; one whose hour is unknown may be the later one.
        """
        moments = [
            bleed.fact.last_treatment or Moment(on=bleed.occurred_on, at=bleed.occurred_at)
            for bleed in self.bleeds
            if bleed.fact.treated
        ]
        return max(moments, key=lambda moment: (moment.on, moment.at is None, moment.at), default=None)


def bleeding_rate(terms: BleedingRate, setting: Setting) -> Measured:
    """Bleeds per year of one kind, or unknown: `no_attestation`, `exposure_too_short`."""
    period = period_span(terms.period, setting.obligation, setting.month_end)
    attestation = bleed_log(setting.evidence, period.last)
    if attestation is None or attestation.through < period.first:
        return _unknown(terms, period, "no_attestation")
    attested = min(period.last, attestation.through)
    observed = _observed_days(terms, period, attested, setting.evidence)
    if len(observed) < max(1, terms.minimum_days):
        return _unknown(terms, period, "exposure_too_short")
    counted, left_out = _count(terms, setting.evidence, observed)
    factor = _factor(terms, period.first)
    rate = Fraction(len(counted)) * factor / len(observed)
    bleeds = [bleed for episode in counted for bleed in episode.bleeds]
    return Measured(
        value=exactly(rate),
        provisional=attested < period.last and not setting.closed,
        decided_on=max((episode.first.occurred_on for episode in counted), default=None),
        items=(*bleeds, attestation.item),
        trace=Trace(
            step="measure.bleeding_rate",
            sentence=(
                f"{len(counted)} bleeds ({terms.count}) on {len(observed)} observed days from {period.first} to "
                f"{attested}: {len(counted)} x {shown(factor)} / {len(observed)} "
                f"= {shown(rate)} per year"
            ),
            clause=terms.clause,
            value=f"{shown(rate)} bleeds per year",
            used=tuple(used(bleed) for bleed in bleeds),
            rejected=tuple(left_out),
            wanted=() if attested == period.last else (_attestation_wanted(period),),
            because=(attestation.trace(terms.clause),),
        ),
    )


def baseline_rate(terms: BleedingRate, evidence: Evidence) -> Measured:
    """The rate of the lead-in with the same annualisation, or unknown: `no_baseline`, `lead_in_too_short` (settled
    C8).
    """
    baselines = evidence.of(BaselineRecorded)
    if not baselines:
        return _baseline_unknown(terms, "no_baseline")
    baseline = baselines[-1]
    lead_in = baseline.fact.lead_in
    if lead_in.days < max(1, terms.minimum_lead_in_days):
        return _baseline_unknown(terms, "lead_in_too_short")
    bleeds = _baseline_count(terms, baseline.fact.bleeds)
    rate = Fraction(bleeds) * _factor(terms, lead_in.first) / lead_in.days
    return Measured(
        value=exactly(rate),
        decided_on=lead_in.last,
        items=(baseline,),
        trace=Trace(
            step="measure.baseline_bleeding_rate",
            sentence=(
                f"lead-in {lead_in.first} to {lead_in.last}: {bleeds} bleeds ({terms.count}) x "
                f"{shown(_factor(terms, lead_in.first))} / {lead_in.days} days = {shown(rate)} per year"
            ),
            clause=terms.clause,
            value=f"{shown(rate)} bleeds per year",
            used=(used(baseline),),
        ),
    )


def episodes(bleeds: tuple[Bleed, ...], merge_hours: int) -> list[Episode]:
    """All bleeds of the record merged into episodes, site by site, in order of onset (settled C6)."""
    by_site: dict[str, list[Episode]] = defaultdict(list)
    for bleed in bleeds:
        at_site = by_site[bleed.fact.site]
        if at_site and _continues(at_site[-1], bleed, merge_hours):
            at_site[-1] = Episode(bleeds=(*at_site[-1].bleeds, bleed))
        else:
            at_site.append(Episode(bleeds=(bleed,)))
    found = [episode for at_site in by_site.values() for episode in at_site]
    return sorted(found, key=lambda episode: (episode.first.occurred_on, str(episode.first.fact_id)))


def _continues(episode: Episode, bleed: Bleed, merge_hours: int) -> bool:
    """Within the hours after the last treatment; with dates only, within as many calendar days; untreated never
    extends.
    """
    last = episode.last_treatment
    if last is None:
        return False
    if last.at is not None and bleed.occurred_at is not None:
        return bleed.occurred_at - last.at <= timedelta(hours=merge_hours)
    return (bleed.occurred_on - last.on).days <= merge_hours // 24


def _count(terms: BleedingRate, evidence: Evidence, observed: frozenset[date]) -> tuple[list[Episode], list[Rejected]]:
    counted: list[Episode] = []
    left_out: list[Rejected] = []
    for episode in episodes(evidence.of(BleedLogged), terms.merge_hours):
        reason = _why_not(terms, episode, observed)
        if reason is None:
            counted.append(episode)
        else:
            left_out.append(rejected(episode.first, reason))
        left_out.extend(rejected(bleed, "merged") for bleed in episode.bleeds[1:])
    return counted, left_out


def _why_not(terms: BleedingRate, episode: Episode, observed: frozenset[date]) -> str | None:
    if episode.first.fact.cause == "surgical" and not terms.include_surgical:
        return "surgical"
    if not _of_kind(terms, episode):
        return "other_kind"
    return None if episode.first.occurred_on in observed else "unobserved"


def _of_kind(terms: BleedingRate, episode: Episode) -> bool:
    match terms.count:
        case "all":
            return True
        case "treated":
            return episode.treated
        case "spontaneous":
            return episode.first.fact.cause == "spontaneous"
        case "joint":
            return episode.first.fact.location == "joint"
        case _:  # pragma: no cover
            assert_never(terms.count)


def _observed_days(terms: BleedingRate, period: Span, last: date, evidence: Evidence) -> frozenset[date]:
    days = {period.first + timedelta(days=number) for number in range((last - period.first).days + 1)}
    if terms.time_on_prophylaxis == "exclude_time":
        on_prophylaxis = spells(evidence)
        days = {day for day in days if not any(spell.covers(day) for spell in on_prophylaxis)}
    return frozenset(days)


def _factor(terms: BleedingRate, first: date) -> Fraction:
    """The annualisation factor; `actual` is the days in the 12 months from the start of the period (settled C8)."""
    if terms.annualisation == "actual":
        return Fraction((shift_months(first, 12) - first).days)
    return Fraction(terms.annualisation)


def _baseline_count(terms: BleedingRate, bleeds: BaselineBleeds) -> int:
    match terms.count:
        case "all":
            return bleeds.all
        case "treated":
            return bleeds.treated
        case "spontaneous":
            return bleeds.spontaneous
        case "joint":
            return bleeds.joint
        case _:  # pragma: no cover
            assert_never(terms.count)


def _attestation_wanted(period: Span) -> Wanted:
    return Wanted(what=f"an assessment that attests the bleed log as complete through {period.last}")


def _unknown(terms: BleedingRate, period: Span, reason: str) -> Measured:
    return Measured(
        trace=Trace(
            step="measure.bleeding_rate",
            sentence=f"bleeding rate ({terms.count}) from {period.first} to {period.last} is unknown",
            clause=terms.clause,
            reason=reason,
            wanted=(_attestation_wanted(period),),
        )
    )


def _baseline_unknown(terms: BleedingRate, reason: str) -> Measured:
    return Measured(
        trace=Trace(
            step="measure.baseline_bleeding_rate",
            sentence="the bleeding rate of the lead-in is unknown",
            clause=terms.clause,
            reason=reason,
            wanted=(Wanted(what=f"a baseline with a lead-in of at least {terms.minimum_lead_in_days} days"),),
        )
    )
