"""The product is killed at random and keeps what it promised; the judges of that find every fault that is planted."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.bootstrap import Services, open_services
from adapters.clock import SystemClock
from adapters.database import writing
from adapters.notices.smtp import SmtpNotifier
from adapters.views.positions import POSITIONS
from adapters.views.tables import VIEWS
from adapters.worker import Worker
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.identity import derived_id
from oba.infusion.events import ReminderSent, ReminderSkipped
from scripts.faulting import __main__ as command_line
from scripts.faulting.clients import Apis, tell
from scripts.faulting.commands import Life
from scripts.faulting.ground import ENGINES, EngineName, Ground, SqliteGround
from scripts.faulting.judge_log import PRINCIPAL, judge_acknowledged, judge_keys
from scripts.faulting.judge_reminders import Due, Out, judge_reminders
from scripts.faulting.judge_views import Explanations, Polled, shown_in, unexplained
from scripts.faulting.killing import Killed
from scripts.faulting.mail import MailSink
from scripts.faulting.million import Restarted, Seconds, run_million
from scripts.faulting.notes import Note, Notebook
from scripts.faulting.plan import CLOCK, Furnished, furnish
from scripts.faulting.processes import DidNotComeBack, Running, RunningApi
from scripts.faulting.rest import judge_views, read_all
from scripts.faulting.round import Outcome, run_round
from scripts.faulting.verdict import Verdict
from tests.support.worker import Kept

NOWHERE = "00000000-0000-0000-0000-000000000000"
MAIL = {"subject": "one item", "text": "one item\n"}
LAST_DAY = CLOCK[-1].date()
Events = tuple[Recorded[Body], ...]


@pytest.fixture
def ground(tmp_path: Path, engine_name: EngineName) -> Iterator[Ground]:
    made = command_line.ground_of(engine_name, tmp_path)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ENGINES)
def test_twenty_kills_under_load_break_no_promise(ground: Ground, tmp_path: Path) -> None:
    outcome = run_round(ground, tmp_path, seed="of the tests", kills=20)
    said = "\n".join(outcome.lines())
    assert outcome.is_kept, said
    assert outcome.killed.kills == 20
    assert [verdict.promise for verdict in outcome.verdicts] == ["P1", "P3", "P6", "P8", "back"]
    assert outcome.verdicts[0].figures["acked"] == outcome.operations.total() > 100, said


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ENGINES)
def test_beside_a_long_log_api_and_worker_come_back_and_accept_a_command(ground: Ground, tmp_path: Path) -> None:
    restarted = run_million(ground, tmp_path, events=3_000, restarts=2)
    services = open_services(ground.settings)
    services.projector.catch_up()
    events = read_all(services.tracker.log)
    views = judge_views(services, Polled(polls=1))
    services.close()
    assert len(events) == 1 + 3_000 + 2
    assert len({event.event_id for event in events}) == len(events)
    assert judge_acknowledged((), events, ground.damages()).is_kept
    assert views.faults == ()
    assert len(restarted.before) == len(restarted.after) == 2


@dataclass(frozen=True)
class Told:
    """A small deployment in which everything was kept: what clients were told, the log, what left the house."""

    ground: SqliteGround
    notes: tuple[Note, ...]
    events: Events
    message_ids: tuple[str, ...]

    @property
    def out(self) -> Out:
        return Out(self.message_ids, waiting=0, excuses=0)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Two infusions told over a real API; then the clock is moved past every rung, with a worker at work."""
    folder = tmp_path_factory.mktemp("told")
    ground = SqliteGround(folder / "home")
    furnished = furnish(ground.settings)
    notes = told_over_the_api(ground, furnished, folder)
    services = open_services(ground.settings)
    kept = Kept()
    for instant in CLOCK:
        services.tracker.records.demo.move_to(instant)
        worker = Worker(services.tracker, services.views, services.projector, kept, wall=SystemClock())
        worker.tick()
    events = read_all(services.tracker.log)
    services.close()
    return Told(ground, notes, events, tuple(f"<{message['key']}@localhost>" for message in kept.messages))


def told_over_the_api(ground: SqliteGround, furnished: Furnished, folder: Path) -> tuple[Note, ...]:
    api = RunningApi("api", ground.environment(), folder / "api.log")
    notebook = Notebook(folder / "told.jsonl")
    api.start()
    try:
        api.wait_until_ready(monotonic())
        for number in (1, 2):
            tell(Life(furnished, number, facts=6), Apis((api.port,), furnished.token), notebook)
    finally:
        api.stop()
        notebook.close()
    return notebook.read()


@pytest.fixture
def views(told: Told, tmp_path: Path) -> Iterator[Services]:
    """The same deployment in a folder of its own, whose views may be damaged."""
    home = tmp_path / "home"
    shutil.copytree(told.ground.settings.home, home)
    services = open_services(SqliteGround(home).settings)
    services.projector.catch_up()
    yield services
    services.close()


def test_where_everything_was_kept_no_judge_finds_a_fault(told: Told, views: Services) -> None:
    damages = told.ground.damages()
    assert judge_acknowledged(told.notes, told.events, damages).faults == ()
    assert judge_keys(told.notes, told.events).faults == ()
    verdict = judge_reminders(LAST_DAY, told.events, told.out)
    assert verdict.faults == ()
    assert verdict.figures["due"] == verdict.figures["recorded"] == 2 * 5 * 2
    assert verdict.figures["sent"] == verdict.figures["deliveries"] == 20
    assert judge_views(views, Polled(polls=1)).faults == ()
    assert looked_at(views) == []


def test_an_acknowledged_event_that_the_log_does_not_have_is_found(told: Told) -> None:
    of_another = replace(told.notes[0], key="another", answer={**told.notes[0].answer, "event_ids": [NOWHERE]})
    assert found(judge_acknowledged([*told.notes, of_another], told.events, ()), "lost") == 1


@pytest.mark.parametrize("changed", [{"version": 7}, {"recorded_at": "2026-01-01T00:00:00Z"}, {"infusion_id": "x"}])
def test_an_acknowledged_event_that_stands_elsewhere_than_was_said_is_found(
    told: Told, changed: dict[str, Any]
) -> None:
    elsewhere = replace(told.notes[0], answer={**told.notes[0].answer, **changed})
    assert found(judge_acknowledged([elsewhere, *told.notes[1:]], told.events, ()), "lost") == 1


def test_a_gap_in_the_log_and_a_stream_out_of_order_are_found(told: Told) -> None:
    without = (*told.events[:3], *told.events[4:])
    assert found(judge_acknowledged((), without, ()), "gaps") > 0
    swapped = (*told.events[:3], told.events[4], told.events[3], *told.events[5:])
    assert found(judge_acknowledged((), swapped, ()), "torn") > 0


def test_a_file_that_the_engine_cannot_read_is_found(told: Told, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(told.ground.settings.home, home)
    damaged = SqliteGround(home)
    with damaged.settings.views_file.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096)
    assert judge_acknowledged((), (), damaged.damages()).faults != ()


def test_a_key_that_made_more_than_it_said_is_found(told: Told) -> None:
    fact = told.events[-1].model_copy(
        update={"event_id": derived_id("second"), "command_id": derived_id("command", PRINCIPAL, told.notes[-1].key)}
    )
    assert found(judge_keys(told.notes, (*told.events, fact)), "doubled") == 1


def test_two_answers_to_one_key_that_differ_are_found(told: Told) -> None:
    other = replace(told.notes[2], answer={**told.notes[2].answer, "version": 99}, again=True)
    assert found(judge_keys([*told.notes, other], told.events), "differing") == 1


@pytest.mark.parametrize("code", [0, 404, 409, 422])
def test_a_key_that_was_refused_or_never_answered_is_found(told: Told, code: int) -> None:
    assert found(judge_keys([*told.notes, Note("key", "record_fact", code)], told.events), "refused") == 1


def test_a_reminder_that_is_not_in_the_log_is_found(told: Told) -> None:
    first = next(event for event in told.events if isinstance(event.body, ReminderSent))
    without = [event for event in told.events if event is not first]
    verdict = judge_reminders(LAST_DAY, without, told.out)
    assert found(verdict, "missing") == 1
    assert found(verdict, "without_key") == 1


def test_a_reminder_that_is_recorded_twice_is_found(told: Told) -> None:
    again = next(event for event in told.events if isinstance(event.body, ReminderSent))
    assert found(judge_reminders(LAST_DAY, (*told.events, again), told.out), "twice") == 1


def test_a_reminder_before_its_day_is_found(told: Told) -> None:
    assert found(judge_reminders(CLOCK[-2].date(), told.events, told.out), "stray") == 4


def test_a_last_rung_that_was_said_to_be_overtaken_is_found(told: Told) -> None:
    last = next(
        event for event in told.events if isinstance(event.body, ReminderSent) and event.body.rung == "closes_minus_3"
    )
    assert isinstance(last.body, ReminderSent)
    body = ReminderSkipped(**last.body.model_dump(exclude={"kind"}), reason="overtaken_by_later_rung")
    changed = [event.model_copy(update={"body": body}) if event is last else event for event in told.events]
    verdict = judge_reminders(LAST_DAY, changed, replace(told.out, excuses=1))
    assert verdict.faults == (f"the last rung was not sent: {due_of(last)}",)


def test_mail_that_never_came_came_too_often_or_under_a_strange_key_is_found(told: Told) -> None:
    def judged(*message_ids: str) -> Verdict:
        return judge_reminders(LAST_DAY, told.events, replace(told.out, message_ids=message_ids))

    assert found(judged(*told.message_ids[1:]), "never_delivered") == 1
    assert judged(*told.message_ids, told.message_ids[0]).faults == ("1 messages more than recorded, 0 allowed",)
    assert found(judged(*told.message_ids, f"<{NOWHERE}@localhost>"), "without_key") == 1
    excused = replace(told.out, message_ids=(*told.message_ids, told.message_ids[0]), excuses=1)
    assert judge_reminders(LAST_DAY, told.events, excused).faults == ()


def test_a_row_left_in_the_outbox_is_found(told: Told) -> None:
    assert found(judge_reminders(LAST_DAY, told.events, replace(told.out, waiting=1)), "waiting") == 1


@pytest.mark.parametrize("view", ["infusions", "timeline", "reminders_due"])
def test_a_row_of_a_view_that_was_tampered_with_or_taken_away_is_found(views: Services, view: str) -> None:
    table = VIEWS[view]
    key = shown_keys(views, view)[0]
    with writing(views.views.engine) as connection:
        connection.execute(sa.update(table).where(table.c.row_key == key).values(htc_id="elsewhere"))
    position = views.tracker.log.head()
    assert looked_at(views) == [f"{view} at {position} tells {key} otherwise"]
    with writing(views.views.engine) as connection:
        connection.execute(sa.delete(table).where(table.c.row_key == key))
    assert looked_at(views) == [f"{view} at {position} lacks {key}"]
    assert found(judge_views(views, Polled(polls=1)), "rebuilt_otherwise") == 1


def test_a_view_that_claims_to_be_elsewhere_than_it_is_is_found(views: Services) -> None:
    head = views.tracker.log.head()
    for position in (head - 1, head + 1):
        with writing(views.views.engine) as connection:
            behind = sa.update(POSITIONS).where(POSITIONS.c.view == "timeline")
            connection.execute(behind.values(position=position))
        assert looked_at(views) != []
    assert found(judge_views(views, Polled(polls=1)), "not_level") == 1


def test_what_was_unexplained_at_any_poll_breaks_the_promise_and_so_does_never_looking(views: Services) -> None:
    assert found(judge_views(views, Polled(polls=3, unexplained=["timeline at 3 lacks one"])), "unexplained") == 1
    assert judge_views(views, Polled()).faults == ("nobody looked at the views",)


def test_a_process_that_does_not_come_back_is_told_with_its_last_words(tmp_path: Path) -> None:
    class Falls(Running):
        def is_ready(self) -> bool:
            return False

    falls = Falls("falls", ("json.tool", "no-such-file"), {}, tmp_path / "falls.log")
    falls.start()
    with pytest.raises(DidNotComeBack, match="no-such-file"):
        falls.wait_until_ready(monotonic())
    assert not falls.kill()


def test_the_mail_sink_counts_what_the_product_sends_and_can_act_before_the_sender_hears() -> None:
    sink = MailSink()
    notifier = SmtpNotifier(host="127.0.0.1", port=sink.port, sender="oba@house.example", clock=SystemClock())
    acted: list[int] = []
    sender = Thread(target=notifier.deliver, kwargs={"key": "one", "address": "a@b.example", **MAIL})
    assert not sink.at_next_mail(lambda: acted.append(0), 0.01)
    sender.start()
    assert sink.at_next_mail(lambda: acted.append(len(sink.message_ids)), 10) or sink.message_ids
    sender.join()
    notifier.deliver(key="two", address="a@b.example", **MAIL)
    sink.close()
    assert sink.message_ids == ["<one@house.example>", "<two@house.example>"]
    assert acted in ([], [1])


@pytest.mark.parametrize(("faults", "code"), [((), 0), (("lost",), 1)])
def test_one_broken_promise_is_an_exit_code_of_1_and_stands_in_the_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    faults: tuple[str, ...],
    code: int,
) -> None:
    def run(ground: Ground, _folder: Path, *, seed: str, kills: int) -> Outcome:
        killed = Killed(kinds=Counter(api=kills), seconds=[1.0, 2.0, 3.0])
        return Outcome(ground.engine, seed, killed, Counter(record_fact=1), (Verdict("P1", {"lost": 1}, faults),))

    monkeypatch.setattr(command_line, "run_round", run)
    file = tmp_path / "said.json"
    said = ("faults", "--engine", "sqlite", "--kills", "3", "--seed", "s", "--json", str(file))
    monkeypatch.setattr(sys, "argv", list(said))
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == code
    lines = capsys.readouterr().out.splitlines()
    assert f"PROMISE P1 engine=sqlite kills=3 lost=1 {'FAIL' if faults else 'PASS'}" in lines
    assert "never=worker,worker_after_delivery,projector,everything,asleep,register_infusion" in lines[-1]
    assert json.loads(file.read_text())[0]["promises"][0]["kept"] is not bool(faults)


def test_a_restart_that_takes_longer_than_the_bar_breaks_the_promise() -> None:
    in_time = Restarted("sqlite", 1000, 1.0, 1.0, before=[Seconds(9.0, 9.0)], after=[Seconds(1.0, 4.9)])
    assert in_time.is_kept
    assert not replace(in_time, after=[Seconds(1.0, 5.1)]).is_kept


def found(verdict: Verdict, name: str) -> int:
    """The figure of a verdict in which a fault was found."""
    assert verdict.faults, verdict
    assert verdict.line().endswith("FAIL")
    figure = verdict.figures[name]
    assert isinstance(figure, int)
    return figure


def due_of(event: Recorded[Body]) -> Due:
    assert isinstance(event.body, ReminderSent)
    return Due(event.stream_id, event.body.rung, event.body.recipient)


def looked_at(services: Services) -> list[str]:
    explanations = Explanations(services.tracker.log, services.tracker.reference)
    return unexplained(shown_in(services.views.engine), explanations)


def shown_keys(services: Services, view: str) -> list[str]:
    return sorted(next(one.rows for one in shown_in(services.views.engine) if one.view == view))
