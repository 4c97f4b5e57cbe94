"""Connections to PostgreSQL: one that could lose what it confirms is refused, the others are bounded in time."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr, ValidationError

from adapters.database import UnsafeStore, add_new, one_at_a_time, put_row, reading, writing
from adapters.postgresql import postgresql_engine
from adapters.records.directory import PAYERS
from adapters.records.records import open_records
from adapters.settings import Settings
from adapters.views.engine import open_views
from adapters.views.turn import unhurried
from adapters.views.views import Views
from tests.support.place import ON_POSTGRESQL, Place
from tests.support.postgres import APP, Server

pytestmark = ON_POSTGRESQL


@pytest.fixture
def administrator(place: Place, postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    assert place.database is not None
    with psycopg.connect(postgres.url("postgres", place.database), autocommit=True) as connection:
        yield connection


def url_of(place: Place) -> str:
    assert place.settings.database_url is not None
    return place.settings.database_url.get_secret_value()


def test_a_connection_has_its_schema_its_name_and_an_end_to_every_wait(place: Place) -> None:
    engine = postgresql_engine(place.settings, "views")
    wanted = {
        "search_path": "views",
        "application_name": "oba",
        "lock_timeout": "5s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "30s",
    }
    with reading(engine) as connection:
        assert {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in wanted} == wanted
    engine.dispose()


def of_the_line(engine: sa.Engine) -> dict[str, str]:
    """What the driver was told of the network."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        return driver.info.get_parameters()


def test_a_connection_whose_server_vanished_is_given_up_and_an_address_may_say_when(place: Place) -> None:
    engine = postgresql_engine(place.settings, "records")
    assert of_the_line(engine).items() >= {
        ("tcp_user_timeout", "15000"),
        ("keepalives_idle", "30"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
    }
    engine.dispose()
    own = SecretStr(f"{url_of(place)}&keepalives_idle=7")
    engine = postgresql_engine(place.settings.model_copy(update={"database_url": own}), "records")
    assert of_the_line(engine)["keepalives_idle"] == "7"
    engine.dispose()


def test_a_writer_reads_what_is_committed_whatever_the_database_is_set_to(
    place: Place, administrator: psycopg.Connection[Any]
) -> None:
    strict = SQL("ALTER DATABASE {} SET default_transaction_isolation = 'serializable'")
    administrator.execute(strict.format(Identifier(str(place.database))))
    records = open_records(place.settings)
    asked = "SHOW transaction_isolation"
    with writing(records.engine) as connection:
        assert connection.exec_driver_sql(asked).scalar_one() == "read committed"
    with reading(records.engine) as connection:
        assert connection.exec_driver_sql(asked).scalar_one() == "repeatable read"
    with writing(records.engine) as connection:
        assert connection.exec_driver_sql(asked).scalar_one() == "read committed"
    records.close()


def test_a_long_statement_is_ended_but_that_of_a_fold_is_given_its_time(place: Place) -> None:
    views = Views(open_views(place.settings))
    with writing(views.engine) as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "1min"
        unhurried(connection)
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "15min"
    with reading(views.engine) as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "1min"
    views.engine.dispose()


@pytest.mark.parametrize(
    ("change", "mend"),
    [
        ("ALTER DATABASE {database} SET synchronous_commit = off", "ALTER DATABASE {name} RESET synchronous_commit"),
        (
            "ALTER ROLE {role} IN DATABASE {database} SET synchronous_commit = off",
            "ALTER ROLE oba_app IN DATABASE {name} RESET synchronous_commit",
        ),
    ],
)
def test_a_database_that_confirms_before_the_disk_has_it_is_refused_with_the_line_that_mends_it(
    place: Place, administrator: psycopg.Connection[Any], change: str, mend: str
) -> None:
    administrator.execute(SQL(change).format(database=Identifier(str(place.database)), role=Identifier(APP)))

    with pytest.raises(UnsafeStore, match="synchronous_commit=off") as caught:
        open_records(place.settings)

    assert mend.format(name=place.database) in str(caught.value)


def test_an_address_that_switches_durability_off_is_refused(place: Place) -> None:
    weak = SecretStr(f"{url_of(place)}&options=-c%20synchronous_commit%3Doff")

    with pytest.raises(UnsafeStore, match="out of the address"):
        open_records(place.settings.model_copy(update={"database_url": weak}))


def test_options_of_the_address_are_kept_beside_ours(place: Place) -> None:
    more = SecretStr(f"{url_of(place)}&options=-c%20work_mem%3D5MB")
    engine = postgresql_engine(place.settings.model_copy(update={"database_url": more}), "records")

    with reading(engine) as connection:
        assert connection.exec_driver_sql("SHOW work_mem").scalar_one() == "5MB"
        assert connection.exec_driver_sql("SHOW search_path").scalar_one() == "records"
    engine.dispose()


def test_a_reader_sees_one_moment_and_cannot_write(place: Place) -> None:
    records = open_records(place.settings)
    with reading(records.engine) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(PAYERS)) == 0
        records.import_directory([{"kind": "payer", "payer_id": "PAYER-1", "name": "A payer"}])
        assert connection.scalar(sa.select(sa.func.count()).select_from(PAYERS)) == 0

    with pytest.raises(sa.exc.DBAPIError, match="read-only"), reading(records.engine) as connection:
        connection.execute(sa.delete(PAYERS))
    with writing(records.engine) as connection:
        assert connection.execute(sa.delete(PAYERS)).rowcount == 1
    records.close()


def test_who_comes_second_to_what_is_done_one_at_a_time_waits(place: Place) -> None:
    records = open_records(place.settings)
    with writing(records.engine) as first, writing(records.engine) as second:
        one_at_a_time(first, "something")
        one_at_a_time(second, "something else")
        second.exec_driver_sql("SET LOCAL lock_timeout = 50")
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            one_at_a_time(second, "something")
    records.close()


def test_a_row_is_added_once_and_put_as_often_as_wanted(place: Place) -> None:
    records = open_records(place.settings)
    row = {"payer_id": "PAYER-1", "name": "A payer"}
    with writing(records.engine) as connection:
        assert [add_new(connection, PAYERS, row), add_new(connection, PAYERS, row)] == [True, False]
        put_row(connection, PAYERS, {**row, "name": "Another name"})
        assert connection.execute(sa.select(PAYERS)).all() == [("PAYER-1", "Another name")]
    records.close()


def test_an_engine_shows_no_password(place: Place) -> None:
    secret = SecretStr(url_of(place).replace(f"{APP}@", f"{APP}:canary-word@"))
    engine = postgresql_engine(place.settings.model_copy(update={"database_url": secret}), "records")

    assert "canary-word" not in f"{engine} {engine.url} {engine.url.render_as_string(hide_password=False)}"
    engine.dispose()


@pytest.mark.parametrize(
    "address",
    [
        "mysql://canary@host/db",
        "postgresql://host/db",
        "postgresql://canary@host",
        "postgresql://canary:x@h/db?foo=bar",
    ],
)
def test_an_address_that_says_too_little_or_too_much_is_refused_without_repeating_it(
    place: Place, address: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(database_url=SecretStr(address))

    assert "canary" not in str(caught.value)
    assert "postgresql://role@host" in str(caught.value)
