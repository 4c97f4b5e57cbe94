"""The clock that knocks, with the real APScheduler."""

import logging
import threading
from collections.abc import Callable

import pytest

from adapters.clock import SystemClock
from adapters.scheduler import Ticker

PATIENCE_SECONDS = 60


class Counted:
    """Counts calls, and says when there were so many."""

    def __init__(self, until: int) -> None:
        self.calls = 0
        self._until = until
        self.enough = threading.Event()

    def __call__(self) -> None:
        self.calls += 1
        if self.calls >= self._until:
            self.enough.set()


def _ticker(tick: Callable[[], object], every_seconds: float = 0.02) -> Ticker:
    return Ticker(tick, every_seconds=every_seconds, clock=SystemClock())


def test_it_ticks_until_it_is_stopped_and_then_no_more() -> None:
    tick = Counted(until=3)
    ticker = _ticker(tick)
    ticker.start()
    assert tick.enough.wait(PATIENCE_SECONDS)
    ticker.stop()
    after = tick.calls
    assert not threading.Event().wait(0.1)
    assert tick.calls == after


def test_the_first_tick_comes_at_once_even_when_the_interval_is_long() -> None:
    tick = Counted(until=1)
    ticker = _ticker(tick, every_seconds=3_600)
    ticker.start()
    assert tick.enough.wait(PATIENCE_SECONDS)
    ticker.stop()


def test_a_stop_waits_for_the_running_tick() -> None:
    begun, done = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        threading.Event().wait(0.2)
        done.set()

    ticker = _ticker(slow, every_seconds=3_600)
    ticker.start()
    assert begun.wait(PATIENCE_SECONDS)
    ticker.stop()
    assert done.is_set()


def test_a_slow_tick_is_never_run_twice_at_a_time() -> None:
    running, most, calls = [0], [0], Counted(until=4)

    def slow() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        threading.Event().wait(0.05)
        running[0] -= 1
        calls()

    ticker = _ticker(slow, every_seconds=0.01)
    ticker.start()
    assert calls.enough.wait(PATIENCE_SECONDS)
    ticker.stop()
    assert most[0] == 1


def test_a_slow_tick_is_no_reason_for_a_line_of_the_library(caplog: pytest.LogCaptureFixture) -> None:
    calls = Counted(until=3)

    def slow() -> None:
        threading.Event().wait(0.1)
        calls()

    ticker = _ticker(slow, every_seconds=0.01)
    with caplog.at_level(logging.WARNING):
        ticker.start()
        assert calls.enough.wait(PATIENCE_SECONDS)
        ticker.stop()
    assert [record.getMessage() for record in caplog.records] == []


def test_a_tick_that_fails_is_said_without_its_words_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    tick = Counted(until=2)

    def failing() -> None:
        tick()
        raise RuntimeError("Jane Doe")

    ticker = _ticker(failing)
    with caplog.at_level(logging.ERROR):
        ticker.start()
        assert tick.enough.wait(PATIENCE_SECONDS)
        ticker.stop()
    assert "RuntimeError at failing:" in caplog.text
    assert "Jane Doe" not in caplog.text


def test_a_second_stop_changes_nothing() -> None:
    ticker = _ticker(Counted(until=1))
    ticker.start()
    ticker.stop()
    ticker.stop()
