"""The server itself guards the log: nobody changes it, only the function adds to it, strangers do not even read it."""

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from adapters.log.log import Log
from adapters.log.mapper import EventMapper
from adapters.log.postgres.asked import Asked, call
from adapters.log.receipt import ReceiptDraft
from tests.adapters.log.postgres.conftest import Owner
from tests.support.postgres import DatabaseUrls, Server
from tests.support.store import NOON, a_stream, drafted

RECEIPT = ReceiptDraft("PER-1", "key-1", "hash", "{}")
AN_EVENT = "VALUES (9, gen_random_uuid(), 1, 'topic', 'state', now())"
CHANGES = (
    "UPDATE log.stored_events SET state = 'other'",
    "UPDATE log.stored_events SET recorded_at = now() WHERE false",
    "DELETE FROM log.stored_events",
    "TRUNCATE log.stored_events",
    f"INSERT INTO log.stored_events {AN_EVENT} ON CONFLICT (notification_id) DO UPDATE SET state = 'other'",
    "UPDATE log.receipts SET answer = '[]'",
    "DELETE FROM log.receipts",
    "TRUNCATE log.receipts",
)
NOT_FOR_THE_APPLICATION = (
    *CHANGES,
    f"INSERT INTO log.stored_events {AN_EVENT}",
    "INSERT INTO log.receipts VALUES ('PER-1', 'key-2', 'hash', '{}', 1)",
    "LOCK TABLE log.turn IN ROW SHARE MODE",
    "LOCK TABLE log.turn IN EXCLUSIVE MODE",
    "LOCK TABLE log.stored_events IN ROW EXCLUSIVE MODE",
    "LOCK TABLE log.receipts IN ROW EXCLUSIVE MODE",
    "CREATE TABLE log.other (number integer)",
    "ALTER TABLE log.stored_events DISABLE TRIGGER unchanged",
    "DROP TABLE log.receipts",
    "UPDATE log.made_by SET release = 2",
    "UPDATE log.asked_until SET instant = now()",
    "INSERT INTO log.asked_until VALUES (1, now())",
    "DROP FUNCTION log.position_at(timestamptz)",
    "SELECT log.take_turn()",
)


@pytest.fixture
def filled(served: Log) -> Log:
    served.append([drafted(a_stream(), 1), drafted(a_stream(), 2)], receipt=RECEIPT)
    return served


@pytest.mark.parametrize("statement", NOT_FOR_THE_APPLICATION)
def test_the_application_can_neither_write_nor_lock_nor_build_by_itself(
    filled: Log, database: DatabaseUrls, statement: str
) -> None:
    before = filled.content_hash()

    with psycopg.connect(database.app) as application, pytest.raises(errors.InsufficientPrivilege):
        application.execute(statement.encode())

    assert filled.content_hash() == before


@pytest.mark.parametrize("statement", CHANGES)
def test_even_the_owner_cannot_change_what_is_written(filled: Log, owner: Owner, statement: str) -> None:
    before = filled.content_hash()

    with pytest.raises(psycopg.IntegrityError, match="append-only"):
        owner.execute(statement.encode())

    assert filled.content_hash() == before


def test_a_session_that_replicates_cannot_change_it_either(
    filled: Log, database: DatabaseUrls, postgres: Server
) -> None:
    with psycopg.connect(postgres.admin_url, dbname=database.name, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.IntegrityError, match="append-only"):
            admin.execute("DELETE FROM log.stored_events")

    assert filled.head() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM log.stored_events",
        "SELECT log.position_at(now())",
        "SELECT log.append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
        "SELECT log.append_at('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', true, NULL)",
        "SELECT log.position_by(now(), now())",
    ],
)
def test_a_role_that_was_not_let_in_neither_reads_nor_appends(
    filled: Log, database: DatabaseUrls, postgres: Server, statement: str
) -> None:
    stranger = Identifier(f"stranger_of_{database.name}")
    with psycopg.connect(postgres.admin_url, dbname=database.name, autocommit=True) as admin:
        admin.execute(SQL("CREATE ROLE {}").format(stranger))
        try:
            admin.execute(SQL("SET ROLE {}").format(stranger))
            with pytest.raises(errors.InsufficientPrivilege):
                admin.execute(statement.encode())
        finally:
            admin.execute("RESET ROLE")
            admin.execute(SQL("DROP ROLE {}").format(stranger))


def test_every_function_looks_for_its_names_where_nobody_else_can_put_any(owner: Owner) -> None:
    rows = owner.execute("SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'log'::regnamespace").fetchall()

    assert {name for name, _ in rows} == {
        "append",
        "append_at",
        "position_at",
        "position_by",
        "refuse_change",
        "take_turn",
    }
    assert [name for name, settings in rows if "search_path=pg_catalog, pg_temp" not in settings] == []


def test_who_inserts_by_hand_waits_for_the_turn_too(served: Log, owner: Owner, database: DatabaseUrls) -> None:
    with psycopg.connect(database.app, row_factory=dict_row) as application:
        call(application, [Asked((EventMapper().to_stored_event(drafted(a_stream(), 1)),))], NOON)
        owner.execute("SET lock_timeout = '50ms'")
        with pytest.raises(errors.LockNotAvailable):
            owner.execute(f"INSERT INTO log.stored_events {AN_EVENT}".encode())

    owner.execute(f"INSERT INTO log.stored_events {AN_EVENT}".encode())
    assert served.head() == 9


def test_a_vacuum_of_the_events_does_not_keep_an_append_waiting(served: Log, owner: Owner) -> None:
    with owner.transaction():
        owner.execute("LOCK TABLE log.stored_events IN SHARE UPDATE EXCLUSIVE MODE")

        assert served.append([drafted(a_stream(), 1)])[0].position == 1
