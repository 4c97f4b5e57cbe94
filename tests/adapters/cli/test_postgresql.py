"""Upgrade and doctor where the stores lie in PostgreSQL: what is made, who may do what, and what is told."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

from adapters.bootstrap import open_services
from adapters.cli.checks import server as checks
from adapters.cli.checks.finding import Finding
from adapters.clock import DatabaseClock, FixedClock, SystemClock
from adapters.database import UnsafeStore
from adapters.log.opening import open_log
from adapters.owning import upgrade_schemas
from adapters.postgresql import Address, address_of
from adapters.records.key_files import open_key_files
from adapters.settings import Settings
from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_POSTGRESQL, Place
from tests.support.postgres import APP, OWNER, Server
from tests.support.store import NOON, a_stream, drafted

pytestmark = ON_POSTGRESQL


@pytest.fixture
def administrator(place: Place, postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A superuser in the database of the test."""
    assert place.database is not None
    with psycopg.connect(postgres.url("postgres", place.database), autocommit=True) as connection:
        yield connection


def findings(oba: Oba) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in json.loads(oba("doctor", "--json").stdout)}


def as_app(place: Place) -> psycopg.Connection[Any]:
    assert place.settings.database_url is not None
    return psycopg.connect(place.settings.database_url.get_secret_value(), autocommit=True)


def test_an_upgrade_says_what_it_made_and_a_second_one_that_it_made_nothing(oba: Oba) -> None:
    first, second = oba("db", "upgrade"), oba("db", "upgrade")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [line.split(",")[0] for line in first.stdout.splitlines()[:3]] == [
        "log: made",
        "records: made",
        "views: made",
    ]
    assert second.stdout.count("unchanged") == 3


def test_a_database_without_stores_names_the_command_that_makes_them_and_is_left_empty(
    oba: Oba, place: Place, administrator: psycopg.Connection[Any]
) -> None:
    found = findings(oba)
    refused = oba("worker", "--once")
    assert (found["stores"]["verdict"], found["stores"]["mend"]) == ("bad", "oba db upgrade")
    assert (refused.exit_code, "run oba db upgrade" in refused.stderr) == (1, True)
    schemas = administrator.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('log', 'records', 'views')")
    assert schemas.fetchall() == []
    assert not place.settings.home.exists()


def test_a_demo_is_refused_with_the_line_that_allows_it_and_nothing_is_loaded(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")

    refused = oba("demo", "load")

    assert refused.exit_code == 1
    assert "this database stamps by its own clock only" in refused.stderr
    assert "a demo needs: oba db upgrade --demo" in refused.stderr
    services = open_services(place.settings)
    assert (services.tracker.log.head(), services.tracker.records.directory.htcs()) == (0, ())
    services.close()


def test_what_a_demo_was_allowed_is_kept_by_later_upgrades(oba: Oba, place: Place) -> None:
    assert oba("db", "upgrade", "--demo").exit_code == 0
    assert oba("db", "upgrade").exit_code == 0

    log = open_log(place.settings, FixedClock(NOON))

    assert log.append([drafted(a_stream(), 1)])[0].recorded_at == NOON
    log.close()


def test_upgrades_at_one_moment_make_one_set_of_stores(place: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: upgrade_schemas(place.settings), range(4)))
    for store in zip(*done, strict=True):
        assert sorted(one.before is None for one in store) == [False, False, False, True]
    open_services(place.settings).close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO log.stored_events SELECT * FROM log.stored_events",
        "UPDATE log.receipts SET answer = ''",
        "UPDATE records.audit SET role = 'x'",
        "DELETE FROM records.audit",
        "TRUNCATE records.audit",
        "UPDATE records.schema_version SET key_fingerprint = ''",
        "UPDATE records.alembic_version SET version_num = ''",
        "CREATE TABLE records.more (one integer)",
        "DROP TABLE views.worklist",
        "DROP SCHEMA views CASCADE",
    ],
)
def test_the_role_of_the_application_may_not_do_what_it_need_not_do(oba: Oba, place: Place, statement: str) -> None:
    oba("db", "upgrade")
    with as_app(place) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_nobody_else_may_look_into_the_stores(oba: Oba, place: Place, administrator: psycopg.Connection[Any]) -> None:
    oba("db", "upgrade")
    administrator.execute("SET ROLE pg_monitor")
    for table in ("log.stored_events", "records.person", "views.worklist"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            administrator.execute(SQL("SELECT * FROM {}").format(Identifier(*table.split("."))))


def test_a_role_that_does_not_exist_is_refused_with_the_line_that_makes_it(place: Place) -> None:
    url = str(place.settings.database_url and place.settings.database_url.get_secret_value())
    strange = place.settings.model_copy(update={"database_url": SecretStr(url.replace(APP, "oba_nobody"))})
    with pytest.raises(UnsafeStore, match='CREATE ROLE "oba_nobody" LOGIN'):
        upgrade_schemas(strange)


def test_an_owner_who_may_make_no_schema_is_refused_with_the_line_that_lets_it(
    place: Place, administrator: psycopg.Connection[Any]
) -> None:
    only_app = place.settings.model_copy(update={"owner_database_url": None})
    with pytest.raises(UnsafeStore, match="GRANT CREATE ON DATABASE"):
        upgrade_schemas(only_app)
    administrator.execute(
        SQL("GRANT CREATE ON DATABASE {} TO {}").format(Identifier(str(place.database)), Identifier(APP))
    )
    assert [one.before for one in upgrade_schemas(only_app)] == [None, None, None]


def test_one_role_for_both_parts_works_and_doctor_warns_of_it(
    oba: Oba, place: Place, administrator: psycopg.Connection[Any]
) -> None:
    assert place.settings.database_url is not None
    owner = place.settings.owner_database_url
    alone = place.settings.model_copy(update={"database_url": owner, "owner_database_url": None})
    upgrade_schemas(alone)
    open_services(alone).close()
    asked = checks.ask(owner or SecretStr(""), 5)
    assert isinstance(asked, checks.Server)
    found = checks.roles(address_of(owner or SecretStr("")), asked)
    assert (found.verdict, found.says) == ("warning", f"{OWNER} owns the log, can write the log's tables itself")
    assert "OBA_OWNER_DATABASE_URL" in str(found.mend)


def test_two_addresses_that_name_two_databases_are_refused(place: Place) -> None:
    other = SecretStr(f"postgresql://{OWNER}@/elsewhere?host=/nowhere")
    with pytest.raises((UnsafeStore, psycopg.OperationalError)):
        upgrade_schemas(place.settings.model_copy(update={"owner_database_url": other}))


def test_no_keys_are_made_beside_a_log_that_has_events(
    oba: Oba, place: Place, directory: object, administrator: psycopg.Connection[Any]
) -> None:
    assert oba("agreement", "register", "hemgenix-illustrative").exit_code == 0
    administrator.execute("DROP SCHEMA records CASCADE")
    for file in place.settings.keys_folder.iterdir():
        file.unlink()
    refused = oba("db", "upgrade")
    assert (refused.exit_code, "bring the keys back from their backup" in refused.stderr) == (1, True)
    assert list(place.settings.keys_folder.iterdir()) == []


def test_other_keys_than_those_of_the_stores_are_refused_and_stay_as_they_are(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    for file in place.settings.keys_folder.iterdir():
        file.unlink()
    assert findings(oba)["keys"]["verdict"] == "bad"
    open_key_files(place.settings.keys_folder)
    refused = oba("db", "upgrade")
    assert (refused.exit_code, "not those of these records" in refused.stderr) == (1, True)


def test_a_server_that_does_not_answer_is_told_without_the_password(place: Place, oba: Oba) -> None:
    assert place.settings.database_url is not None
    place.settings.home.mkdir(parents=True)
    nowhere = SecretStr(f"postgresql://{APP}:canary-word@/{place.database}?host=/nowhere")
    found = checks.ask(nowhere, 2)
    assert isinstance(found, Finding)
    assert (found.verdict, "canary-word" in f"{found}") == ("bad", False)
    assert "OBA_DATABASE_URL" in str(found.mend)


@pytest.mark.parametrize(
    ("host", "sslmode", "verdict"),
    [
        ("/var/run/postgresql", "prefer", "good"),
        ("localhost", "disable", "good"),
        ("db.example", "prefer", "warning"),
        ("db.example", "require", "warning"),
        ("db.example", "verify-full", "good"),
        ("localhost,db.example", "prefer", "warning"),
    ],
)
def test_a_server_elsewhere_must_prove_who_it_is(place: Place, host: str, sslmode: str, verdict: str) -> None:
    found = checks.encryption(Address("oba_app", "oba", host, sslmode))
    assert found.verdict == verdict
    assert ("sslmode=verify-full" in str(found.mend)) == (verdict == "warning")


def test_doctor_warns_where_the_server_takes_too_few_connections(place: Place) -> None:
    asked = checks.Server("16.1", is_superuser=False, most=50, has_stores=True)
    assert checks.connections(place.settings, asked).verdict == "warning"
    few = Settings(pool_size=2, pool_overflow=1)
    assert checks.connections(few, asked).verdict == "good"


def test_doctor_names_the_database_and_never_a_password(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    assert str(place.database) in findings(oba)["stores"]["says"]
    assert "of-the-tests" not in oba("doctor").output


def test_leases_run_on_the_clock_of_the_server_there(oba: Oba, place: Place) -> None:
    oba("db", "upgrade")
    services = open_services(place.settings)
    assert isinstance(services.wall, DatabaseClock)
    before = services.wall.now()
    assert before.utcoffset() == SystemClock().now().utcoffset()
    assert services.wall.now() > before
    services.close()
