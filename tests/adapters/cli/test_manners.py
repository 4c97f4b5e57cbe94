"""Manners of all commands: an example in every help, exit codes, problems on stderr."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from adapters.cli.app import app
from tests.adapters.cli.conftest import Oba
from tests.support.place import ON_FILES


def commands(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield words, command
        return
    for word, one in below.items():
        yield from commands((*words, word), one)


EVERY = [pytest.param(words, one, id=" ".join(words)) for words, one in commands((), typer.main.get_command(app))]


@pytest.mark.parametrize(("words", "command"), EVERY)
def test_every_command_shows_an_example_of_itself(words: tuple[str, ...], command: Any, oba: Oba) -> None:
    result = oba(*words, "--help")
    assert result.exit_code == 0
    assert f"Example: oba {' '.join(words)}" in re.sub(r"\s+", " ", result.stdout)
    assert command.help


def test_a_command_that_does_not_exist_is_wrong_usage(oba: Oba) -> None:
    assert oba("enchant").exit_code == 2


@pytest.mark.parametrize("option", [("--as-of", "31.1.2029"), ("--as-of", "0"), ("--known-at", "2029-01-31")])
def test_a_day_or_instant_in_another_spelling_is_wrong_usage(option: tuple[str, str], oba: Oba) -> None:
    assert oba("determine", "hemgenix-illustrative", "facts.yaml", *option).exit_code == 2


def test_a_wrong_setting_is_told_by_the_name_of_its_variable_and_without_its_value(
    oba: Oba, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBA_PORT", "seventy")
    result = oba("doctor")
    assert result.exit_code == 1
    assert "OBA_PORT" in result.stderr
    assert "seventy" not in result.stderr


@ON_FILES
def test_another_database_than_postgresql_is_refused_with_a_sentence(oba: Oba, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBA_DATABASE_URL", "mysql://somewhere")
    result = oba("doctor")
    assert result.exit_code == 1
    assert "SQLite" in result.stderr
    assert "somewhere" not in result.stderr
