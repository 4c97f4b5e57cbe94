"""Which life event, if any, claims a milestone, by the agreement's consequence table (settled A7, D5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.follow_up import FollowUpResumed, LostToFollowUp
from oba.facts.life_event import LiverTransplanted, PatientDied
from oba.schedule import Obligation
from oba.terms.consequences import Consequence, Consequences

ClaimEffect: TypeAlias = Literal["exclude", "fail", "judge_until_event"]


@dataclass(frozen=True)
class Claim:
    """A life event that decides a milestone, or ends the evidence for it."""

    effect: ClaimEffect
    clause: str
    item: Item[Fact]


def claim_of(terms: Consequences, obligation: Obligation, evidence: Evidence) -> Claim | None:
    """The claim of the earliest event; on one day the order of the consequence table decides."""
    claims = [claim for claim in _claims(terms, obligation, evidence) if claim is not None]
    return min(claims, key=lambda claim: claim.item.occurred_on, default=None)


def _claims(terms: Consequences, obligation: Obligation, evidence: Evidence) -> Iterator[Claim | None]:
    for relation, consequence in (
        ("related", terms.died_related),
        ("unrelated", terms.died_unrelated),
        ("unknown", terms.died_unknown),
    ):
        for death in evidence.of(PatientDied):
            if death.fact.relation == relation:
                yield _claim(terms, consequence, death, obligation)
    for transplant in evidence.of(LiverTransplanted):
        yield _claim(terms, terms.liver_transplanted, transplant, obligation)
    for withdrawal in _still_on(evidence.of(ConsentWithdrawn), evidence.of(ConsentGiven), obligation):
        yield _claim(terms, terms.consent_withdrawn, withdrawal, obligation)
    for loss in _still_on(evidence.of(LostToFollowUp), evidence.of(FollowUpResumed), obligation):
        yield _claim(terms, terms.lost_to_follow_up, loss, obligation)


def _still_on(
    begun: tuple[Item[Fact], ...], ended: tuple[Item[Fact], ...], obligation: Obligation
) -> Iterator[Item[Fact]]:
    """The states that began and had not ended on the due date; an end on the due date itself already holds."""
    for item in begun:
        if not any(item.occurred_on <= end.occurred_on <= obligation.due_on for end in ended):
            yield item


def _claim(terms: Consequences, consequence: Consequence, item: Item[Fact], obligation: Obligation) -> Claim | None:
    if consequence.effect == "judge" or item.occurred_on > obligation.grace_ends_on:
        return None
    if item.occurred_on < obligation.due_on:
        return Claim(effect=consequence.effect, clause=consequence.clause, item=item)
    match terms.straddling_milestone:
        case "judged":
            return None
        case "judged_on_evidence_until_event":
            return Claim(effect="judge_until_event", clause=consequence.clause, item=item)
        case "excluded":
            return Claim(effect="exclude", clause=consequence.clause, item=item)
        case _:  # pragma: no cover
            assert_never(terms.straddling_milestone)
