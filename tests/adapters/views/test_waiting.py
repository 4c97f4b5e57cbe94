from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from adapters.log.log import Log
from adapters.views.positions import record_problem
from adapters.views.projector import BatchProjector
from adapters.views.span import AtMost
from adapters.views.turn import turn
from adapters.views.views import Views
from adapters.views.waiting import Patience, wait_until
from tests.adapters.views.conftest import drafted, standing
from tests.support.lives import REFERENCE, Life, a_payer_rule, registration_of
from tests.support.views import labels

NEEDED = ("infusions", "enrolments")


class Time:
    """A time that goes on in the pauses only."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pause(self, seconds: float) -> None:
        self.seconds += seconds

    def patience(self, seconds: float = 1.0) -> Patience:
        return Patience(seconds, lambda: self.seconds, self.pause)


@contextmanager
def held(views: Views) -> Iterator[None]:
    """Somebody else works on every view."""
    with turn(views.engine, labels(views)):
        yield


def test_the_own_projector_goes_first_and_nobody_pauses(log: Log, views: Views, projector: BatchProjector) -> None:
    time = Time()
    assert wait_until(views, projector, log.head(), NEEDED, time.patience())
    assert time.seconds == 0
    assert set(standing(views).values()) == {log.head()}


def test_views_that_are_there_already_are_not_stepped(log: Log, views: Views, projector: BatchProjector) -> None:
    projector.catch_up()
    with held(views):
        assert wait_until(views, projector, log.head(), NEEDED, Time().patience())


def test_while_somebody_else_works_the_time_runs_out(log: Log, views: Views, projector: BatchProjector) -> None:
    time = Time()
    with held(views):
        assert not wait_until(views, projector, log.head(), NEEDED, time.patience(0.05))
    assert time.seconds >= 0.05
    assert set(standing(views).values()) == {0}


def test_what_somebody_else_has_done_is_seen(log: Log, views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    projector, other = BatchProjector(log, views, REFERENCE), BatchProjector(log, views, REFERENCE)
    monkeypatch.setattr(projector, "step", lambda _: 0)
    patience = Patience(1.0, lambda: 0.0, lambda _: other.catch_up())
    assert wait_until(views, projector, log.head(), NEEDED, patience)


def test_a_view_that_has_stopped_is_not_waited_for(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "step", lambda _: 0)
    with turn(views.engine, labels(views, *NEEDED)) as (connection, _):
        record_problem(connection, ("infusions",), "UnknownTopic", 1)
    time = Time()
    assert not wait_until(views, projector, log.head(), NEEDED, time.patience())
    assert time.seconds == 0


def test_a_step_of_who_waits_takes_no_more_than_he_has_time_for(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, taken = projector.step, []

    def counted(at_most: AtMost | None = None) -> int:
        taken.append(step(at_most))
        return taken[-1]

    monkeypatch.setattr(projector, "step", counted)
    patience = replace(Time().patience(), at_most=AtMost(events=3, infusions=1))
    assert wait_until(views, projector, log.head(), NEEDED, patience)
    assert (max(taken), sum(taken)) == (3, log.head())


def test_steps_end_with_the_time_and_not_with_the_log(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, step = Time(), projector.step

    def slow(at_most: AtMost | None = None) -> int:
        time.seconds += 0.4
        return step(at_most)

    monkeypatch.setattr(projector, "step", slow)
    patience = replace(time.patience(), at_most=AtMost(events=1))
    assert not wait_until(views, projector, log.head(), NEEDED, patience)
    assert set(standing(views).values()) == {3}


def test_an_event_that_touches_too_many_infusions_is_left_to_who_has_the_time(
    log: Log, views: Views, projector: BatchProjector, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector.catch_up()
    before, short = log.head(), AtMost(events=100, infusions=1)
    log.append([drafted(Life(name="late").registered().events[0])])
    log.append([registration_of(a_payer_rule(id="second-rule"))])
    asked, real = [], log.infusion_ids

    def infusion_ids(up_to: int | None = None, *, after: int = 0) -> tuple[UUID, ...]:
        asked.append(up_to)
        return real(up_to, after=after)

    monkeypatch.setattr(log, "infusion_ids", infusion_ids)
    assert [projector.step(short) for _ in range(3)] == [1, 0, 0]
    assert (set(standing(views).values()), len(asked)) == ({before + 1}, 1)
    assert projector.step() == 1
    assert set(standing(views).values()) == {log.head()}
