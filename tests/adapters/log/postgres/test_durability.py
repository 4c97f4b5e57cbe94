"""Every connection is durable and waits for nothing without end, or it is not used."""

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from adapters.clock import SystemClock
from adapters.log.log import Log
from adapters.log.opening import open_log_database
from adapters.log.postgres.datastore import PostgresLogDatastore
from adapters.log.refusals import UnsafeConnection
from tests.support.postgres import APP, DatabaseUrls, Server
from tests.support.store import a_stream, drafted


def test_what_durability_rests_on_is_told(served: Log) -> None:
    durability = served.recorder.durability()

    assert durability.safe
    assert durability.says.startswith("synchronous_commit=on, fsync=on, full_page_writes=on, data_checksums=o")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("ALTER DATABASE {name} SET synchronous_commit = off", 'ALTER DATABASE "{name}" RESET synchronous_commit;'),
        (
            f"ALTER ROLE {APP} IN DATABASE {{name}} SET synchronous_commit = off",
            f'ALTER ROLE "{APP}" IN DATABASE "{{name}}" RESET synchronous_commit;',
        ),
    ],
)
def test_a_connection_that_does_not_wait_for_the_disk_is_refused_with_the_line_that_mends_it(
    postgres: Server, database: DatabaseUrls, change: str, line: str
) -> None:
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute(change.format(name=database.name).encode())

        with pytest.raises(UnsafeConnection) as refused:
            open_log_database(database.app, SystemClock())

        mend = str(refused.value).partition("run: ")[2]
        assert mend == line.format(name=database.name)
        admin.execute(mend.encode())

    log = open_log_database(database.app, SystemClock())
    assert log.append([drafted(a_stream(), 1)])[0].position == 1
    log.close()


def test_a_weak_setting_of_the_server_is_refused_too(postgres: Server, database: DatabaseUrls) -> None:
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET full_page_writes = off")
        admin.execute("SELECT pg_reload_conf()")
        try:
            _wait_until(admin, "full_page_writes", "off")
            with pytest.raises(UnsafeConnection, match="ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf"):
                open_log_database(database.app, SystemClock())
        finally:
            admin.execute("ALTER SYSTEM RESET full_page_writes")
            admin.execute("SELECT pg_reload_conf()")
            _wait_until(admin, "full_page_writes", "on")


def test_every_pooled_connection_has_its_waits_bounded(database: DatabaseUrls) -> None:
    datastore = PostgresLogDatastore(database.app, fewest=3)
    names = ("lock_timeout", "idle_in_transaction_session_timeout", "statement_timeout", "application_name", "TimeZone")
    asked = ", ".join(f"current_setting('{name}') AS \"{name}\"" for name in names)

    with datastore.get_connection() as one, datastore.get_connection() as two, datastore.get_connection() as three:
        rows = [connection.execute(f"SELECT {asked}".encode()).fetchone() for connection in (one, two, three)]

    assert rows == [dict(zip(names, ("5s", "30s", "1min", "oba", "UTC"), strict=True))] * 3
    datastore.close()


def test_what_the_address_says_itself_is_kept(database: DatabaseUrls) -> None:
    datastore = PostgresLogDatastore(f"{database.app}&application_name=ours&connect_timeout=7")

    with datastore.get_connection() as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "7"
        assert connection.info.parameter_status("application_name") == "ours"
    datastore.close()


def test_a_writer_that_does_not_get_its_turn_says_so_and_leaves_the_log_usable(
    served: Log, database: DatabaseUrls
) -> None:
    with psycopg.connect(database.owner, autocommit=True) as other, other.transaction():
        other.execute("LOCK TABLE log.turn IN EXCLUSIVE MODE")
        with served.recorder.datastore.get_connection() as connection:  # type: ignore[attr-defined]
            connection.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            served.append([drafted(a_stream(), 1)])

    assert served.append([drafted(a_stream(), 1)])[0].position == 1


def test_an_error_of_the_server_does_not_repeat_the_values_of_a_row(served: Log, database: DatabaseUrls) -> None:
    datastore = PostgresLogDatastore(database.owner)
    canary = "VALUES (1, gen_random_uuid(), 1, NULL, 'Canary', now())"

    with pytest.raises(Exception, match="null value") as caught, datastore.get_connection() as connection:
        connection.execute(f"INSERT INTO log.stored_events {canary}".encode())

    assert "Canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    datastore.close()


def _wait_until(admin: psycopg.Connection[tuple[object, ...]], name: str, setting: str) -> None:
    while admin.execute(f"SHOW {name}".encode()).fetchone() != (setting,):
        admin.execute("SELECT pg_sleep(0.01)")
