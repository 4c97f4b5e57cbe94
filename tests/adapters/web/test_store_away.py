"""A store that does not answer is told as such: 503 with a time to come back, and nothing was done by halves."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from eventsourcing.persistence import ConnectionPoolClosedError, DataError, InternalError, OperationalError
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy.exc import InternalError as RecordsInternalError
from sqlalchemy.exc import OperationalError as RecordsOperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from adapters.database import UnsafeStore
from adapters.log.postgres.recorder import PostgresLogRecorder
from adapters.log.refusals import LogUnavailable, UnsafeConnection
from adapters.web.unavailable import MEANS_AWAY
from tests.support import samples as sample
from tests.support.api import Api
from tests.support.place import ON_POSTGRESQL
from tests.support.postgres import APP

AWAY = [
    LogUnavailable("PostgreSQL does not answer"),
    UnsafeConnection("secret-setting"),
    UnsafeStore("secret-setting"),
    OperationalError("database is locked"),
    RecordsOperationalError("SELECT secret", {}, sqlite3.OperationalError("disk is full")),
    RecordsOperationalError("SELECT secret", {}, psycopg.OperationalError("gone")),
    PoolExhausted("secret"),
    InternalError("cannot execute INSERT in a read-only transaction"),
    ConnectionPoolClosedError("secret"),
    RecordsInternalError("SELECT secret", {}, psycopg.errors.ReadOnlySqlTransaction("secret")),
    psycopg.OperationalError("secret: too many connections"),
    psycopg.InterfaceError("secret"),
    psycopg.errors.ReadOnlySqlTransaction("secret"),
    sqlite3.OperationalError("secret: disk I/O error"),
]
FAULTS = [DataError("secret"), psycopg.errors.UndefinedTable("secret"), RuntimeError("secret")]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_store_that_is_away_is_answered_with_503_and_a_time_to_come_back(
    api: Api, infusion: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    head = api.head()

    def away(*_args: object, **_kwargs: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(api.services.tracker.log.recorder, "append", away)
        refused = api.post(f"{infusion}/facts", sample.fact(), key="the-same")
    again = api.post(f"{infusion}/facts", sample.fact(), key="the-same")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert refused.json()["type"] == "urn:oba:problem:store-unavailable"
    assert "secret" not in refused.text
    assert (again.status_code, api.head()) == (201, head + 1)


@pytest.mark.parametrize("error", FAULTS, ids=lambda error: type(error).__name__)
def test_a_fault_of_ours_is_not_said_to_be_a_store_that_is_away(
    api: Api, infusion: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(api.services.tracker.log.recorder, "append", broken)
    refused = api.post(f"{infusion}/facts", sample.fact())

    assert refused.status_code == 500
    assert "secret" not in refused.text


@contextmanager
def _no_room(api: Api) -> Iterator[None]:
    """A server that takes no connection of the application any more, and has lost those that it had."""
    assert api.place.server is not None
    role = SQL("ALTER ROLE {} CONNECTION LIMIT {}").format
    cut = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
    with psycopg.connect(api.place.server.admin_url, autocommit=True) as admin:
        admin.execute(role(Identifier(APP), Literal(0)))
        try:
            admin.execute(cut, (api.place.database, APP))
            yield
        finally:
            admin.execute(role(Identifier(APP), Literal(-1)))


@ON_POSTGRESQL
def test_a_server_without_room_for_another_connection_is_away(api: Api, infusion: str) -> None:
    assert api.get(infusion).status_code == 200
    with _no_room(api):
        refused = api.get(infusion)
        with pytest.raises(MEANS_AWAY) as directory:
            api.services.tracker.records.directory.known()
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:oba:problem:store-unavailable")
    assert "too many connections" in str(directory.value)
    assert api.get(infusion).status_code == 200


@ON_POSTGRESQL
def test_a_process_opens_at_its_peak_as_many_connections_as_it_says(api: Api) -> None:
    log, records, settings = api.services.tracker.log, api.services.tracker.records, api.place.settings
    assert isinstance(log.recorder, PostgresLogRecorder)
    assert api.place.server is not None
    with ExitStack() as held:
        for _ in range(settings.pool_size + settings.pool_overflow):
            held.enter_context(log.recorder.datastore.pool.connection(timeout=10))
            held.enter_context(api.services.views.engine.connect())
        records.directory.known()
        for _ in range(settings.pool_size + settings.pool_overflow):
            held.enter_context(records.engine.connect())
        with psycopg.connect(api.place.server.admin_url) as admin:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
            assert admin.execute(asked, (api.place.database, APP)).fetchone() == (settings.most_connections,)


@ON_POSTGRESQL
def test_after_every_connection_was_cut_the_next_request_is_answered(api: Api, infusion: str) -> None:
    assert api.place.server is not None
    with psycopg.connect(api.place.server.admin_url, autocommit=True) as admin:
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        (ended,) = admin.execute(cut, (api.place.database,)).fetchone() or (0,)
    assert ended > 1

    assert api.post(f"{infusion}/facts", sample.fact()).status_code == 201
    assert api.get(infusion).status_code == 200
