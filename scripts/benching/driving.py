"""Several writers at once, as threads of one process or as processes of their own, all starting at the same moment."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from time import perf_counter
from typing import Final, Literal, Protocol, TypeAlias

Writers: TypeAlias = Literal["threads", "processes"]
Write: TypeAlias = Callable[[int], None]
"""Writes once, by the number of the write."""

_FORK: Final = multiprocessing.get_context("fork")
_PATIENCE_SECONDS: Final = 600


class Opened(Protocol):
    """What a process has opened to write to; its threads share it."""

    def writer(self, number: int) -> Write:
        """What one of several writers writes with."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


Way: TypeAlias = Callable[[], Opened]


def per_second(way: Way, *, writers: int, count: int, as_: Writers) -> float:
    """How many writes a second all writers together reach, each doing `count` of them."""
    seconds = (_with_threads if as_ == "threads" else _with_processes)(way, writers, count)
    return writers * count / seconds


def _with_threads(way: Way, writers: int, count: int) -> float:
    opened = way()
    barrier = threading.Barrier(writers + 1, timeout=_PATIENCE_SECONDS)

    def work(write: Write) -> None:
        barrier.wait()
        for place in range(count):
            write(place)

    with ThreadPoolExecutor(writers) as pool:
        working = [pool.submit(work, write) for write in [opened.writer(number) for number in range(writers)]]
        barrier.wait()
        began = perf_counter()
        for one in working:
            one.result()
        seconds = perf_counter() - began
    opened.close()
    return seconds


def _with_processes(way: Way, writers: int, count: int) -> float:
    ready, done = (_FORK.Barrier(writers + 1, timeout=_PATIENCE_SECONDS) for _ in range(2))
    processes = [
        _FORK.Process(target=_work, args=(way, number, count, ready, done), daemon=True) for number in range(writers)
    ]
    for process in processes:
        process.start()
    ready.wait()
    began = perf_counter()
    done.wait()
    seconds = perf_counter() - began
    for process in processes:
        process.join()
    return seconds


def _work(way: Way, number: int, count: int, ready: Barrier, done: Barrier) -> None:
    """A writer that fails says why, and ends the waiting of the others."""
    try:
        opened = way()
        write = opened.writer(number)
        ready.wait()
        for place in range(count):
            write(place)
        done.wait()
        opened.close()
    except BaseException:
        ready.abort()
        done.abort()
        raise
