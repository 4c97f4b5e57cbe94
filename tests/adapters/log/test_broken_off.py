"""A thread that is broken off while it waits for its append leaves nobody waiting behind it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from adapters.log import together as together_room
from adapters.log.together import Together

PATIENCE = 10


class _Impatient(Event):
    """Waiting by this is broken off in one thread, once it is told so; the others wait as ever."""

    broken_off = Event()
    name = ""

    def wait(self, timeout: float | None = None) -> bool:
        if current_thread().name != self.name:
            return super().wait(timeout)
        assert self.broken_off.wait(PATIENCE)
        raise KeyboardInterrupt


class _Sends:
    """Answers each with itself; the first call waits until it is let go."""

    def __init__(self) -> None:
        self.began, self.let_go = Event(), Event()
        self.calls: list[list[str]] = []

    def __call__(self, asked: Sequence[str]) -> Sequence[str]:
        self.calls.append(list(asked))
        if asked[0] == "first":
            self.began.set()
            assert self.let_go.wait(PATIENCE)
        return asked


@pytest.fixture
def sends(monkeypatch: pytest.MonkeyPatch) -> _Sends:
    monkeypatch.setattr(together_room, "Event", _Impatient)
    monkeypatch.setattr(_Impatient, "broken_off", Event())
    return _Sends()


def _named(together: Together[str, str], asked: str) -> str:
    current_thread().name = asked
    return together.put(asked)


def _waiting(together: Together[str, str], number: int) -> None:
    while len(together._waiting) != number:
        Event().wait(0.001)


@pytest.mark.parametrize("told", ["while it waits", "when it is called to drive"])
def test_the_others_get_through_without_it(sends: _Sends, monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setattr(_Impatient, "name", "a")
    together = Together(sends)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(_named, together, "first")
        assert sends.began.wait(PATIENCE)
        broken = pool.submit(_named, together, "a")
        _waiting(together, 1)
        others = [pool.submit(_named, together, name) for name in "bc"]
        _waiting(together, 3)
        if told == "while it waits":
            _Impatient.broken_off.set()
            _waiting(together, 2)
            sends.let_go.set()
        else:
            sends.let_go.set()
            assert first.result(PATIENCE) == "first"
            _Impatient.broken_off.set()

        assert sorted(one.result(PATIENCE) for one in others) == ["b", "c"]
        assert isinstance(broken.exception(PATIENCE), KeyboardInterrupt)

    assert together.put("afterwards") == "afterwards"
    assert "a" not in [name for call in sends.calls for name in call]


def test_who_is_broken_off_before_it_drives_leaves_the_way_open(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Together[str, str](lambda asked: asked)
    drive: Any = together._drive

    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(together, "_drive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            together.put("first")

    assert together._drive == drive
    assert together.put("second") == "second"


def test_who_is_broken_off_while_it_drives_tells_nobody_that_it_is_done() -> None:
    def interrupted(asked: Sequence[str]) -> Sequence[str]:
        if asked == ["first"]:
            raise KeyboardInterrupt
        return asked

    together = Together(interrupted)

    with pytest.raises(KeyboardInterrupt):
        together.put("first")

    assert together.put("second") == "second"
    assert not issubclass(KeyboardInterrupt, OperationalError)
