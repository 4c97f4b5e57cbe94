"""`upgrade` makes the schema of the log once, however often and by how many at once it is asked."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from adapters.clock import SystemClock
from adapters.database import UnsafeStore
from adapters.log.log import Log
from adapters.log.opening import open_log, open_log_database
from adapters.log.postgres import schema
from adapters.log.postgres.schema import upgrade
from adapters.settings import Settings
from tests.adapters.log.postgres.conftest import Owner
from tests.support.postgres import APP, OWNER, DatabaseUrls, Server
from tests.support.store import a_stream, drafted


def test_a_second_upgrade_changes_nothing(served: Log, owner: Owner) -> None:
    served.append([drafted(a_stream(), 1)])
    before = served.content_hash()

    upgrade(owner, APP)

    assert served.content_hash() == before
    assert served.append([drafted(a_stream(), 2)])[0].position == 2


def test_upgrades_at_once_wait_for_each_other(postgres: Server) -> None:
    urls = postgres.new_database()
    ready = Barrier(4)

    def work(_: int) -> None:
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            ready.wait()
            upgrade(owner, APP)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    log = open_log_database(urls.app, SystemClock())
    assert log.head() == 0
    log.close()


def test_an_upgrade_takes_back_what_the_application_should_not_have(owner: Owner, database: DatabaseUrls) -> None:
    owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA log TO {APP}".encode())

    upgrade(owner, APP)

    with psycopg.connect(database.app) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute("INSERT INTO log.receipts VALUES ('PER-1', 'key-1', 'hash', '{}', 0)")


def test_an_owner_may_be_the_application_itself(postgres: Server) -> None:
    urls = postgres.new_database()
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        upgrade(owner, OWNER)

    log = open_log_database(urls.owner, SystemClock())

    assert log.append([drafted(a_stream(), 1)])[0].position == 1
    log.close()


def test_a_database_without_a_log_is_refused_with_the_line_that_makes_one(postgres: Server) -> None:
    url = postgres.new_database().app

    with pytest.raises(UnsafeStore, match="oba db upgrade"):
        open_log_database(url, SystemClock())


@pytest.mark.parametrize(("release", "advice"), [(0, "run oba db upgrade"), (2, "run that release")])
def test_a_log_of_another_release_is_refused(
    owner: Owner, database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, release: int, advice: str
) -> None:
    owner.execute("UPDATE log.made_by SET release = %s", (release,))

    with pytest.raises(UnsafeStore, match=advice):
        open_log_database(database.app, SystemClock())


def test_a_role_that_was_not_let_in_is_told_so(owner: Owner, database: DatabaseUrls) -> None:
    owner.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA log FROM {APP}".encode())

    with pytest.raises(UnsafeStore, match="may not read the log"):
        open_log_database(database.app, SystemClock())


def test_a_server_that_is_too_old_is_refused(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "OLDEST_SERVER", 990000)

    with pytest.raises(UnsafeStore, match="PostgreSQL 99 or newer"):
        upgrade(owner, APP)


def test_a_database_that_does_not_write_utf_8_is_refused(postgres: Server) -> None:
    name = "oba_test_in_latin_1"
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        made = f"CREATE DATABASE {name} OWNER {OWNER} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
        admin.execute(f"{made} LOCALE_PROVIDER libc TEMPLATE template0".encode())
    try:
        with psycopg.connect(postgres.url(OWNER, name), autocommit=True) as owner, pytest.raises(UnsafeStore):
            upgrade(owner, APP)
    finally:
        postgres.drop(name)


def test_the_engine_is_chosen_by_the_address_of_the_database(settings: Settings) -> None:
    log = open_log(settings, SystemClock())

    assert (log.recorder.POSITION == "notification_id") == (settings.database_url is not None)
    assert settings.log_file.exists() == (settings.database_url is None)
    log.close()
