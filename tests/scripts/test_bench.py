"""The bench measures what it says: each figure beside a baseline of its own round, on both engines."""

import json
from pathlib import Path

import psycopg
import pytest

from adapters.clock import SystemClock
from adapters.log.opening import open_log
from oba.facts.base import Fact
from scripts import bench_determination, benches
from scripts.benching import catching_up, driving, samples, store
from scripts.benching.places import ENGINES, EngineName, place_on
from tests.support.postgres import Server

SMALL = store.Size(appends=4, streams=2, library_events=6, rehydrations=4)
WAYS = ("raw", "library", "ours", "command")
BOTH = [
    *(f"append, {setting}: {way} per second" for setting in ("1 writer", "8 threads", "8 processes") for way in WAYS),
    *(f"append, {setting}: {way} / raw" for setting in ("1 writer", "8 threads", "8 processes") for way in WAYS[2:]),
    *(
        f"append, {setting}: {way} / library"
        for setting in ("1 writer", "8 threads", "8 processes")
        for way in WAYS[2:]
    ),
    "catching up: ours per second",
    "catching up: decoded read per second",
    "catching up: raw read per second",
    "catching up: ours / decoded read",
    "catching up: ours / raw read",
    "100 events: raw SELECT, us",
    "100 events: read, decoded and replayed, us",
    "100 events: state that is kept, us",
    "100 events: replayed / raw SELECT",
    "100 events: kept / raw SELECT",
]
OF_THE_RUNNER = [
    "catching up: library, one small row per second",
    "catching up: library, same fold per second",
    "catching up: ours / library, one small row",
    "catching up: ours / library, same fold",
]


def test_the_bench_judges_an_infusion_of_five_years_with_100_facts_and_reaches_an_outcome() -> None:
    events = bench_determination.stream()
    days = [event.occurred_on for event in events]
    assert sum(isinstance(event.body, Fact) for event in events) == 100
    assert (max(days) - min(days)).days > 5 * 365
    _, answer = bench_determination.rounds(1)
    assert answer.finding in ("met", "not_met")


def test_least_middle_and_most_of_the_rounds_are_given() -> None:
    assert benches.spread([3.0, 1.0, 2.0]) == {"min": 1.0, "median": 2.0, "max": 3.0}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_round_has_every_figure_of_an_engine_and_each_is_positive(engine: EngineName, postgres: Server) -> None:
    figures = store.one_round(engine, postgres, SMALL)

    wanted = BOTH if engine == "sqlite" else [*BOTH, *OF_THE_RUNNER]
    assert sorted(figures) == sorted(wanted)
    assert [name for name, figure in figures.items() if not figure > 0] == []


def test_a_ratio_is_one_figure_over_another_of_the_same_round() -> None:
    figures = store.one_round("sqlite", None, SMALL)

    for name in ("ours", "command"):
        raw = figures["append, 1 writer: raw per second"]
        assert figures[f"append, 1 writer: {name} / raw"] == figures[f"append, 1 writer: {name} per second"] / raw


def test_what_is_caught_up_are_streams_of_100_events_that_came_in_turn() -> None:
    with place_on("sqlite", None) as place:
        log = open_log(place.settings, SystemClock())
        before = log.head()
        catching_up.fill(log, 3)
        first = [event.stream_id for event in log.since(before, 6)]
        assert log.head() - before == 300
        assert first == [samples.stream_id(number) for number in (0, 1, 2)] * 2
        assert [len(log.stream(stream)) for stream in first[:3]] == [100] * 3
        log.close()


@pytest.mark.parametrize("as_", ["threads", "processes"])
def test_every_writer_writes_as_often_as_it_is_told(as_: driving.Writers, tmp_path: Path) -> None:
    class Opened:
        def writer(self, number: int) -> driving.Write:
            (tmp_path / f"{number}").touch()
            return lambda place: (tmp_path / f"{number}-{place}").touch()

        def close(self) -> None:
            pass

    assert driving.per_second(Opened, writers=3, count=4, as_=as_) > 0

    assert len(list(tmp_path.iterdir())) == 3 + 3 * 4


@pytest.mark.parametrize("as_", ["threads", "processes"])
def test_a_writer_that_fails_ends_the_bench_instead_of_being_left_out(as_: driving.Writers) -> None:
    class Broken:
        def writer(self, number: int) -> driving.Write:
            def write(place: int) -> None:
                if number == 1:
                    raise ZeroDivisionError(place)

            return write

        def close(self) -> None:
            pass

    with pytest.raises((ZeroDivisionError, RuntimeError)):
        driving.per_second(Broken, writers=2, count=1, as_=as_)


def test_the_figures_come_as_json_by_bench_and_engine(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--rounds", "1", "--appends", "2", "--streams", "1", "--json"]
    benches.main([*sizes, "--engine", "sqlite"])

    measured = json.loads(capsys.readouterr().out)
    assert list(measured) == ["engine", "determination", "store on sqlite"]
    assert sorted(measured["store on sqlite"]) == sorted(BOTH)
    assert measured["store on sqlite"]["catching up: ours per second"]["min"] > 0


def test_the_figures_come_as_a_table_with_what_they_were_measured_on(capsys: pytest.CaptureFixture[str]) -> None:
    benches.main(["determination", "--rounds", "1"])

    printed = capsys.readouterr().out
    assert "one determination, five years, 100 facts: ms" in printed


def test_a_round_leaves_no_database_in_the_server(postgres: Server) -> None:
    before = _databases(postgres)

    with place_on("postgresql", postgres):
        assert len(_databases(postgres)) == len(before) + 1

    assert _databases(postgres) == before


def _databases(server: Server) -> list[str]:
    with psycopg.connect(server.admin_url) as connection:
        return [row[0] for row in connection.execute("SELECT datname FROM pg_database ORDER BY datname")]
