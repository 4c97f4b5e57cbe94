"""To whom each event of an infusion belongs: to every party, or to the payers whose enrolment it is about.

What happened to a milestone belongs to the payer whose enrolment governed it when it happened. A kind of event without
a row belongs to nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from uuid import UUID

from adapters.web.governing import Governing
from oba.facts.any_fact import FACT_BY_KIND
from oba.facts.base import Body, Fact
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.coverage import AgreementAssumedByPayer
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.facts.offset import OffsetReceived
from oba.facts.recorded import Recorded
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.infusion import events

Payers: TypeAlias = frozenset[str] | None
"""The payers to whom something belongs; None stands for every party."""
EVERY_PARTY: Final = None
NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class About:
    """What a rule looks at: the content, the event that brought it, and the enrolments of the infusion."""

    body: Any
    event: Recorded[Body]
    governing: Governing

    @property
    def then(self) -> frozenset[str]:
        """The payer whose enrolment governed the milestone when the event was recorded."""
        known_at = self.event.recorded_at
        return self.governing.payer(self.body.agreement_id, self.body.milestone, known_at=known_at)


Rule: TypeAlias = Callable[[About], Payers]


def payers_of(event: Recorded[Body], governing: Governing) -> Payers:
    """The payers to whom an event belongs; nobody where its kind has no row."""
    return _of_content(event.body, event, governing)


def payers_of_fact(fact_id: UUID, fact: Fact, governing: Governing) -> Payers:
    """The payers to whom a fact of the infusion belongs with this content."""
    event = governing.events.get(fact_id)
    return NOBODY if event is None else _of_content(fact, event, governing)


def payers_of_named(fact_id: UUID, governing: Governing) -> Payers:
    """The payers of the fact that a correction, retraction or command names, as it stands now."""
    first = governing.first_of(fact_id)
    fact = governing.resolved.get(first)
    return NOBODY if fact is None else payers_of_fact(first, fact, governing)


def _of_content(body: Body, event: Recorded[Body], governing: Governing) -> Payers:
    rule = RULES.get(type(body))
    if rule is None:
        return NOBODY
    payers = rule(About(body, event, governing))
    now = governing.resolved.get(event.event_id) if event.body is body else None
    if now is None or now is body:
        return payers
    return common((payers, _of_content(now, event, governing)))


def common(parts: Iterable[Payers]) -> Payers:
    """The payers to whom all of these belong."""
    shared: Payers = EVERY_PARTY
    for part in parts:
        if part is not None:
            shared = part if shared is None else shared & part
    return shared


def _every_party(_: About) -> Payers:
    return EVERY_PARTY


def _named_payer(about: About) -> Payers:
    return frozenset({about.body.payer_id})


def _ended(about: About) -> Payers:
    return about.governing.ended_at(about.body.agreement_id, about.event.version)


def _assumed(about: About) -> Payers:
    return about.governing.ever_enrolled(about.body.agreement_id) | {about.body.payer_id}


def _towards(about: About) -> Payers:
    """An amount goes to the parties of the agreement that it was received towards, like a price (decided point 5)."""
    return about.governing.ever_enrolled(about.body.agreement_id)


def _then(about: About) -> Payers:
    return about.then


def _then_and_now(about: About) -> Payers:
    """Whoever judges the milestone now has to know what was ruled."""
    return about.then | about.governing.payer(about.body.agreement_id, about.body.milestone)


def _proposed(about: About) -> Payers:
    return about.governing.payer_of_proposal(about.body) | {about.body.beneficiary}


def _decided(about: About) -> Payers:
    proposed = about.governing.proposals.get(about.body.determination_id)
    return NOBODY if proposed is None else about.governing.payer_of_proposal(proposed) | {proposed.beneficiary}


def _refunded(about: About) -> Payers:
    return payers_of_line(about.governing, about.body.agreement_id, about.body.beneficiary) or (
        about.then | {about.body.beneficiary}
    )


def payers_of_line(governing: Governing, agreement_id: str, beneficiary: str) -> frozenset[str]:
    """The beneficiary where it has an enrolment of its own, since the line rests on its price; else nobody."""
    own = frozenset({beneficiary})
    return own & governing.ever_enrolled(agreement_id)


def _answered(about: About) -> Payers:
    request = about.governing.state.requests.get(about.body.request_id)
    return frozenset({request.payer_id}) if request else NOBODY


def _corrected(about: About) -> Payers:
    """Both what the correction says and what the fact says now have to be theirs."""
    first = about.governing.first_of(about.body.fact_id)
    said = payers_of_fact(first, about.body.content, about.governing)
    return common((said, payers_of_named(first, about.governing)))


def _retracted(about: About) -> Payers:
    return payers_of_named(about.body.fact_id, about.governing)


def _moved(about: About) -> Payers:
    return common(payers_of_named(fact_id, about.governing) for fact_id in about.body.fact_ids)


OF_EVERY_PARTY: Final = (
    "infused",
    "baseline_recorded",
    "fix_activity_measured",
    "liver_panel_measured",
    "fix_inhibitor_tested",
    "bleed_logged",
    "fix_product_used",
    "prophylaxis_started",
    "prophylaxis_stopped",
    "prednisone_started",
    "prednisone_dose_changed",
    "prednisone_stopped",
    "milestone_assessed",
    "coverage_changed",
    "care_transferred",
    "consent_given",
    "consent_withdrawn",
    "lost_to_follow_up",
    "follow_up_resumed",
    "missing_cause_recorded",
    "patient_died",
    "liver_transplanted",
    "hospitalised",
    "non_factor_prophylaxis_started",
    "retreated",
    "carcinoma_found",
    "weight_measured",
)
"""The kinds of facts about the patient: every party to an agreement of the infusion sees them."""

RULES: Final[Mapping[type[Body], Rule]] = MappingProxyType(
    {
        **{FACT_BY_KIND[kind]: _every_party for kind in OF_EVERY_PARTY},
        EnrolledUnderAgreement: _named_payer,
        EnrolmentEnded: _ended,
        AgreementAssumedByPayer: _assumed,
        OffsetReceived: _towards,
        AdjudicatorAnswered: _then_and_now,
        ExclusionRecorded: _then_and_now,
        FactCorrected: _corrected,
        FactRetracted: _retracted,
        FactsMoved: _moved,
        events.DataRequested: _named_payer,
        events.DataProvided: _answered,
        events.DataRequestDeclined: _answered,
        events.DeterminationProposed: _proposed,
        events.DeterminationEndorsed: _decided,
        events.MilestoneDetermined: _decided,
        events.DeterminationReturned: _decided,
        events.MilestoneWaiverProposed: _then_and_now,
        events.MilestoneWaived: _then_and_now,
        events.RefundTriggered: _refunded,
        events.RefundAdjusted: _refunded,
        events.ReminderSent: _then,
        events.ReminderSkipped: _then,
    }
)
"""A row for each kind of event that a stream of an infusion may hold."""
OF_MONEY: Final = (events.RefundTriggered, events.RefundAdjusted)
"""Events that say nothing but money; no HTC sees them."""
