"""From the outbox to the recipient, over a real mail server where that matters."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from adapters.clock import SystemClock
from adapters.notices.problem import NotDeliveredError
from adapters.notices.sending import LEASE_SECONDS
from adapters.notices.smtp import SmtpNotifier
from oba.facts.consent import ConsentWithdrawn
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.life_event import PatientDied
from oba.identity import derived_id
from oba.infusion.commands import CorrectFact, When
from oba.infusion.events import ReminderSkipped
from tests.support.mail import MailServer
from tests.support.worker import DUE_ON, MANUAL, House, Kept, a_person

FIRST_RUNG = DUE_ON - timedelta(days=30)
EVIDENCE = FixActivityMeasured.model_validate(
    {"value": "38.6", "unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
)


def smtp(server: MailServer) -> SmtpNotifier:
    return SmtpNotifier(host=server.host, port=server.port, sender="oba@house.example", clock=SystemClock())


def test_one_mail_goes_out_for_one_reminder(house: House, mail_server: MailServer) -> None:
    infusion = house.infuse()
    house.go_to(FIRST_RUNG)
    done = house.worker(smtp(mail_server)).tick()
    house.worker(smtp(mail_server)).tick()
    [(address, mail)] = mail_server.received
    assert (done.queued, done.sent, done.kept) == (1, 1, 0)
    assert address == "per-clerk@htc.example"
    assert mail["Subject"] == "A milestone assessment is due: 1 item"
    assert len(house.sent(infusion)) == 1


def test_a_mail_server_that_is_down_keeps_the_notice_says_so_and_gets_it_later(
    house: House, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    infusion = house.infuse()
    mail_server.stop()
    house.go_to(FIRST_RUNG)
    worker = house.worker(smtp(mail_server))
    assert worker.tick().kept == 1
    assert house.outbox() == [("due", "mail-server-unreachable")]
    assert "kept after attempt 1: mail-server-unreachable" in caplog.text
    assert "htc.example" not in caplog.text
    mail_server.start()
    worker.tick()
    assert mail_server.received == []  # half a minute has not passed
    house.wall.move_by(timedelta(seconds=30))
    worker.tick()
    assert len(mail_server.received) == 1
    assert len(house.sent(infusion)) == 1
    assert house.outbox() == [("sent", None)]


def test_a_server_that_is_down_is_asked_once_in_a_round_and_not_for_every_notice(house: House, kept: Kept) -> None:
    house.records.import_directory([a_person("PER-NURSE")])
    house.infuse()
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.go_to(FIRST_RUNG)
    assert house.worker(kept).tick().kept == 1
    assert kept.messages == []
    assert sorted(house.outbox(), key=str) == [("due", "mail-server-unreachable"), ("due", None)]


def test_a_recipient_who_is_refused_holds_up_nobody_else(house: House, kept: Kept) -> None:
    house.records.import_directory([a_person("PER-NURSE")])
    infusion = house.infuse()
    kept.failures = [NotDeliveredError("mail-server-refused-the-recipient")]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    assert len(kept.messages) == len(house.sent(infusion)) == 1
    assert sorted(house.outbox(), key=str) == [("due", "mail-server-refused-the-recipient"), ("sent", None)]


def test_the_wait_grows_with_every_attempt_and_the_notice_is_never_given_up(house: House, kept: Kept) -> None:
    house.infuse()
    kept.failures = [NotDeliveredError("mail-server-refused-the-message") for _ in range(9)]
    house.go_to(FIRST_RUNG)
    worker, waits = house.worker(kept), []
    for _ in range(9):
        worker.tick()
        [row] = house.records.outbox.rows("due")
        waits.append((row.due_at - house.wall.now()).total_seconds())
        house.wall.move_to(row.due_at)
    worker.tick()
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert len(kept.messages) == 1


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (EVIDENCE, "evidence_arrived"),
        (PatientDied(relation="unrelated"), "patient_died"),
        (ConsentWithdrawn(), "consent_withdrawn"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_happens_between_queueing_and_sending_cancels_the_notice_with_its_reason(
    house: House, kept: Kept, fact: FixActivityMeasured | PatientDied | ConsentWithdrawn, reason: str
) -> None:
    infusions = [house.infuse("first"), house.infuse("second")]
    house.go_to(FIRST_RUNG)

    def both_hear_of_it() -> None:
        for infusion in infusions:
            house.report(infusion, fact, FIRST_RUNG)

    kept.meanwhile = [both_hear_of_it]
    done = house.worker(kept).tick()
    assert (done.queued, done.sent, done.skipped) == (2, 1, 1)
    assert len(kept.messages) == 1
    assert [skipped for infusion in infusions for skipped in house.skipped(infusion)] == [("t_minus_30", reason)]
    assert sorted(house.outbox(), key=str) == [("cancelled", reason), ("sent", None)]


def test_a_notice_that_waits_for_the_mail_server_is_cancelled_when_evidence_arrives(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    house.report(infusion, EVIDENCE, FIRST_RUNG)
    house.worker(kept).tick()
    assert house.skipped(infusion) == [("t_minus_30", "evidence_arrived")]
    assert house.outbox() == [("cancelled", "evidence_arrived")]
    house.wall.move_by(timedelta(days=1))
    house.worker(kept).tick()
    assert kept.messages == []


def test_somebody_who_left_between_queueing_and_sending_is_passed_over_with_the_reason(
    house: House, kept: Kept
) -> None:
    house.records.import_directory([a_person("PER-NURSE")])
    infusion = house.infuse()
    gone = [a_person("PER-NURSE", receives_notices=False), a_person("PER-CLERK", receives_notices=False)]
    kept.meanwhile = [lambda: house.records.import_directory(gone)]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    assert house.skipped(infusion) == [("t_minus_30", "no_recipient")]
    assert len(kept.messages) == 1


def test_a_reminder_that_was_recorded_under_another_lease_is_not_delivered_again(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    [row] = house.records.outbox.rows("sent")
    assert house.records.outbox.reopen(row.notice_key, house.wall.now())
    house.worker(kept).tick()
    assert len(kept.messages) == len(house.sent(infusion)) == 1
    assert house.outbox() == [("sent", None)]


def test_a_worker_that_sleeps_through_its_lease_records_nothing_twice(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    other = Kept()

    def sleep_and_let_another_worker_take_over() -> None:
        house.wall.move_by(timedelta(seconds=LEASE_SECONDS + 1))
        house.worker(other).tick()

    kept.meanwhile = [sleep_and_let_another_worker_take_over]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    assert [message["key"] for message in kept.messages] == [message["key"] for message in other.messages]
    assert len(house.sent(infusion)) == 1
    assert house.outbox() == [("sent", None)]


def test_what_one_worker_is_just_delivering_no_other_records_as_skipped(house: House, kept: Kept) -> None:
    infusion = house.infuse()

    def evidence_arrives_and_another_worker_ticks() -> None:
        house.report(infusion, EVIDENCE, FIRST_RUNG)
        house.worker(Kept()).tick()

    kept.meanwhile = [evidence_arrives_and_another_worker_ticks]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    assert (len(house.sent(infusion)), house.skipped(infusion)) == (1, [])


def test_a_delivery_that_could_not_be_recorded_goes_again_under_the_same_key(
    house: House, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    infusion = house.infuse()
    house.go_to(FIRST_RUNG)
    with monkeypatch.context() as patched:
        patched.setattr(house.tracker, "execute", lambda *_, **__: house.tracker.busy())
        assert house.worker(kept).tick().kept == 1
    assert house.outbox() == [("due", "not-recorded:busy")]
    house.wall.move_by(timedelta(minutes=1))
    house.worker(kept).tick()
    assert len({message["key"] for message in kept.messages}) == 1
    assert (len(kept.messages), len(house.sent(infusion))) == (2, 1)


def test_a_worker_that_dies_after_delivering_leaves_a_notice_that_goes_again_under_the_same_key(
    house: House, kept: Kept
) -> None:
    infusion = house.infuse()
    house.go_to(FIRST_RUNG)
    kept.meanwhile = [_die]
    with pytest.raises(KeyboardInterrupt):
        house.worker(kept).tick()
    assert house.sent(infusion) == []
    kept.meanwhile = []
    house.worker(kept).tick()
    assert len(kept.messages) == 1  # the lease still stands
    house.wall.move_by(timedelta(seconds=LEASE_SECONDS + 1))
    house.worker(kept).tick()
    assert len({message["key"] for message in kept.messages}) == 1
    assert len(kept.messages) == 2
    assert len(house.sent(infusion)) == 1


def _die() -> None:
    raise KeyboardInterrupt


def test_a_notice_whose_dates_were_corrected_away_is_cancelled_and_the_right_one_goes_out(
    house: House, kept: Kept
) -> None:
    infusion = house.infuse()
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    _correct_day_0(house, infusion, DUE_ON.replace(year=2025) - timedelta(days=5))
    house.wall.move_by(timedelta(minutes=1))
    house.worker(kept).tick()
    assert sorted(house.outbox(), key=str) == [("cancelled", "not-scheduled"), ("sent", None)]
    assert "2026-03-05" in kept.messages[0]["text"]


def _correct_day_0(house: House, infusion: UUID, on: date) -> None:
    infused = house.tracker.log.stream(infusion)[0]
    correction = {
        "command_id": derived_id("test-correct", infusion),
        "infusion_id": infusion,
        "actor": "PER-CLERK",
        "fact_id": infused.event_id,
        "reason": "wrong_date",
        "when": When(occurred_on=on),
        "fact": infused.body,
        "source": MANUAL,
    }
    house.do(CorrectFact.model_validate(correction))


def test_a_reminder_that_the_log_lost_is_sent_and_recorded_again(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    house.go_to(FIRST_RUNG)
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.worker(kept).tick()
    house.wall.move_by(timedelta(minutes=1))
    [row] = house.records.outbox.claim(house.wall.now())
    assert row.lease_token is not None
    assert house.records.outbox.finish(row.notice_key, row.lease_token, house.wall.now())
    house.worker(kept).tick()
    assert len(kept.messages) == len(house.sent(infusion)) == 1


def test_an_unexpected_error_of_one_notice_holds_up_no_other_and_says_no_words(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    house.records.import_directory([a_person("PER-NURSE")])
    infusion = house.infuse()
    kept.failures = [ValueError("per-clerk@htc.example")]
    house.go_to(FIRST_RUNG)
    house.worker(kept).tick()
    assert len(house.sent(infusion)) == 1
    assert sorted(house.outbox(), key=str) == [("due", "failed:ValueError"), ("sent", None)]
    assert "ValueError at deliver:" in caplog.text
    assert "@htc.example" not in caplog.text


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next_one(house: House, kept: Kept) -> None:
    house.records.import_directory([a_person("PER-NURSE")])
    house.infuse()
    worker = house.worker(kept)
    stop: Callable[[], None] = worker.stop
    kept.meanwhile = [stop]
    house.go_to(FIRST_RUNG)
    worker.tick()
    assert len(kept.messages) == 1
    house.worker(kept).tick()
    assert len(kept.messages) == 2


def test_nothing_that_identifies_a_patient_is_in_any_mail_or_log_line(
    house: House, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    infusion = house.infuse("zebra")
    caplog.set_level("DEBUG")
    house.go_to(FIRST_RUNG)
    house.worker(smtp(mail_server)).tick()
    [(_, mail)] = mail_server.received
    everything = (mail.as_string() + caplog.text).lower()
    token = str(house.tracker.state(infusion).infused.patient_token)  # type: ignore[union-attr]
    for canary in ("canary", "zebra", "1980", "lot-", "3500000", "80 kg", "2025-03-10", str(infusion), token, "payer"):
        assert canary not in everything, canary
    assert not any(isinstance(event.body, ReminderSkipped) for event in house.tracker.log.stream(infusion))
