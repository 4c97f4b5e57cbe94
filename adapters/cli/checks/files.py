"""The three stores as SQLite files, and the SQLite that reads them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from adapters.cli.checks.finding import Finding
from adapters.settings import Settings

SQLITE_WANTED = (3, 51, 3)
MOST_BYTES: Final = 2**30
"""Larger files are not looked through: that takes a second for some hundred megabytes."""


def sqlite_version() -> Finding:
    """SQLite before 3.51.3 can in a rare race of two checkpoints lose pages of its write-ahead log."""
    says = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SQLITE_WANTED:
        return Finding("SQLite", "good", says)
    wanted = ".".join(str(part) for part in SQLITE_WANTED)
    mend = "use a Python that brings a newer SQLite; until then save often: oba db backup FOLDER"
    return Finding("SQLite", "warning", f"{says}; {wanted} mends a rare loss of the write-ahead log", mend)


def stores_present(settings: Settings) -> Finding:
    """The three files of the three stores."""
    files = (settings.log_file, settings.records_file, settings.views_file)
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        return Finding("stores", "bad", f"missing in {settings.home}: {', '.join(missing)}", _mends_stores(settings))
    return Finding("stores", "good", f"log, records and views as SQLite files in {settings.home}")


def integrity(settings: Settings) -> Finding:
    """Whether every page of the three files fits; a file that takes long to look through is left to the backup."""
    skipped = []
    for file in (settings.log_file, settings.records_file, settings.views_file):
        if not file.is_file():
            continue
        if file.stat().st_size > MOST_BYTES:
            skipped.append(file.name)
        elif (problem := _damage(file)) is not None:
            return Finding("integrity", "bad", f"{file.name} is damaged ({problem})", _mends_damage(settings, file))
    if skipped:
        return Finding("integrity", "good", f"not looked through, oba db backup does it: {', '.join(skipped)}")
    return Finding("integrity", "good", "every page of the files fits")


def _damage(file: Path) -> str | None:
    """What SQLite finds wrong in a file, without any value of it; whoever only reads would leave files beside it."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorname
    return None if answer == "ok" else "quick_check"


def _mends_damage(settings: Settings, file: Path) -> str:
    """Views are made again from the log; a damaged log or records come back from a backup."""
    if file == settings.views_file:
        return f"stop every process, then: rm {file}* && oba projections rebuild"
    stores = f"{settings.home}/*.sqlite3*"
    return f"stop every process, move {stores} away, keep {settings.keys_folder}, then: oba db restore FOLDER"


def stores_exist(settings: Settings) -> bool:
    """Whether anything was ever made that keys belong to."""
    return settings.log_file.exists() or settings.records_file.exists()


def _mends_stores(settings: Settings) -> str:
    """Views are made again from the log; a log or records of which the other half is there were lost."""
    if settings.log_file.is_file() == settings.records_file.is_file():
        return "oba db upgrade"
    return "bring it back from a backup, into an empty home: oba db restore FOLDER"
