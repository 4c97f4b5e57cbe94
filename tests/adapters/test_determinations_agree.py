"""A determination is the same to the byte, whichever engine keeps its evidence and whichever process works it out."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.life_event import PatientDied
from oba.identity import derived_id
from tests.support.determining import determinations
from tests.support.place import ENGINES, Place
from tests.support.postgres import Server
from tests.support.worker import DUE_ON, House, Kept

AFTERWARDS = DUE_ON + timedelta(days=40)
MEASURED = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}


@pytest.fixture
def places(tmp_path: Path, postgres: Server) -> Iterator[list[Place]]:
    """An empty deployment on each engine, with the same keys."""
    made = [Place.at(tmp_path / name, name, postgres) for name in ENGINES]
    first, second = made
    first.upgraded()
    shutil.copytree(first.settings.keys_folder, second.settings.keys_folder)
    second.upgraded()
    yield made
    for place in made:
        place.drop()


def lived(place: Place, values: tuple[str, ...], *, died: bool) -> UUID:
    """A life whose patient has the same token everywhere: measured in its window, and perhaps ended in it."""
    house = House(place.settings).furnish()
    tokens = iter(uuid5(derived_id("token"), str(number)) for number in range(9))
    house.tracker._fresh_id = lambda: next(tokens)
    infusion = house.infuse()
    for number, value in enumerate(values):
        on = DUE_ON - timedelta(days=10 - number)
        house.go_to(on)
        house.report(infusion, FixActivityMeasured.model_validate({**MEASURED, "value": value}), on)
    if died:
        house.report(infusion, PatientDied(relation="unrelated"), house.tracker.now().date())
    house.go_to(AFTERWARDS)
    house.worker(Kept()).tick()
    house.close()
    return infusion


LIVES = {
    "met": (("38.6", "41.25"), False),
    "not_met": (("3.10", "2.9", "4"), False),
    "excluded": (("12.5",), True),
}


@pytest.mark.parametrize(("finding", "values", "died"), [(name, *life) for name, life in LIVES.items()], ids=LIVES)
def test_every_determination_is_the_same_to_the_byte_on_both_engines_and_in_another_process(
    places: list[Place], finding: str, values: tuple[str, ...], died: bool
) -> None:
    found = []
    for place in places:
        infusion = lived(place, values, died=died)
        found.append(determinations(place.settings, infusion, str(AFTERWARDS)))
        elsewhere = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
        child = subprocess.run(
            [sys.executable, "-m", "tests.support.determining", str(infusion), str(AFTERWARDS)],
            env={**place.environment, **elsewhere},
            check=True,
            capture_output=True,
        )
        found.append(child.stdout.decode())

    assert len(set(found)) == 1
    judged, proposed = found[0].split("\n")
    assert f'"finding":"{finding}"' in judged
    assert f'"finding":"{finding}"' in proposed
