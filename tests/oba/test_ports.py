"""What the domain needs of the world, in the smallest form that a test can give it."""

from datetime import UTC, datetime

from oba.ports import Clock


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 1, 15, tzinfo=UTC)


def test_a_clock_is_anything_that_says_now() -> None:
    clock: Clock = StoppedClock()
    assert clock.now().tzinfo is UTC
