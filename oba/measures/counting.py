"""Which episodes a rate counts: of its kind, not due to surgery, with the onset on a day on which onsets count."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from oba.evidence import Evidence
from oba.facts.bleed import BleedLogged
from oba.measures.episodes import Bleed, Episode, episodes
from oba.measures.measured import rejected
from oba.measures.observed_days import ObservedDays
from oba.terms.measures.bleeding_rate import BleedingRate
from oba.trace import Rejected


@dataclass(frozen=True)
class Counted:
    """The episodes that count, what was left out and why, and how many may yet be adjudicated as bleeds."""

    episodes: tuple[Episode, ...]
    left_out: tuple[Rejected, ...]
    undecided: int

    @property
    def bleeds(self) -> tuple[Bleed, ...]:
        """Every bleed of the episodes that count."""
        return tuple(bleed for episode in self.episodes for bleed in episode.bleeds)

    @property
    def last_onset(self) -> date | None:
        """The onset of the last episode that counts; None where none does."""
        return max((episode.first.occurred_on for episode in self.episodes), default=None)


def count(terms: BleedingRate, evidence: Evidence, observed: ObservedDays) -> Counted:
    """The episodes of the record that count on the observed days; merged first, selected afterwards (settled C6)."""
    counted: list[Episode] = []
    left_out: list[Rejected] = []
    undecided = 0
    for episode in episodes(evidence.of(BleedLogged), terms.merge_hours):
        reason = _why_not(terms, episode, observed)
        if reason is None:
            counted.append(episode)
        else:
            left_out.append(rejected(episode.first, reason))
        if terms.count == "adjudicated" and reason == "other_kind" and episode.may_be_adjudicated:
            undecided += episode.first.occurred_on in observed.counting
        left_out.extend(rejected(bleed, "merged") for bleed in episode.bleeds[1:])
    return Counted(tuple(counted), tuple(left_out), undecided)


def _why_not(terms: BleedingRate, episode: Episode, observed: ObservedDays) -> str | None:
    if episode.first.fact.cause == "surgical" and not terms.include_surgical:
        return "surgical"
    if not _of_kind(terms, episode):
        return "other_kind"
    if episode.first.occurred_on in observed.counting:
        return None
    return "on_prophylaxis" if episode.first.occurred_on in observed.days else "unobserved"


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
        case "adjudicated":
            return episode.adjudicated
        case _:  # pragma: no cover
            assert_never(terms.count)
