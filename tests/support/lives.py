"""Lives of infusions for tests of read models: every event comes out of a real decision, on a day that a test names."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from adapters.documents.shelf import shipped_reference
from oba.document.events import DocumentRegistered
from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Body
from oba.facts.infused import Infused
from oba.facts.recorded import Drafted, Recorded, Source
from oba.identity import derived_id, document_stream_id, infusion_id
from oba.infusion.commands import (
    ApproveDetermination,
    ApproveWaiver,
    Command,
    CorrectFact,
    EnrolInfusion,
    ProposeDetermination,
    ProposeWaiver,
    RecordFact,
    RegisterInfusion,
    RequestData,
    RetractFact,
    ReturnDetermination,
    When,
)
from oba.infusion.decide import decide
from oba.infusion.state import replay
from oba.infusion.surroundings import Surroundings
from oba.problems import Refusal
from oba.terms.agreement import Agreement
from oba.terms.document import Document, terms_hash
from oba.terms.payer_rule import PayerRule
from oba.terms.shelf import Shelf
from tests.support.documents import AGREEMENT, PAYER_RULE, a_document
from tests.support.store import infused

REFERENCE = shipped_reference()
MANUAL = Source(system="manual")
DAY_0 = date(2024, 1, 15)
"""Month 12 is then due on 15 January 2025: its window runs from 16 December 2024 to 14 February 2025."""
PRICE = 350_000_000


def an_agreement(**changes: Any) -> Agreement:
    """The agreement of `documents`, with ten days of grace, twenty of cure, and a second milestone at month 24."""
    first = {**AGREEMENT["milestones"][0], "grace_days": 10, "cure_days": 20}
    second = {**first, "id": "month-24", "clause": "4.2", "due": {"amount": 24, "unit": "months"}}
    rows = {"month-12": "40", "month-24": "20"}
    refund = {**AGREEMENT["refund"], "components": [{"clause": "9.1", "kind": "table_by_milestone", "rows": rows}]}
    agreement = a_document(AGREEMENT, **{"milestones": [first, second], "refund": refund, **changes})
    assert isinstance(agreement, Agreement)
    return agreement


def a_payer_rule(**changes: Any) -> PayerRule:
    """The payer rule of `documents`, to be answered within thirty days."""
    rule = a_document(PAYER_RULE, **{"answer_within_days": 30, **changes})
    assert isinstance(rule, PayerRule)
    return rule


class Life:
    """One infusion; each method decides a command on a day and keeps its events."""

    def __init__(self, *documents: Document, name: str = "first", day_0: date = DAY_0) -> None:
        self.documents = documents or (an_agreement(), a_payer_rule())
        self.token = derived_id("test-patient", name)
        self.infusion_id = infusion_id(self.token)
        self.day_0 = day_0
        self.events: list[Recorded[Body]] = []
        self._commands = 0
        self._name = name

    @property
    def stream(self) -> tuple[Recorded[Body], ...]:
        """The events so far."""
        return tuple(self.events)

    @property
    def shelf(self) -> Shelf:
        """The documents by content hash."""
        return Shelf(
            agreements={terms_hash(one): one for one in self.documents if isinstance(one, Agreement)},
            payer_rules={terms_hash(one): one for one in self.documents if isinstance(one, PayerRule)},
        )

    @property
    def agreement(self) -> Agreement:
        """The first agreement."""
        return next(one for one in self.documents if isinstance(one, Agreement))

    def does(self, command: type[Command], on: date, *, actor: str = "PER-1", **fields: Any) -> tuple[UUID, ...]:
        """Carry a command out at noon of a day; the ids of its events; a refusal fails the test."""
        self._commands += 1
        asked = command.model_validate(
            {
                "command_id": derived_id("test-command", self._name, self._commands),
                "infusion_id": self.infusion_id,
                "actor": actor,
                **fields,
            }
        )
        decided = decide(replay(self.infusion_id, self.stream), asked, self.surroundings(on))  # type: ignore[arg-type]
        assert not isinstance(decided, Refusal), decided
        for event in decided:
            self._record(event, on)
        return tuple(event.event_id for event in decided)

    def surroundings(self, on: date) -> Surroundings:
        """The world at noon of a day."""
        return Surroundings(
            now=datetime.combine(on, time(12), UTC),
            today=on,
            htc_ids=frozenset({"HTC-1", "HTC-2"}),
            payer_ids=frozenset({"PAYER-1", "PAYER-2"}),
            person_ids=frozenset({"PER-1", "PER-2", "PER-3"}),
            attesters={"HTC-1": frozenset({"PER-1", "PER-2"})},
            shelf=self.shelf,
            reference=REFERENCE,
        )

    def _record(self, event: Drafted[Body], on: date) -> None:
        position = len(self.events) + 1
        at = datetime.combine(on, time(12, 0, 0, position), UTC)
        content = {name: getattr(event, name) for name in Drafted.model_fields}
        self.events.append(Recorded[Body].model_construct(**content, position=position, recorded_at=at))

    def registered(self) -> "Life":
        """The infusion itself, on Day 0."""
        fact: Infused = infused(self.token)
        at = datetime.combine(self.day_0, time(11), UTC)
        when = When(occurred_on=self.day_0, occurred_at=at)
        self.does(RegisterInfusion, self.day_0, when=when, fact=fact, source=MANUAL)
        return self

    def enrolled(self, *, recorded_on: date | None = None, **changes: Any) -> "Life":
        """The enrolment under the first agreement, on Day 0 where no other day is named."""
        content = {
            "kind": "enrolled_under_agreement",
            "agreement_id": self.agreement.id,
            "terms_hash": terms_hash(self.agreement),
            "payer_id": "PAYER-1",
            "price_basis": "list_price_at_infusion",
            "price": PRICE,
            "currency": "USD",
            "consent_version": "v1",
        }
        fact = ANY_FACT.validate_python({**content, **changes})
        on = recorded_on or self.day_0
        self.does(EnrolInfusion, on, when=When(occurred_on=on), fact=fact, source=MANUAL)
        return self

    def told(self, on: date, kind: str, *, recorded_on: date | None = None, **content: Any) -> UUID:
        """A fact of a day, recorded on the same day where no other is named."""
        fact = ANY_FACT.validate_python({"kind": kind, **content})
        when = When(occurred_on=on)
        return self.does(RecordFact, recorded_on or on, when=when, fact=fact, source=MANUAL)[0]

    def measured(self, on: date, value: str, **content: Any) -> UUID:
        """A one-stage FIX activity in IU/dL."""
        described = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central", "value": value}
        return self.told(on, "fix_activity_measured", **{**described, **content})

    def corrected(self, fact_id: UUID, on: date, recorded_on: date, kind: str, **content: Any) -> UUID:
        """A fact replaced by another content."""
        fact = ANY_FACT.validate_python({"kind": kind, **content})
        fields: dict[str, Any] = {"fact_id": fact_id, "reason": "transcription_error", "fact": fact, "source": MANUAL}
        return self.does(CorrectFact, recorded_on, when=When(occurred_on=on), **fields)[0]

    def retracted(self, fact_id: UUID, on: date) -> UUID:
        """A fact taken back."""
        when = When(occurred_on=on)
        return self.does(RetractFact, on, fact_id=fact_id, reason="entered_in_error", when=when, source=MANUAL)[0]

    def proposed(self, milestone: str, on: date) -> UUID:
        """A determination put before a second person; its id."""
        self.does(ProposeDetermination, on, actor="worker", agreement_id=self.agreement.id, milestone=milestone)
        determination_id: UUID = self.events[-1].body.determination.determination_id  # type: ignore[attr-defined]
        return determination_id

    def approved(self, determination_id: UUID, on: date) -> tuple[UUID, ...]:
        """The determination approved by another person; the ids of the events."""
        return self.does(
            ApproveDetermination, on, actor="PER-3", determination_id=determination_id, acting_as="approver"
        )

    def waived(self, milestone: str, on: date) -> None:
        """The milestone waived under clause W1, by two people."""
        self.does(ProposeWaiver, on, agreement_id=self.agreement.id, milestone=milestone, clause="W1")
        waiver_id: UUID = self.events[-1].body.waiver_id  # type: ignore[attr-defined]
        self.does(ApproveWaiver, on, actor="PER-3", waiver_id=waiver_id, acting_as="approver")

    def returned(self, determination_id: UUID, on: date) -> None:
        """The determination sent back."""
        self.does(
            ReturnDetermination, on, actor="PER-3", determination_id=determination_id, reason="evidence_questioned"
        )

    def asked(self, on: date) -> UUID:
        """A data request of the payer; its id."""
        rule_id = next(one.id for one in self.documents if isinstance(one, PayerRule))
        self.does(RequestData, on, rule_id=rule_id, items=("factor_activity",), asked_on=on)
        request_id: UUID = self.events[-1].body.request_id  # type: ignore[attr-defined]
        return request_id


def registration_of(document: Document, version: int = 1) -> Drafted[Body]:
    """The event that puts a document on the shelf."""
    command_id = derived_id("test-document", document.id, version)
    return Drafted[Body](
        event_id=derived_id("event", command_id, 0),
        stream_id=document_stream_id(document.id),
        version=version,
        occurred_on=date(2020, 1, 1),
        actor="PER-1",
        source=MANUAL,
        command_id=command_id,
        correlation_id=command_id,
        body=DocumentRegistered(content_hash=terms_hash(document), document=document),
    )
