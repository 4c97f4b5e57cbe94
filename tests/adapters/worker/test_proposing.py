"""Determinations are put before a second person as soon as there is an answer, once."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.views.positions import POSITIONS
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.life_event import PatientDied
from oba.infusion.events import DeterminationProposed, MilestoneDetermined
from oba.infusion.state import InfusionState
from oba.terms.agreement import Agreement
from oba.terms.authority import Authority
from tests.support.place import Place
from tests.support.worker import DUE_ON, TERMS, House, Kept

WINDOW_OPENS = DUE_ON - timedelta(days=30)
EVIDENCE = FixActivityMeasured.model_validate(
    {"value": "38.6", "unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
)


def _proposed(house: House, infusion: UUID) -> list[tuple[str, str]]:
    events = house.tracker.log.stream(infusion)
    return [(e.actor, e.body.determination.finding) for e in events if isinstance(e.body, DeterminationProposed)]


def test_when_the_window_has_closed_the_answer_is_proposed_once_by_however_many_workers(
    house: House, kept: Kept
) -> None:
    infusion = house.infuse()
    house.go_to(DUE_ON)
    house.report(infusion, EVIDENCE, DUE_ON)
    house.go_to(DUE_ON + timedelta(days=31))
    first, second = house.worker(kept), house.worker(kept)
    assert first.tick().proposed == 1
    assert (second.tick().proposed, first.tick().proposed) == (0, 0)
    assert _proposed(house, infusion) == [("worker", "met")]
    assert kept.messages == []


def test_a_death_before_the_milestone_is_proposed_at_once(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    house.go_to(WINDOW_OPENS)
    house.report(infusion, PatientDied(relation="unrelated"), WINDOW_OPENS)
    assert house.worker(kept).tick().proposed == 1
    assert _proposed(house, infusion) == [("worker", "excluded")]


def test_a_window_that_closes_without_evidence_is_proposed_when_the_days_for_it_are_over(
    house: House, kept: Kept
) -> None:
    infusion = house.infuse()
    worker = house.worker(kept)
    house.go_to(DUE_ON + timedelta(days=30))
    assert worker.tick().proposed == 0
    house.go_to(DUE_ON + timedelta(days=31))
    assert worker.tick().proposed == 1
    assert [actor for actor, _ in _proposed(house, infusion)] == ["worker"]


def test_nothing_is_proposed_for_an_infusion_without_enrolment(house: House, kept: Kept) -> None:
    infusion = house.infuse(enrol=False)
    house.go_to(DUE_ON + timedelta(days=60))
    done = house.worker(kept).tick()
    assert (done.proposed, done.queued, done.failed) == (0, 0, 0)
    assert _proposed(house, infusion) == []


def test_where_a_view_has_stopped_every_infusion_is_looked_at_and_that_is_said(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    infusion = house.infuse()
    house.projector.catch_up()
    house.go_to(WINDOW_OPENS)
    with house.views.engine.begin() as connection:
        connection.execute(sa.delete(house.views.tables["reminders_due"]))
        stopped = {"problem": "ValueError", "problem_position": house.tracker.log.head()}
        connection.execute(sa.update(POSITIONS).where(POSITIONS.c.view == "reminders_due").values(**stopped))
    house.worker(kept).tick()
    assert [rung for _, rung, _ in house.sent(infusion)] == ["t_minus_30"]
    assert "every infusion is looked at instead" in caplog.text


def test_a_refused_proposal_is_said_by_its_code_and_asked_for_again(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    infusion = house.infuse()
    house.go_to(WINDOW_OPENS)
    house.report(infusion, PatientDied(relation="unrelated"), WINDOW_OPENS)
    with monkeypatch.context() as patched:
        patched.setattr(house.tracker, "execute", lambda *_, **__: house.tracker.busy())
        assert house.worker(kept).tick().proposed == 0
    assert f"propose_determination of infusion {infusion} was refused: busy" in caplog.text
    assert house.worker(kept).tick().proposed == 1


def test_a_view_that_names_an_unknown_infusion_is_said_and_holds_up_nothing(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    infusion = house.infuse()
    house.go_to(WINDOW_OPENS)
    monkeypatch.setattr(house.views, "proposals_due", lambda *_: (UUID(int=1),))
    assert house.worker(kept).tick().failed == 1
    assert "LookupError at _state:" in caplog.text
    assert len(house.sent(infusion)) == 1


def test_more_rungs_than_one_page_holds_are_all_seen(house: House, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    infusions = [house.infuse(f"number {number}") for number in range(3)]
    monkeypatch.setattr("adapters.owed.PAGE", 1)
    house.go_to(WINDOW_OPENS)
    assert house.worker(kept).tick().sent == 3
    assert all(house.sent(infusion) for infusion in infusions)


def test_a_worker_that_is_told_to_stop_begins_with_no_other_infusion(house: House, kept: Kept) -> None:
    house.infuse()
    house.go_to(WINDOW_OPENS)
    worker = house.worker(kept)
    worker.stop()
    assert worker.tick().queued == 0


def test_an_infusion_that_cannot_be_worked_out_holds_up_no_other(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = UUID(int=1)
    infusion = house.infuse()
    house.go_to(DUE_ON)
    house.report(infusion, EVIDENCE, DUE_ON)
    house.go_to(DUE_ON + timedelta(days=31))
    infusions = house.tracker.state

    def broken_for_one(infusion_id: UUID) -> InfusionState | None:
        if infusion_id == unknown:
            raise LookupError("Jane Doe")
        return infusions(infusion_id)

    monkeypatch.setattr(house.views, "proposals_due", lambda *_: (unknown, infusion))
    monkeypatch.setattr(house.tracker, "state", broken_for_one)
    done = house.worker(kept).tick()
    assert (done.failed, done.proposed) == (1, 1)
    assert "LookupError at broken_for_one:" in caplog.text
    assert "Jane Doe" not in caplog.text


def test_where_approval_is_automatic_the_same_tick_proposes_and_approves_and_the_next_one_finds_nothing(
    place: Place, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(TERMS, Agreement)
    authority = Authority(clause="3.1", approved_by="automatic")
    monkeypatch.setattr("tests.support.worker.TERMS", TERMS.model_copy(update={"authority": authority}))
    house = House(place.settings).furnish()
    infusion = house.infuse()
    house.go_to(DUE_ON)
    house.report(infusion, EVIDENCE, DUE_ON)
    house.go_to(DUE_ON + timedelta(days=31))
    worker = house.worker(kept)
    assert [(done.proposed, done.approved) for done in (worker.tick(), worker.tick())] == [(1, 1), (0, 0)]
    approved = [event for event in house.tracker.log.stream(infusion) if isinstance(event.body, MilestoneDetermined)]
    assert [(event.actor, event.body.kind) for event in approved] == [("worker", "milestone_determined")]
    house.close()
