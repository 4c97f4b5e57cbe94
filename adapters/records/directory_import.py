"""Rows of a file into the directory: all of them, or none and every problem at once."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import Connection, Engine

from adapters.database import one_at_a_time, put_row, writing
from adapters.local_time import zone_of
from adapters.records.directory import (
    HTCS,
    MANUFACTURERS,
    PAYERS,
    PEOPLE,
    Entry,
    Htc,
    Manufacturer,
    Payer,
    Person,
)
from adapters.records.directory_version import move
from oba.problems import Problem, problems_of

_KINDS: Final[Mapping[object, tuple[type[Entry], sa.Table, str]]] = {
    "htc": (Htc, HTCS, "htc_id"),
    "payer": (Payer, PAYERS, "payer_id"),
    "manufacturer": (Manufacturer, MANUFACTURERS, "manufacturer_id"),
    "person": (Person, PEOPLE, "person_id"),
}
_ORGANISATIONS: Final = (HTCS.c.htc_id, PAYERS.c.payer_id, MANUFACTURERS.c.manufacturer_id)


def import_directory(engine: Engine, rows: Iterable[Mapping[str, Any]], mark: UUID) -> int | tuple[Problem, ...]:
    """Enter or replace every row, each with `kind` htc, payer, manufacturer or person; how many, or all problems.

    A problem's pointer begins with the number of the row, counted from 0. Nothing is entered where one is found.
    By the fresh `mark` every process learns of it.
    """
    entries, problems = _read(rows)
    with writing(engine) as connection:
        one_at_a_time(connection, "directory import")
        problems += _doubled(entries) + _without_organisation(connection, entries)
        if problems:
            return tuple(problems)
        move(connection, mark)
        for entry in entries.values():
            _enter(connection, entry)
    return len(entries)


def _read(rows: Iterable[Mapping[str, Any]]) -> tuple[dict[int, Entry], list[Problem]]:
    entries: dict[int, Entry] = {}
    problems: list[Problem] = []
    for place, row in enumerate(rows):
        kind = row.get("kind")
        if kind not in _KINDS:
            remedy = f"use one of {', '.join(map(str, _KINDS))}"
            problems.append(_problem(place, "kind", "unknown-kind", "the kind of the row is not known", remedy))
            continue
        try:
            entry = _KINDS[kind][0].model_validate(_without_blanks(row))
        except ValidationError as error:
            problems += problems_of(error, f"/{place}")
            continue
        entries[place] = entry
        problems += _htc_problems(place, entry)
    return entries, problems


def _without_blanks(row: Mapping[str, Any]) -> dict[str, Any]:
    """A spreadsheet leaves unused columns blank and writes yes and no as words."""
    words = {"true": True, "yes": True, "false": False, "no": False}
    used = {name: value for name, value in row.items() if value not in (None, "")}
    notices = used.get("receives_notices")
    if isinstance(notices, str):
        used["receives_notices"] = words.get(notices.lower(), notices)
    return used


def _htc_problems(place: int, entry: Entry) -> list[Problem]:
    problems = []
    if isinstance(entry, Htc) and zone_of(entry.time_zone) is None:
        problems.append(
            _problem(place, "time_zone", "time-zone", "the zone is not known", "use a name such as America/Chicago")
        )
    if isinstance(entry, Htc) and entry.designated_to is not None and entry.designated_to < entry.designated_from:
        problems.append(
            _problem(place, "designated_to", "invalid-value", "the designation ends before it begins", "correct a date")
        )
    return problems


def _doubled(entries: Mapping[int, Entry]) -> list[Problem]:
    seen: set[tuple[str, str]] = set()
    problems = []
    for place, entry in entries.items():
        _, key, value = _key(entry)
        if (key, value) in seen:
            problems.append(_problem(place, key, "doubled-row", "the same id stands in an earlier row", "keep one row"))
        seen.add((key, value))
    return problems


def _without_organisation(connection: Connection, entries: Mapping[int, Entry]) -> list[Problem]:
    known = {value for column in _ORGANISATIONS for value in connection.scalars(sa.select(column))}
    known |= {_key(entry)[2] for entry in entries.values() if not isinstance(entry, Person)}
    remedy = "add the HTC, payer or manufacturer, or correct the id"
    return [
        _problem(place, "organisation_id", "unknown-organisation", "the directory has no such organisation", remedy)
        for place, entry in entries.items()
        if isinstance(entry, Person) and entry.organisation_id not in known
    ]


def _enter(connection: Connection, entry: Entry) -> None:
    put_row(connection, _key(entry)[0], {name: value for name, value in entry if name != "kind"})


def _key(entry: Entry) -> tuple[sa.Table, str, str]:
    _, table, key = _KINDS[entry.kind]
    return table, key, str(getattr(entry, key))


def _problem(place: int, field: str, code: str, message: str, remedy: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=f"/{place}/{field}")
