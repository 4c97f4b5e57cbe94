"""Given what was recorded, when somebody asks, then these events or this refusal: streams as tests tell them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from adapters.documents.shelf import shipped_reference
from oba.determination.determination import Determination
from oba.facts.base import Body, Fact
from oba.facts.recorded import Drafted, Recorded, Source
from oba.identity import derived_id
from oba.infusion.commands import (
    ApproveDetermination,
    ApproveWaiver,
    Command,
    CorrectFact,
    EnrolInfusion,
    InfusionCommand,
    ProposeDetermination,
    RecordFact,
    When,
)
from oba.infusion.decide import decide
from oba.infusion.deciding.draft import Decided
from oba.infusion.events import MilestoneWaiverProposed
from oba.infusion.state import InfusionState, replay
from oba.infusion.surroundings import Surroundings
from oba.problems import Refusal
from oba.terms.agreement import Agreement
from oba.terms.document import Document, terms_hash
from oba.terms.payer_rule import PayerRule
from oba.terms.shelf import Shelf
from tests.support.documents import AGREEMENT, PAYER_RULE, a_document
from tests.support.events import DAY_0, INFUSION, an_enrolment, an_infusion

REFERENCE = shipped_reference()
MANUAL = Source(system="manual")
CLERK, COORDINATOR, WORKER, APPROVER = "clerk", "coordinator", "worker", "approver-1"
PRICE = 350_000_000
"""Cents: a failure of month 12 costs 40 % (140_000_000), of month 24 another 20 % (70_000_000)."""

DUE_12, DUE_24 = date(2027, 1, 15), date(2028, 1, 15)
"""The windows reach 30 days to both sides, 10 days of grace and 20 of cure follow."""
GRACE_OVER_12, CURE_OVER_12 = date(2027, 2, 25), date(2027, 3, 17)
GRACE_OVER_24, CURE_OVER_24 = date(2028, 2, 25), date(2028, 3, 16)


def an_agreement(*, selection: str = "nearest", follows: str = "payer_at_infusion", **changes: Any) -> Agreement:
    """FIX activity of at least 5 IU/dL at months 12 and 24, or 40 and 20 % of the price back, for two payers."""
    first = {**AGREEMENT["milestones"][0], "grace_days": 10, "cure_days": 20}
    second = {**first, "id": "month-24", "clause": "4.2", "due": {"amount": 24, "unit": "months"}}
    criterion = AGREEMENT["criteria"]["activity"]
    criterion = {**criterion, "measure": {**criterion["measure"], "selection": selection}}
    rows = {"month-12": "40", "month-24": "20"}
    uncovered = {"uncovered": "previous_payer"} if follows == "payer_at_failure" else {}
    change_of_payer = {"clause": "7.7", "follows": {"kind": follows, **uncovered}}
    content = {
        "parties": {"manufacturer": "MANUFACTURER-1", "payers": ["PAYER-1", "PAYER-2"]},
        "milestones": [first, second],
        "criteria": {"activity": criterion},
        "consequences": {**AGREEMENT["consequences"], "change_of_payer": change_of_payer},
        "refund": {
            **AGREEMENT["refund"],
            "components": [{"clause": "9.1", "kind": "table_by_milestone", "rows": rows}],
        },
    }
    agreement = a_document(AGREEMENT, **{**content, **changes})
    assert isinstance(agreement, Agreement)
    return agreement


def costing(rule: str, month_12: str, month_24: str, **changes: Any) -> Agreement:
    """The agreement with another rule for several failures, and other rows."""
    refund = {
        **AGREEMENT["refund"],
        "components": [
            {"clause": "9.1", "kind": "table_by_milestone", "rows": {"month-12": month_12, "month-24": month_24}}
        ],
        "several_failures": {"clause": "9.2", "rule": rule, "same_day": "all"},
    }
    return an_agreement(refund=refund, **changes)


def a_shelf(*documents: Document) -> Shelf:
    """The documents by content hash; the agreement and the payer rule of these tests where none is given."""
    rule = a_document(PAYER_RULE)
    chosen = documents or (an_agreement(), rule)
    return Shelf(
        agreements={terms_hash(one): one for one in chosen if isinstance(one, Agreement)},
        payer_rules={terms_hash(one): one for one in chosen if isinstance(one, PayerRule)},
    )


@dataclass(frozen=True)
class Given:
    """One infusion's stream on a day; every step gives a new one."""

    shelf: Shelf
    events: tuple[Recorded[Body], ...] = ()
    today: date = DAY_0

    @property
    def state(self) -> InfusionState:
        """The state after the events."""
        return replay(INFUSION, self.events)

    @property
    def surroundings(self) -> Surroundings:
        """The world at noon of today."""
        return Surroundings(
            now=datetime.combine(self.today, time(12), UTC),
            today=self.today,
            htc_ids=frozenset({"HTC-1", "HTC-2", "HTC-3"}),
            payer_ids=frozenset({"PAYER-1", "PAYER-2", "PAYER-3"}),
            person_ids=frozenset({"PHYSICIAN-1", "PHYSICIAN-2", "PHYSICIAN-3", COORDINATOR, APPROVER, "approver-2"}),
            attesters={
                "HTC-1": frozenset({"PHYSICIAN-1"}),
                "HTC-2": frozenset({"PHYSICIAN-2"}),
                "HTC-3": frozenset({"PHYSICIAN-3"}),
            },
            shelf=self.shelf,
            reference=REFERENCE,
        )

    @property
    def agreement(self) -> Agreement:
        """The first agreement on the shelf."""
        return next(iter(self.shelf.agreements.values()))

    def on(self, day: date) -> "Given":
        """The same stream on another day."""
        return replace(self, today=day)

    def told(self, body: Body, *, on: date | None = None, by: str = CLERK) -> "Given":
        """The stream with one more body recorded today, without asking whether it may be; it happened today or `on`."""
        number = len(self.events) + 1
        event_id = derived_id("test", "told", number)
        drafted = Drafted[Body](
            event_id=event_id,
            stream_id=INFUSION,
            version=number,
            occurred_on=on or self.today,
            actor=by,
            source=MANUAL,
            command_id=event_id,
            correlation_id=event_id,
            body=body,
        )
        return self.recorded((drafted,))

    def recorded(self, drafted: tuple[Drafted[Body], ...]) -> "Given":
        """The stream with events as the log would stamp them, at noon of today."""
        events = self.events
        for event in drafted:
            position = len(events) + 1
            at = datetime.combine(self.today, time(12, 0, 0, position), UTC)
            content = {name: getattr(event, name) for name in Drafted.model_fields}
            events = (*events, Recorded[Body].model_construct(**content, position=position, recorded_at=at))
        return replace(self, events=events)

    def command(self, kind: type[Command], *, by: str = COORDINATOR, **fields: Any) -> InfusionCommand:
        """A command whose id follows from its kind and the length of the stream."""
        head = {"command_id": derived_id("test", kind.__name__, len(self.events)), "infusion_id": INFUSION, "actor": by}
        command: InfusionCommand = kind.model_validate({**head, **fields})  # type: ignore[assignment]
        return command

    def when(self, kind: type[Command], *, by: str = COORDINATOR, **fields: Any) -> "Decision":
        """What the domain says to a command today."""
        return self.asked(self.command(kind, by=by, **fields))

    def asked(self, command: InfusionCommand) -> "Decision":
        """What the domain says to a command that stands."""
        return Decision(self, command, decide(self.state, command, self.surroundings))

    def when_told(
        self, fact: Fact, *, on: date | None = None, by: str = CLERK, at: datetime | None = None
    ) -> "Decision":
        """What the domain says when a fact is reported today."""
        when = When(occurred_on=on or self.today, occurred_at=at)
        return self.when(RecordFact, by=by, when=when, fact=fact, source=MANUAL)

    def when_corrected(
        self, fact_id: UUID, fact: Fact, *, on: date | None = None, by: str = CLERK, **fields: Any
    ) -> "Decision":
        """What the domain says when a fact is corrected today."""
        content = {"reason": "transcription_error", "source": MANUAL, "when": When(occurred_on=on or self.today)}
        return self.when(CorrectFact, by=by, fact_id=fact_id, fact=fact, **{**content, **fields})

    def when_enrolled(self, fact: Fact | None = None, *, on: date | None = None, **changes: Any) -> "Decision":
        """What the domain says when the infusion is enrolled today under the first agreement."""
        enrolment = fact or an_enrolment(
            **{"agreement_id": self.agreement.id, "terms_hash": terms_hash(self.agreement), **changes}
        )
        return self.when(EnrolInfusion, when=When(occurred_on=on or self.today), fact=enrolment, source=MANUAL)

    def when_proposed(self, milestone: str = "month-12", *, by: str = WORKER) -> "Decision":
        """What the domain says when a determination is proposed."""
        return self.when(ProposeDetermination, by=by, agreement_id=self.agreement.id, milestone=milestone)

    def when_approved(
        self, milestone: str = "month-12", *, by: str = APPROVER, acting_as: str = "approver"
    ) -> "Decision":
        """What the domain says when the open proposal of a milestone is approved."""
        determination_id = self.proposed(milestone).determination_id
        return self.when(ApproveDetermination, by=by, determination_id=determination_id, acting_as=acting_as)

    def proposed(self, milestone: str = "month-12") -> Determination:
        """The determination that is waiting for approval."""
        return self.state.proposals[self.agreement.id, milestone].event.determination

    def when_waived(self, *, by: str = APPROVER, acting_as: str = "approver") -> "Decision":
        """What the domain says when the newest waiver is approved."""
        proposed = [event.body for event in self.events if isinstance(event.body, MilestoneWaiverProposed)]
        return self.when(ApproveWaiver, by=by, waiver_id=proposed[-1].waiver_id, acting_as=acting_as)

    def determined(self, milestone: str = "month-12") -> "Given":
        """The stream after the milestone was proposed and approved today."""
        return self.when_proposed(milestone).then().when_approved(milestone).then()

    def last(self) -> UUID:
        """The id of the newest event."""
        return self.events[-1].event_id


@dataclass(frozen=True)
class Decision:
    """What the domain said; a test says what it should have been."""

    given: Given
    command: InfusionCommand
    decided: Decided = field(repr=True)

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The contents of the events; a refusal fails the test."""
        assert not isinstance(self.decided, Refusal), self.decided
        return tuple(event.body for event in self.decided)

    def then(self, *expected: Body | type[Body]) -> Given:
        """These events, or any where none is named; the stream goes on after them."""
        bodies = self.bodies
        if expected:
            shown = [one if isinstance(want, Body) else type(one) for one, want in zip(bodies, expected, strict=True)]
            assert shown == list(expected)
        assert not isinstance(self.decided, Refusal)
        return self.given.recorded(self.decided)

    def then_nothing(self) -> None:
        """No event, and no refusal: it was done before."""
        assert self.decided == ()

    def refused(self, code: str, pointer: str | None = None, kind: str | None = None) -> None:
        """One problem of this code at this place, with a remedy."""
        assert isinstance(self.decided, Refusal), "the command was not refused"
        assert [(one.code, one.pointer) for one in self.decided.problems] == [(code, pointer)]
        assert all(one.remedy for one in self.decided.problems)
        assert kind is None or self.decided.kind == kind

    def refused_for(self, *codes: str) -> None:
        """Several problems at once, in this order."""
        assert isinstance(self.decided, Refusal), "the command was not refused"
        assert [one.code for one in self.decided.problems] == list(codes)


def given(*documents: Document) -> Given:
    """An infusion that nobody has registered yet, and the documents on the shelf."""
    return Given(shelf=a_shelf(*documents))


def infused(*documents: Document, **changes: Any) -> Given:
    """A registered infusion on Day 0."""
    return given(*documents).told(an_infusion(**changes))


def enrolled(*documents: Document, **changes: Any) -> Given:
    """A registered infusion that is enrolled under the first agreement, on Day 0."""
    return infused(*documents).when_enrolled(**changes).then()
