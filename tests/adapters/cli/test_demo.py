"""`oba demo`: what it refuses; loading and moving are shown by docs/start.md."""

import json
from pathlib import Path

import pytest

from adapters.bootstrap import open_services
from adapters.cli.demo_keys import make_demo_keys, read_demo_keys
from tests.adapters.cli.conftest import Oba
from tests.support.place import Place


@pytest.mark.parametrize("words", ["30d", "+0d", "-1d", "+1h", "tomorrow"])
def test_a_clock_step_that_is_not_forward_in_days_is_wrong_usage(words: str, oba: Oba) -> None:
    assert oba("demo", "clock", words).exit_code == 2


def test_the_clock_of_stores_that_are_not_a_demo_cannot_be_moved(oba: Oba) -> None:
    oba("db", "upgrade")
    result = oba("demo", "clock", "+1d", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stderr)["problems"][0]["code"] == "not-a-demo"


def test_keys_are_made_for_one_person_of_each_role_and_open_the_door(directory: Path, place: Place) -> None:
    services = open_services(place.settings)
    made = make_demo_keys(services)
    principals = [services.tracker.records.keys.verify(key.token) for key in made]
    services.close()
    assert [principal.person_id for principal in principals if principal] == ["coordinator-a", "analyst-a"]
    assert read_demo_keys(place.settings) == made
