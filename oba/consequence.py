"""Which life event, if any, claims a milestone, by the agreement's consequence table (settled A7, D5), and what events
do to money from their own day on (settled F1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, assert_never

from oba.dates import MonthEnd
from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.coverage import CoverageChanged
from oba.facts.infused import Infused
from oba.facts.life_event import (
    CarcinomaFound,
    Hospitalised,
    LiverTransplanted,
    NonFactorProphylaxisStarted,
    PatientDied,
    Retreated,
)
from oba.lost import losses
from oba.schedule import Obligation
from oba.terms.consequences import Consequence, Consequences, EventCosts, MoneyEffect

ClaimEffect: TypeAlias = Literal["exclude", "fail", "refer", "judge_until_event"]


@dataclass(frozen=True)
class Happened:
    """A life event under its row of the table: its day, its words, and the facts that show it."""

    consequence: Consequence
    on: date
    says: str
    items: tuple[Item[Fact], ...]
    by_absence: bool = False
    """Nobody reported it: it follows from silence."""


@dataclass(frozen=True)
class Claim:
    """A life event that decides a milestone, or ends the evidence for it."""

    effect: ClaimEffect
    happened: Happened

    @property
    def clause(self) -> str:
        """The clause of its row."""
        return self.happened.consequence.clause

    @property
    def costs(self) -> EventCosts | None:
        """What the event costs once, where its row names that."""
        return self.happened.consequence.costs if self.effect == "fail" else None


@dataclass(frozen=True)
class MoneyEnd:
    """An event that cancels instalments or ends refund rights from its own day on (settled A7, F1)."""

    effect: MoneyEffect
    on: date
    clause: str
    items: tuple[Item[Fact], ...]


def claim_of(
    terms: Consequences,
    obligation: Obligation,
    evidence: Evidence,
    *,
    payer_at_infusion: str | None = None,
    month_end: MonthEnd = "clamp",
    silence_counts: bool = True,
    until: date | None = None,
) -> Claim | None:
    """The claim of the earliest event; on one day the order of the consequence table decides.

    Events after `until` are left out: an approved determination is not undone by them (settled D5).
    """
    events = _events(terms, evidence, obligation.due_on, payer_at_infusion, month_end)
    claims = [
        claim
        for happened in events
        if (silence_counts or not happened.by_absence) and (until is None or happened.on <= until)
        if (claim := _claim(terms, happened, obligation)) is not None
    ]
    return min(claims, key=lambda claim: claim.happened.on, default=None)


def money_ends(
    terms: Consequences, evidence: Evidence, *, payer_at_infusion: str | None = None, month_end: MonthEnd = "clamp"
) -> tuple[MoneyEnd, ...]:
    """What ends instalments and refund rights, by day; each event acts from its own day on (settled A7, F1)."""
    ends = [
        MoneyEnd(effect, happened.on, happened.consequence.clause, happened.items)
        for happened in _events(terms, evidence, evidence.as_of, payer_at_infusion, month_end)
        for effect in happened.consequence.also
    ]
    return tuple(sorted(ends, key=lambda end: end.on))


def _events(
    terms: Consequences, evidence: Evidence, due_on: date, payer_at_infusion: str | None, month_end: MonthEnd
) -> Iterator[Happened]:
    """Every event under its row, row by row; states that had ended by the due date are left out."""
    yield from _deaths(terms, evidence)
    for transplant in evidence.of(LiverTransplanted):
        yield _happened(terms.liver_transplanted, transplant)
    for withdrawal in _still_on(evidence.of(ConsentWithdrawn), evidence.of(ConsentGiven), due_on):
        yield _happened(terms.consent_withdrawn, withdrawal)
    for loss in losses(terms.lost_by_definition, evidence, due_on, month_end):
        yield Happened(terms.lost_to_follow_up, loss.on, loss.says, loss.items, loss.by_absence)
    yield from _further(terms, evidence)
    if terms.coverage_changed is not None:
        for change in _still_away(evidence.of(CoverageChanged), payer_at_infusion, due_on):
            yield _happened(terms.coverage_changed, change)


def _deaths(terms: Consequences, evidence: Evidence) -> Iterator[Happened]:
    for relation, consequence in (
        ("related", terms.died_related),
        ("unrelated", terms.died_unrelated),
        ("unknown", terms.died_unknown),
    ):
        for death in evidence.of(PatientDied):
            if death.fact.relation == relation:
                yield _happened(consequence, death)


def _further(terms: Consequences, evidence: Evidence) -> Iterator[Happened]:
    """The rows that an agreement may leave out."""
    plain: tuple[tuple[Consequence | None, type[Fact]], ...] = (
        (terms.carcinoma_found, CarcinomaFound),
        (terms.retreated, Retreated),
        (terms.non_factor_prophylaxis_started, NonFactorProphylaxisStarted),
    )
    for consequence, kind in plain:
        if consequence is not None:
            yield from (_happened(consequence, item) for item in evidence.of(kind))
    if terms.hospitalised is not None:
        for admission in evidence.of(Hospitalised):
            if admission.fact.cause in terms.hospitalised.causes:
                yield _happened(terms.hospitalised, admission)
    if terms.partial_dose is not None:
        for infused in evidence.of(Infused):
            if infused.fact.dose_share_percent < terms.partial_dose.below_percent:
                yield _happened(terms.partial_dose, infused)


def _happened(consequence: Consequence, item: Item[Fact]) -> Happened:
    return Happened(consequence, item.occurred_on, item.fact.says(), (item,))


def _still_on(begun: tuple[Item[Fact], ...], ended: tuple[Item[Fact], ...], due_on: date) -> Iterator[Item[Fact]]:
    """The states that began and had not ended on the due date; an end on the due date itself already holds."""
    for item in begun:
        if not any(item.occurred_on <= end.occurred_on <= due_on for end in ended):
            yield item


def _still_away(
    changes: tuple[Item[CoverageChanged], ...], payer_at_infusion: str | None, due_on: date
) -> Iterator[Item[Fact]]:
    """Who left the payer of Day 0 and was not back under its cover on the due date (settled A7)."""
    back = tuple(one for one in changes if one.fact.payer_id is not None and one.fact.payer_id == payer_at_infusion)
    away = tuple(one for one in changes if one not in back)
    yield from _still_on(away, back, due_on)


def _claim(terms: Consequences, happened: Happened, obligation: Obligation) -> Claim | None:
    effect = happened.consequence.effect
    if effect == "judge" or happened.on > obligation.grace_ends_on:
        return None
    if happened.on < obligation.due_on:
        return Claim(effect=effect, happened=happened)
    match terms.straddling_milestone:
        case "judged":
            return None
        case "judged_on_evidence_until_event":
            return Claim(effect="judge_until_event", happened=happened)
        case "excluded":
            return Claim(effect="exclude", happened=happened)
        case _:  # pragma: no cover
            assert_never(terms.straddling_milestone)
