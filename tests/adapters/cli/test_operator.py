"""What an operator meets: damage, an open home, missing workers, roles that are mixed up, places that are none."""

import json
import logging
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from adapters.bootstrap import open_services
from adapters.cli.checks import server as checks
from adapters.cli.checks import stores
from adapters.cli.journal import LINE, JournalLines
from adapters.clock import FixedClock, new_id
from adapters.database import UnsafeStore
from adapters.documents.shelf import shipped_documents
from adapters.owning import upgrade_schemas
from adapters.postgresql import Address
from adapters.records.worker_ticks import FORGOTTEN
from adapters.settings import Settings
from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_FILES, ON_POSTGRESQL, Place
from tests.support.postgres import APP, OWNER, Server

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def administrator(place: Place, postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A superuser in the database of the test."""
    assert place.database is not None
    with psycopg.connect(postgres.url("postgres", place.database), autocommit=True) as connection:
        yield connection


def findings(oba: Oba) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in json.loads(oba("doctor", "--json").stdout)}


@ON_FILES
@pytest.mark.parametrize("name", ["log.sqlite3", "records.sqlite3", "views.sqlite3"])
def test_a_damaged_file_is_bad_and_the_line_says_how_it_comes_back(oba: Oba, home: Path, name: str) -> None:
    oba("db", "upgrade")
    pages = bytearray((home / name).read_bytes())
    pages[4096 : 8 * 4096] = b"\xa5" * (7 * 4096)
    (home / name).write_bytes(pages)

    found = findings(oba)["integrity"]

    assert (found["verdict"], name in found["says"]) == ("bad", True)
    assert ("oba projections rebuild" if name.startswith("views") else "oba db restore") in found["mend"]
    assert oba("doctor").exit_code == 1


@ON_FILES
def test_a_log_that_is_a_text_is_told_by_doctor_and_by_a_command_without_a_traceback(oba: Oba, home: Path) -> None:
    oba("db", "upgrade")
    (home / "log.sqlite3").write_text("this is no database, " * 400, encoding="utf-8")
    assert findings(oba)["integrity"]["verdict"] == "bad"
    refused = oba("projections", "rebuild")
    assert (refused.exit_code, "damaged-store" in refused.stderr) == (1, True), (refused.stderr, refused.exception)
    assert "oba db restore" in refused.stderr


def test_what_we_make_is_for_its_owner_only_and_an_open_home_is_a_warning(
    oba: Oba, directory: Path, home: Path, tmp_path: Path, place: Place
) -> None:
    assert oba("db", "backup", tmp_path / "saved").exit_code == 0
    for folder in (home, tmp_path / "saved"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir() if file.is_file()}
        assert modes <= {0o600}
    assert findings(oba)["privacy"]["verdict"] == "good"
    home.chmod(0o755)
    for file in home.glob("*.sqlite3"):
        file.chmod(0o644)
    found = findings(oba)["privacy"]
    assert (found["verdict"], found["mend"]) == ("warning", f"chmod 700 {home}")


def test_a_worker_that_looks_is_seen_and_one_that_stopped_is_a_warning(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    assert findings(oba)["worker"]["verdict"] == "warning"
    assert oba("worker", "--once").exit_code == 0
    assert findings(oba)["worker"]["verdict"] == "good"

    services = open_services(place.settings)
    seen = services.tracker.records.worker_ticks.newest()
    assert seen is not None
    object.__setattr__(services, "wall", FixedClock(seen + timedelta(minutes=7)))
    found = stores.workers(services)
    services.close()
    assert (found.verdict, found.says, found.mend) == (
        "warning",
        "last looked 7 min ago, expected every 5 s",
        "oba worker",
    )


def test_ticks_are_written_seldom_and_workers_of_long_ago_are_forgotten(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    services = open_services(place.settings)
    ticks, first, second = services.tracker.records.worker_ticks, new_id(), new_id()
    for seconds, newest in ((0, 0), (9, 0), (10, 10)):
        ticks.note(first, NOW + timedelta(seconds=seconds))
        assert ticks.newest() == NOW + timedelta(seconds=newest)
    ticks.note(second, NOW + 2 * FORGOTTEN)
    with services.tracker.records.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM worker_tick").scalar_one() == 1
    services.close()


@pytest.mark.parametrize(
    ("age", "says"),
    [
        (timedelta(seconds=119), "119 s"),
        (timedelta(seconds=120), "2 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(seconds=166_838_400), "1931 days"),
    ],
)
def test_a_length_of_time_is_told_in_a_unit_that_people_read(age: timedelta, says: str) -> None:
    assert stores.spoken(age) == says


def test_the_years_of_a_demo_are_no_age_of_what_the_views_wait_for(oba: Oba, directory: Path, place: Place) -> None:
    services = open_services(place.settings)
    services.tracker.register_document(shipped_documents()[0], actor="somebody")
    services.tracker.clock = FixedClock(services.tracker.now() + timedelta(days=2000))
    assert "the oldest for 2000 days" in stores.views_behind(services).says
    services.tracker.records.demo.mark("synthetic", NOW)
    found = stores.views_behind(services)
    services.close()
    assert "the oldest" not in found.says


def test_a_backup_into_a_file_and_a_home_below_a_file_are_told_without_a_traceback(
    oba: Oba, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (directory, directory / "below", "/proc/nowhere"):
        refused = oba("db", "backup", place)
        assert (refused.exit_code, "backup-refused" in refused.stderr) == (1, True), place
    assert oba("db", "backup", directory, "--json").exit_code == 1


@ON_FILES
def test_a_home_below_a_file_is_told_with_its_name(
    oba: Oba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Place
) -> None:
    (tmp_path / "file").touch()
    object.__setattr__(place, "settings", place.settings.model_copy(update={"home": tmp_path / "file" / "x"}))
    refused = oba("db", "upgrade")
    assert (refused.exit_code, "no-such-place" in refused.stderr) == (1, True)
    assert f"{tmp_path}/file" in refused.stderr


@ON_POSTGRESQL
def test_an_upgrade_without_the_owners_address_asks_for_it_first(place: Place) -> None:
    alone = place.settings.model_copy(update={"owner_database_url": None})
    with pytest.raises(UnsafeStore, match=r"^OBA_OWNER_DATABASE_URL .*; set it"):
        upgrade_schemas(alone)


@ON_POSTGRESQL
def test_stores_that_the_application_made_go_over_to_their_owner_by_the_line_that_is_told(
    oba: Oba, place: Place, administrator: psycopg.Connection[Any]
) -> None:
    name = Identifier(str(place.database))
    administrator.execute(SQL("GRANT CREATE ON DATABASE {} TO {}").format(name, Identifier(APP)))
    upgrade_schemas(place.settings.model_copy(update={"owner_database_url": None}))
    assert findings(oba)["roles"]["verdict"] == "warning"

    refused = oba("db", "upgrade")
    assert refused.exit_code == 1
    line = re.search(r"REASSIGN OWNED BY \S+ TO [^ ,]+", refused.stderr)
    assert line is not None, refused.stderr
    administrator.execute(line.group().encode())

    assert oba("db", "upgrade").exit_code == 0
    assert findings(oba)["roles"]["verdict"] == "good"


@ON_POSTGRESQL
def test_the_owners_schemas_are_not_upgraded_as_the_application(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    alone = place.settings.model_copy(update={"owner_database_url": None})
    with pytest.raises(UnsafeStore, match=f"belong to {OWNER}; set OBA_OWNER_DATABASE_URL"):
        upgrade_schemas(alone)


@ON_POSTGRESQL
def test_doctor_tries_the_address_of_the_owner_too(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    url = str(place.settings.owner_database_url and place.settings.owner_database_url.get_secret_value())
    wrong = place.settings.model_copy(update={"owner_database_url": SecretStr(url.replace(OWNER, "oba_nobody"))})
    (found,) = checks.owner(wrong)
    assert (found.verdict, "OBA_OWNER_DATABASE_URL" in found.says) == ("warning", True)
    assert "CREATE ROLE oba_nobody" in str(found.mend)


@ON_POSTGRESQL
def test_a_limit_of_connections_is_told_before_anybody_waits_for_one(
    oba: Oba, place: Place, administrator: psycopg.Connection[Any]
) -> None:
    oba("db", "upgrade")
    administrator.execute(SQL("ALTER DATABASE {} CONNECTION LIMIT 2").format(Identifier(str(place.database))))
    found = findings(oba)["connections"]
    assert (found["verdict"], "CONNECTION LIMIT -1" in found["mend"]) == ("bad", True)


@ON_POSTGRESQL
def test_a_server_that_may_lose_data_is_a_line_of_durability_with_the_line_that_mends_it(
    oba: Oba, place: Place, administrator: psycopg.Connection[Any]
) -> None:
    oba("db", "upgrade")
    weaken = SQL("ALTER ROLE {} IN DATABASE {} SET synchronous_commit = off")
    administrator.execute(weaken.format(Identifier(APP), Identifier(str(place.database))))
    found = findings(oba)["durability"]
    assert (found["verdict"], "RESET synchronous_commit" in found["mend"]) == ("bad", True)
    refused = oba("worker", "--once")
    assert "Remedy: run: ALTER ROLE" in refused.stderr


@ON_POSTGRESQL
def test_a_start_without_a_server_names_its_place_and_no_password(oba: Oba, place: Place) -> None:
    nowhere = place.settings.model_copy(
        update={
            "database_url": SecretStr(f"postgresql://{APP}:canary-quill@localhost:1/oba"),
            "connect_timeout_seconds": 2,
        }
    )
    object.__setattr__(place, "settings", nowhere)
    refused = oba("worker", "--once")
    assert (refused.exit_code, "no server listens at localhost:1" in refused.stderr) == (1, True)
    assert "canary-quill" not in refused.stderr
    found = findings(oba)["PostgreSQL"]
    assert (found["verdict"], "localhost:1" in found["says"]) == ("bad", True)


def test_the_most_connections_that_doctor_asks_for_are_enough(place: Place) -> None:
    many = Settings(pool_size=60)
    few = checks.Server("16.1", is_superuser=False, most=97, has_stores=True, max_connections=100)
    mend = str(checks.connections(many, few).mend)
    wanted = int(mend.split("= ")[1].split(maxsplit=1)[0])
    enough = checks.Server("16.1", is_superuser=False, most=wanted - 3, has_stores=True, max_connections=wanted)
    assert checks.connections(many, enough).verdict == "good"


def test_a_role_that_can_write_the_log_is_mended_by_taking_the_right_away() -> None:
    asked = checks.Server("16.1", is_superuser=False, most=97, has_stores=True, writes=True)
    found = checks.roles(Address("oba_app", "oba", "", "prefer"), asked)
    assert str(found.mend).startswith("REVOKE INSERT, UPDATE")


def test_a_server_without_checksums_says_so() -> None:
    asked = checks.Server("16.1", is_superuser=False, most=97, has_stores=True, has_checksums=False)
    assert "without data checksums" in checks.version(asked).says


def test_a_line_of_the_journal_has_time_level_and_name_and_no_value() -> None:
    try:
        raise ValueError("canary-quill")
    except ValueError as error:
        raised = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("oba.web", logging.ERROR, "x.py", 1, "it failed", None, raised)
    record.created, record.msecs = 0.0, 0.0
    line = JournalLines(LINE).format(record)
    assert line.startswith("1970-01-01T00:00:00.000Z ERROR oba.web: it failed")
    assert "ValueError at test_a_line_of_the_journal" in line
    assert "canary-quill" not in line
