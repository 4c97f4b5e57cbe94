"""The tracker: one key gives one answer for ever, stale decisions are made again, refusals leave nothing."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from adapters.answer import Answer
from adapters.clock import FixedClock
from adapters.knowledge import Knowledge
from adapters.log.refusals import StaleVersion
from adapters.tracker import Tracker
from oba.facts.base import Body
from oba.facts.coverage import CareTransferred
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.follow_up import LostToFollowUp
from oba.facts.recorded import Recorded, Source
from oba.identity import derived_id, opaque_code
from oba.infusion.commands import RecordFact, RecordReminder, When
from oba.infusion.state import InfusionState
from oba.problems import Refusal
from tests.support.documents import AGREEMENT, PAYER_RULE, a_document
from tests.support.place import Place
from tests.support.store import NOON, a_tracker, registered

TICK = timedelta(microseconds=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def tracker(place: Place, clock: FixedClock) -> Iterator[Tracker]:
    opened = a_tracker(place.settings, clock)
    yield opened
    opened.close()


def _lost(infusion: UUID, contacts: int = 3, command: str = "lost") -> RecordFact:
    return RecordFact(
        command_id=derived_id("test-command", command),
        infusion_id=infusion,
        actor="PER-1",
        when=When(occurred_on=date(2026, 2, 28)),
        fact=LostToFollowUp(contacts_attempted=contacts),
        source=Source(system="manual-entry"),
    )


def _answer(result: Answer | Refusal) -> Answer:
    assert isinstance(result, Answer), result
    return result


def _code(result: Answer | Refusal) -> str:
    assert isinstance(result, Refusal), result
    return result.problems[0].code


def test_a_command_is_answered_with_its_events_and_where_the_stream_stands(tracker: Tracker) -> None:
    infusion = registered(tracker)

    answer = _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k"))

    event = tracker.log.stream(infusion)[-1]
    assert answer.replayed is False
    assert answer.answer == {
        "event_ids": [str(event.event_id)],
        "infusion_id": str(infusion),
        "code": opaque_code(infusion),
        "version": 2,
        "position": 2,
        "recorded_at": "2026-03-01T12:00:00.000001Z",
        "flags": [],
    }


def test_the_same_key_gives_the_same_answer_for_ever(tracker: Tracker, clock: FixedClock) -> None:
    infusion = registered(tracker)
    first = _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k"))
    _answer(tracker.execute(_lost(infusion, 4, "another"), principal="PER-1", key="k2"))
    clock.move_by(timedelta(days=3650))

    again = _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k"))

    assert again == Answer(first.answer, replayed=True)
    assert tracker.log.head() == 3


def test_a_key_with_another_request_is_refused(tracker: Tracker) -> None:
    infusion = registered(tracker)
    tracker.execute(_lost(infusion), principal="PER-1", key="k")

    refused = tracker.execute(_lost(infusion, 4, "another"), principal="PER-1", key="k")

    assert _code(refused) == "idempotency-key-reused"
    assert tracker.log.head() == 2


def test_the_ids_of_a_command_do_not_make_it_another_request(tracker: Tracker) -> None:
    infusion = registered(tracker)
    tracker.execute(_lost(infusion), principal="PER-1", key="k")

    again = tracker.execute(_lost(infusion, command="sent again"), principal="PER-1", key="k")

    assert _answer(again).replayed is True
    assert tracker.log.head() == 2


def test_a_given_hash_of_the_request_decides_what_is_another_request(tracker: Tracker) -> None:
    infusion = registered(tracker)
    tracker.execute(_lost(infusion), principal="PER-1", key="k", request_hash="body one")

    assert _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k", request_hash="body one")).replayed
    other = tracker.execute(_lost(infusion), principal="PER-1", key="k", request_hash="body two")
    assert _code(other) == "idempotency-key-reused"


def test_no_receipt_holds_a_hash_by_which_a_request_could_be_tried_out(tracker: Tracker) -> None:
    infusion = registered(tracker)
    tracker.execute(_lost(infusion), principal="PER-1", key="k", request_hash="body one")

    receipt = tracker.log.receipt("PER-1", "k")

    assert receipt is not None
    assert receipt.request_hash == tracker.records.vault.keyed("request", "body one")


def test_a_refused_command_leaves_neither_event_nor_receipt(tracker: Tracker) -> None:
    infusion = registered(tracker)
    future = _lost(infusion).model_copy(update={"when": When(occurred_on=date(2026, 3, 2))})

    assert _code(tracker.execute(future, principal="PER-1", key="k")) == "future-date"

    assert tracker.log.head() == 1
    assert tracker.log.receipt("PER-1", "k") is None
    assert not _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k")).replayed


def test_a_command_on_an_infusion_that_is_not_there_is_refused(tracker: Tracker) -> None:
    assert _code(tracker.execute(_lost(derived_id("nobody")), principal="PER-1")) == "unknown-infusion"


def test_a_command_without_a_key_is_still_carried_out_once(tracker: Tracker) -> None:
    infusion = registered(tracker)
    first = _answer(tracker.execute(_lost(infusion), principal="PER-1"))

    again = _answer(tracker.execute(_lost(infusion), principal="PER-1"))

    assert again == Answer(first.answer, replayed=True)


def test_a_decision_that_met_a_newer_stream_is_made_again(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    infusion = registered(tracker)
    append, meanwhile = tracker.log.append, [_lost(infusion, 4, "meanwhile")]

    def interfere(*given: object, **named: object) -> object:
        if meanwhile:
            command = meanwhile.pop()
            _answer(tracker.execute(command, principal="PER-2"))
        return append(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(tracker.log, "append", interfere)
    answer = _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k"))

    assert answer.answer["version"] == 3
    assert [event.actor for event in tracker.log.stream(infusion)] == ["PER-1"] * 3


def test_a_stream_that_never_rests_is_answered_as_busy(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    infusion = registered(tracker)
    tries: list[int] = []

    def stale(*_: object, **__: object) -> None:
        tries.append(1)
        raise StaleVersion

    monkeypatch.setattr(tracker.log, "append", stale)

    assert _code(tracker.execute(_lost(infusion), principal="PER-1", key="k")) == "busy"
    assert len(tries) == Tracker.ATTEMPTS


def test_a_decision_on_an_expected_version_is_refused_once_the_infusion_moved_on(tracker: Tracker) -> None:
    infusion = registered(tracker)

    stale = tracker.execute(_lost(infusion), principal="PER-1", key="k", expected_version=7)
    fits = tracker.execute(_lost(infusion), principal="PER-1", key="k", expected_version=1)

    assert isinstance(stale, Refusal)
    assert (stale.kind, _code(stale)) == ("stale", "version-changed")
    assert _answer(fits).answer["version"] == 2


def test_twenty_callers_at_once_on_one_infusion_all_get_through(tracker: Tracker) -> None:
    infusion = registered(tracker)

    def post(number: int) -> Answer | Refusal:
        command = _lost(infusion, number, f"caller {number}")
        return tracker.execute(command, principal=f"PER-{number}", key="k")

    with ThreadPoolExecutor(20) as pool:
        answers = [_answer(one) for one in pool.map(post, range(1, 21))]

    assert sorted(answer.answer["version"] for answer in answers) == list(range(2, 22))


def test_many_threads_with_one_key_get_one_answer(tracker: Tracker) -> None:
    infusion = registered(tracker)

    def work(_: int) -> Answer:
        return _answer(tracker.execute(_lost(infusion), principal="PER-1", key="k"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(24)))

    assert len({json.dumps(answer.answer, sort_keys=True) for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
    assert tracker.log.head() == 2


def test_a_command_that_has_nothing_to_do_is_answered_and_remembered(tracker: Tracker) -> None:
    infusion = registered(tracker)

    def reminder(command: str) -> RecordReminder:
        return RecordReminder(
            command_id=derived_id("test-command", command),
            infusion_id=infusion,
            actor="worker",
            reminder_id=derived_id("reminder", "1"),
            agreement_id="test-agreement",
            milestone="month-12",
            rung="due",
            recipient="PER-1",
            due_on=date(2027, 2, 28),
        )

    tracker.execute(reminder("first"), principal="worker")
    again = _answer(tracker.execute(reminder("second"), principal="worker", key="k"))

    assert again.answer["event_ids"] == []
    assert (again.answer["version"], again.answer["position"]) == (2, 2)
    assert _answer(tracker.execute(reminder("second"), principal="worker", key="k")).replayed is True


def test_what_is_implausible_is_recorded_and_flagged(tracker: Tracker) -> None:
    infusion = registered(tracker)
    fact = FixActivityMeasured.model_validate(
        {"value": "160", "unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
    )
    command = _lost(infusion).model_copy(update={"fact": fact})

    answer = _answer(tracker.execute(command, principal="PER-1"))

    assert answer.answer["flags"] == list(fact.flags())
    assert fact.flags()


def test_the_plain_value_behind_a_digest_is_kept_with_the_event_that_names_it(tracker: Tracker) -> None:
    infusion = registered(tracker)
    state = tracker.state(infusion)
    assert state is not None
    vault = tracker.records.vault
    digest = vault.digest("accession", "ACC-1")
    command = _lost(infusion).model_copy(update={"source": Source(system="lab", accession_digest=digest)})
    refused = command.model_copy(update={"when": When(occurred_on=date(2026, 3, 2))})

    tracker.execute(refused, principal="PER-1")
    before = vault.plain(digest, state.infused.patient_token)
    tracker.execute(command, principal="PER-1")

    assert (before, vault.plain(digest, state.infused.patient_token)) == (None, "ACC-1")


def test_now_is_never_before_the_newest_event(tracker: Tracker, clock: FixedClock) -> None:
    registered(tracker)
    tracker.execute(_lost(tracker.log.infusion_ids()[0]), principal="PER-1")

    assert tracker.now() == NOON + TICK
    assert tracker.surroundings("HTC-1").now == NOON + TICK
    clock.move_by(timedelta(hours=1))
    assert tracker.now() == NOON + timedelta(hours=1)


def test_an_instant_of_knowledge_is_resolved_to_a_position(tracker: Tracker, clock: FixedClock) -> None:
    infusion = registered(tracker)
    clock.move_by(timedelta(days=1))
    tracker.execute(_lost(infusion), principal="PER-1")
    clock.move_by(timedelta(days=1))

    assert tracker.knowledge() == Knowledge(NOON + timedelta(days=1), 2)
    assert tracker.knowledge(NOON) == Knowledge(NOON, 1)
    assert tracker.knowledge(NOON - TICK) == Knowledge(NOON - TICK, 0)
    then = tracker.state(infusion, up_to=1)
    assert isinstance(then, InfusionState)
    assert then.version == 1
    assert tracker.state(derived_id("nobody")) is None


def test_present_knowledge_asked_for_again_by_its_instant_is_the_same_though_the_clock_stood_still(
    tracker: Tracker,
) -> None:
    infusion = registered(tracker)
    then = tracker.knowledge()
    tracker.execute(_lost(infusion), principal="PER-1")

    assert isinstance(then, Knowledge)
    assert tracker.knowledge(then.known_at) == then
    assert tracker.knowledge() == Knowledge(NOON + TICK, 2)


def test_before_anything_is_known_present_knowledge_is_that_of_the_clock(tracker: Tracker) -> None:
    assert tracker.knowledge() == Knowledge(NOON, 0)


@pytest.mark.parametrize("ahead", [timedelta(0), TICK, timedelta(days=1)])
def test_an_instant_that_is_not_yet_past_is_refused(tracker: Tracker, clock: FixedClock, ahead: timedelta) -> None:
    registered(tracker)
    clock.move_by(timedelta(days=1))

    refused = tracker.knowledge(clock.now() + ahead)

    assert isinstance(refused, Refusal)
    assert refused.problems[0].code == "known-at-not-past"


def test_the_local_day_is_that_of_the_htc(tracker: Tracker, clock: FixedClock) -> None:
    clock.move_to(datetime(2026, 3, 2, 5, 59, tzinfo=UTC))
    assert tracker.surroundings("HTC-1").today == date(2026, 3, 1)
    assert tracker.surroundings("HTC-2").today == date(2026, 3, 1)
    clock.move_to(datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    assert tracker.surroundings("HTC-1").today == date(2026, 3, 2)
    assert tracker.surroundings("HTC-2").today == date(2026, 3, 1)


def test_the_day_of_a_fact_is_fixed_by_the_zone_of_its_htc(tracker: Tracker) -> None:
    state = tracker.state(registered(tracker))
    assert state is not None
    late = datetime(2026, 2, 28, 4, 30, tzinfo=UTC)

    assert tracker.when(state, None, late) == When(occurred_on=date(2026, 2, 27), occurred_at=late)
    assert tracker.zone(state) == "America/Chicago"


def test_the_day_of_a_fact_before_a_transfer_is_that_of_the_htc_of_then(tracker: Tracker) -> None:
    infusion = registered(tracker)
    transferred = RecordFact(
        command_id=derived_id("test-command", "transfer"),
        infusion_id=infusion,
        actor="PER-1",
        when=When(occurred_on=date(2026, 2, 28)),
        fact=CareTransferred(htc_id="HTC-2"),
        source=Source(system="manual-entry"),
    )
    _answer(tracker.execute(transferred, principal="PER-1"))
    state = tracker.state(infusion)
    assert state is not None

    before, after = datetime(2026, 2, 27, 7, 0, tzinfo=UTC), datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    assert [tracker.when(state, None, at) for at in (before, after)] == [
        When(occurred_on=date(2026, 2, 27), occurred_at=before),
        When(occurred_on=date(2026, 2, 28), occurred_at=after),
    ]
    assert tracker.when(state, date(2026, 2, 27), None) == When(occurred_on=date(2026, 2, 27))


def test_an_infusion_is_found_by_the_code_that_people_use(tracker: Tracker) -> None:
    first = registered(tracker)
    assert tracker.infusion_by_code(opaque_code(first)) == first

    from tests.support.store import a_patient

    second = registered(tracker, patient=a_patient(given_name="Anna"), key="key-2")

    assert tracker.infusion_by_code(opaque_code(second)) == second
    assert tracker.infusion_by_code("INF-0000-0000-0") is None


def test_a_document_is_registered_once_and_lies_on_the_shelf(tracker: Tracker) -> None:
    rule = a_document(PAYER_RULE)
    before = tracker.shelf()

    first = _answer(tracker.register_document(rule, actor="PER-1"))
    again = _answer(tracker.register_document(rule, actor="PER-1"))

    assert before.payer_rules == {}
    assert list(tracker.shelf().payer_rules.values()) == [rule]
    assert (first.replayed, again.replayed) == (False, True)
    assert tracker.log.head() == 1


def test_another_version_of_a_registered_document_is_refused(tracker: Tracker) -> None:
    _answer(tracker.register_document(a_document(AGREEMENT), actor="PER-1"))

    refused = tracker.register_document(a_document(AGREEMENT, title="Another title"), actor="PER-1")

    assert _code(refused) == "document-exists"


def test_the_shelf_is_read_again_only_when_a_document_was_added(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.register_document(a_document(PAYER_RULE), actor="PER-1")
    reads: list[int | None] = []
    documents = tracker.log.documents

    def counted(up_to: int | None = None) -> tuple[Recorded[Body], ...]:
        reads.append(up_to)
        return documents(up_to)

    monkeypatch.setattr(tracker.log, "documents", counted)

    tracker.shelf()
    registered(tracker)
    tracker.shelf()
    tracker.register_document(a_document(AGREEMENT), actor="PER-1")
    shelf = tracker.shelf()

    assert reads == [1, 3]
    assert (len(shelf.payer_rules), len(shelf.agreements)) == (1, 1)
