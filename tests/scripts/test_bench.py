"""The bench measures what it says: 100 facts, one determination, both ways of appending."""

import json
import subprocess
import sys
from pathlib import Path

from oba.facts.base import Fact
from scripts import bench_determination
from scripts.benches import spread

ROOT = Path(__file__).resolve().parents[2]


def test_the_bench_judges_an_infusion_of_five_years_with_100_facts_and_reaches_an_outcome() -> None:
    events = bench_determination.stream()
    days = [event.occurred_on for event in events]
    assert sum(isinstance(event.body, Fact) for event in events) == 100
    assert (max(days) - min(days)).days > 5 * 365
    _, answer = bench_determination.rounds(1)
    assert answer.finding in ("met", "not_met")


def test_least_middle_and_most_of_the_rounds_are_given() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"min": 1.0, "median": 2.0, "max": 3.0}


def test_the_command_path_costs_more_than_raw_inserts_of_the_same_run() -> None:
    command = (sys.executable, "-m", "scripts.benches", "--json", "--rounds", "1")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)
    assert measured["command_over_raw_time"]["median"] > 1
    assert measured["determination_ms"]["min"] > 0
