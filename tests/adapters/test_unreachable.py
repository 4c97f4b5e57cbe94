"""A server that is not to be had: one sentence, the line that mends it, and never a password."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr, ValidationError

from adapters.mishap import said_of
from adapters.postgresql import Address, address_of
from adapters.settings import Settings
from adapters.unreachable import away, why_not
from oba.problems import problems_of
from tests.support.place import ON_POSTGRESQL, Place
from tests.support.postgres import Server

ADDRESS = Address("oba_app", "oba", "db.example", "require", "5433")


@pytest.mark.parametrize(
    ("words", "says", "mend"),
    [
        ("port 5433 failed: Connection refused\n\tIs the server running?", "db.example:5433", "start the server"),
        ('FATAL:  password authentication failed for user "oba_app"', "refuses the password", "~/.pgpass"),
        ("fe_sendauth: no password supplied", "wants a password", "~/.pgpass"),
        ('FATAL:  database "oba" does not exist', "no database oba", "CREATE DATABASE oba"),
        ('FATAL:  role "oba_app" does not exist', "no role oba_app", "CREATE ROLE oba_app"),
        ("server does not support SSL, but SSL was required", "does not encrypt", "ssl = on"),
        ('FATAL:  too many connections for role "oba_app"', "may open no more", "CONNECTION LIMIT -1"),
        ("failed to resolve host 'db.example'", "leads nowhere: db.example", "OBA_DATABASE_URL"),
        ("FATAL:  no pg_hba.conf entry for host", "lets oba_app not in", "pg_hba.conf"),
        ("something that nobody knows: canary-quill", "does not answer", "OBA_DATABASE_URL"),
    ],
)
def test_the_words_of_the_driver_become_one_sentence_and_the_line_that_mends(words: str, says: str, mend: str) -> None:
    found = away(psycopg.OperationalError(words), ADDRESS)
    assert says in found.says
    assert mend in found.mend
    assert "canary-quill" not in f"{found}"
    assert "\n" not in f"{found}"


@pytest.fixture
def administrator(place: Place, postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A superuser in the database of the test."""
    assert place.database is not None
    with psycopg.connect(postgres.url("postgres", place.database), autocommit=True) as connection:
        yield connection


@ON_POSTGRESQL
def test_a_database_that_takes_one_connection_only_is_found_by_asking_for_three(
    place: Place, administrator: psycopg.Connection[Any]
) -> None:
    url = place.settings.database_url
    assert url is not None
    assert why_not(url, 5) is None
    limit = SQL("ALTER DATABASE {} CONNECTION LIMIT 1").format(Identifier(str(place.database)))
    administrator.execute(limit)
    found = why_not(url, 5)
    assert found is not None
    assert "CONNECTION LIMIT -1" in found.mend


@ON_POSTGRESQL
def test_a_missing_database_is_told_with_the_command_that_makes_it(place: Place) -> None:
    url = place.settings.database_url
    assert url is not None
    found = why_not(SecretStr(url.get_secret_value().replace(str(place.database), "oba_nowhere")), 5)
    assert found is not None
    assert "CREATE DATABASE oba_nowhere" in found.mend


@pytest.mark.parametrize(
    ("address", "says", "remedy"),
    [
        ("postgresql://oba:S3cr@canary/x@localhost/oba", "character with a meaning", "percent-encode"),
        ("postgresql://oba:canary@word@localhost/oba", "character with a meaning", "percent-encode"),
        ("postgresql://oba:can/ary@localhost/oba", "character with a meaning", "percent-encode"),
        ("postgresql://oba:canary%zz@localhost/oba", "character with a meaning", "percent-encode"),
        ("postgresql://oba:canary@localhost:abc/oba", "the port is no number", "5432"),
        ("postgresql://oba:canary@localhost/oba?sslmod=require", "sslmode may be meant", "spelling"),
    ],
)
def test_an_address_that_means_something_else_is_refused_and_not_repeated(address: str, says: str, remedy: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(database_url=SecretStr(address))
    (problem,) = problems_of(caught.value)
    assert says in problem.message
    assert remedy in problem.remedy
    assert "canary" not in f"{problem} {caught.value}"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("postgresql://oba:p%40ss@db.example:5433/oba?sslmode=require", "db.example"),
        ("postgresql://oba@/oba?host=/var/run/postgresql", "/var/run/postgresql"),
        ("postgresql://oba@one,two:5432/oba", "one,two"),
    ],
)
def test_an_address_as_it_should_be_is_taken(address: str, host: str) -> None:
    url = Settings(database_url=SecretStr(address)).database_url
    assert url is not None
    assert address_of(url).host == host


def test_an_empty_home_is_refused_and_is_not_the_folder_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBA_HOME", "")
    with pytest.raises(ValidationError, match="no folder"):
        Settings()


def test_the_line_of_a_journal_names_kind_place_and_reason_without_the_words_of_the_driver() -> None:
    refused = psycopg.OperationalError("connection to canary-quill failed: Connection refused")
    locked = sqlite3.OperationalError("canary-quill is locked")
    assert said_of(refused) == "OperationalError at unknown place (Connection refused)"
    assert "canary-quill" not in said_of(locked)
