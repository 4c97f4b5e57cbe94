"""The page on backup and restore is followed block by block, on both engines, with real stores and under load."""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.clock import FixedClock
from adapters.log.opening import open_log
from adapters.log.postgres.schema import upgrade
from adapters.settings import Settings
from tests.support.place import ENGINES, Engine, Place
from tests.support.postgres import APP, Server
from tests.support.store import NOON
from tests.support.whole import Everything, Writer, everything, furnish, without_outbox
from tests.test_docs import ROOT, run

PAGE = ROOT / "docs" / "guides" / "backup-and-restore.md"
BLOCK = re.compile(r"^```sh run(?: (?P<engine>\w+))?\n(?P<script>.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


@pytest.fixture
def place(engine: Engine, tmp_path: Path, postgres: Server) -> Iterator[Place]:
    """The deployment that the page is about."""
    made = Place.at(tmp_path / "var", engine, postgres).upgraded()
    yield made
    made.drop()


@pytest.fixture
def other(tmp_path: Path, postgres: Server) -> Iterator[Place]:
    """An empty database beside it: for the drill, or to move into."""
    made = Place.at(tmp_path / "drill", "postgresql", postgres)
    owner = made.settings.owner_database_url
    assert owner is not None
    with psycopg.connect(owner.get_secret_value(), autocommit=True) as connection:
        upgrade(connection, APP, demo=True)  # what is looked at afterwards is written under a clock that stands
    yield made
    made.drop_database()


@pytest.fixture
def environment(place: Place, other: Place, tmp_path: Path) -> dict[str, str]:
    """What the page asks its reader to set."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    oba = tmp_path / ".venv" / "bin" / "oba"
    oba.write_text(f'#!/bin/sh\nexec {sys.executable} -m adapters.cli "$@"\n', encoding="utf-8")
    oba.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}  # noqa: TID251
    folders = {name: str(tmp_path / name.lower()) for name in ("SAFE", "KEYS_SAFE", "DRILL")}
    drill = {name.replace("OBA_", "DRILL_"): url for name, url in other.environment.items() if name != "OBA_HOME"}
    return {**kept, **folders, **drill, **place.environment, "PYTHONPATH": str(ROOT)}


@pytest.mark.slow
def test_the_page_leads_from_the_backup_under_load_to_the_same_log_and_views(
    place: Place, other: Place, engine: Engine, environment: dict[str, str], tmp_path: Path
) -> None:
    furnish(place.settings)
    keys, daily, drill, moving = _scripts(engine)
    run(keys, tmp_path, environment)

    writer = Writer(place.settings)
    writer.start()
    assert writer.going.wait(30)
    said = run(daily, tmp_path, environment)
    writer.enough.set()
    writer.join()

    (saved,) = (tmp_path / "safe").iterdir()
    manifest = json.loads((saved / "backup.json").read_text(encoding="utf-8"))
    known = f"log up to position {manifest['log_head']}, content hash {manifest['log_content_hash'][:12]}"
    assert known in said
    said = run(drill, tmp_path, environment)
    assert known in said
    assert "bad " not in said
    drilled = _home(place, tmp_path / "drill") if engine == "sqlite" else other.settings
    assert _goes_on(drilled, writer, manifest["log_head"]) == _goes_on(place.settings, writer, None)

    before = everything(place.settings)
    moved = _home(place, tmp_path / "drill" / "files")
    if engine == "sqlite":
        moved = other.settings.model_copy(update={"home": place.settings.home})
        environment.update({name: url for name, url in other.environment.items() if name != "OBA_HOME"})
    assert f"content hash {before.content_hash[:12]}" in run(moving, tmp_path, environment)
    assert without_outbox(everything(moved)) == without_outbox(before)


def _scripts(engine: Engine) -> list[str]:
    """The blocks of the page for an engine, in their order."""
    found = BLOCK.finditer(PAGE.read_text(encoding="utf-8"))
    return [block["script"] for block in found if block["engine"] in (None, engine)]


def _home(place: Place, home: Path) -> Settings:
    return place.settings.model_copy(update={"home": home, "database_url": None, "owner_database_url": None})


def _goes_on(settings: Settings, writer: Writer, saved_head: int | None) -> tuple[object, ...]:
    """Log, hash and views after what the backup did not hold has been appended."""
    if saved_head is not None:
        log = open_log(settings, FixedClock(NOON))
        ours = len([event for event in log.since(0, 1_000_000) if event.stream_id in writer.streams])
        assert log.head() == saved_head
        log.append(writer.appended[ours:])
        log.close()
    found: Everything = everything(settings)
    return found.events, found.content_hash, found.views
