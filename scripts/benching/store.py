"""The rounds of `scripts/bench store`: every figure of an engine comes from one deployment, made for the round."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from adapters.clock import SystemClock
from adapters.log.opening import open_log
from scripts.benching import appends, catching_up, rehydrating
from scripts.benching.places import EngineName, Place, place_on, server_on_disk
from scripts.postgres.server import Server

Figures = dict[str, float]


@dataclass(frozen=True)
class Size:
    """How much is done in one round."""

    appends: int = 200
    """By one writer in each way; twice as many by all of many writers together."""
    streams: int = 20
    """Of 100 events each."""
    library_events: int = 300
    """As many of them go through the library's runner."""
    rehydrations: int = 200


def rounds(number: int, engines: Sequence[EngineName], size: Size, dsn: str | None) -> dict[EngineName, list[Figures]]:
    """The figures of each round by engine, the engines in turn; NoServer where there is no PostgreSQL to start."""
    found: dict[EngineName, list[Figures]] = {engine: [] for engine in engines}
    with ExitStack() as stack:
        server = stack.enter_context(server_on_disk(dsn)) if "postgresql" in engines else None
        for _ in range(number):
            for engine in engines:
                found[engine].append(one_round(engine, server, size))
    return found


def one_round(engine: EngineName, server: Server | None, size: Size) -> Figures:
    """Every figure of one engine by its name."""
    with place_on(engine, server) as place:
        figures = dict(appends.measure(place, size.appends))
    with place_on(engine, server) as place:
        _fill(place, size.streams)
        figures |= dict(rehydrating.measure(place, size.streams, size.rehydrations))
        figures |= dict(catching_up.measure(place, size.library_events))
    return figures


def _fill(place: Place, streams: int) -> None:
    log = open_log(place.settings, SystemClock())
    catching_up.fill(log, streams)
    log.close()
