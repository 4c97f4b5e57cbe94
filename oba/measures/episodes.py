"""Bleeds merged into episodes, site by site over the whole record, before anything is selected by kind (settled C6)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from oba.dates import Moment
from oba.evidence import Item
from oba.facts.bleed import BleedLogged

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
    def adjudicated(self) -> bool:
        """Whether any bleed of the episode was adjudicated as a bleed."""
        return any(bleed.fact.adjudicated is True for bleed in self.bleeds)

    @property
    def may_be_adjudicated(self) -> bool:
        """Whether nobody has adjudicated some bleed of the episode yet, and none was adjudicated as a bleed."""
        return not self.adjudicated and any(bleed.fact.adjudicated is None for bleed in self.bleeds)

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
