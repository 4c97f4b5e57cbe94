"""What `oba doctor` looks at, one function for each line; a line is good, a warning, or bad with what mends it."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from adapters.bootstrap import Services, open_services
from adapters.database import UnsafeStore, reading
from adapters.documents.shelf import ShelfIsBroken, shipped_documents
from adapters.log.refusals import UnsafeConnection
from adapters.records.key_files import BRING_BACK, missing_key_files
from adapters.settings import Settings

Verdict: TypeAlias = Literal["good", "warning", "bad"]

SQLITE_WANTED = (3, 51, 3)
SYNCHRONOUS_FULL = 2
MOST_EVENTS_BEHIND = 1_000


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and the command that mends it."""

    name: str
    verdict: Verdict
    says: str
    mend: str | None = None


def python_version(settings: Settings) -> Finding:
    """The release runs on Python 3.11."""
    says = ".".join(str(part) for part in sys.version_info[:3])
    if says.startswith("3.11."):
        return Finding("Python", "good", says)
    return Finding("Python", "bad", f"{says}, 3.11 is needed", "install Python 3.11, then scripts/start")


def sqlite_version(settings: Settings) -> Finding:
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
    return Finding("stores", "good", f"log, records and views in {settings.home}")


def _mends_stores(settings: Settings) -> str:
    """Views are made again from the log; a log or records of which the other half is there were lost."""
    if settings.log_file.is_file() == settings.records_file.is_file():
        return "oba db upgrade"
    return "bring it back from a backup, into an empty home: oba db restore FOLDER"


def store_modes(settings: Settings) -> Finding:
    """Keys must be there and readable by their owner only; those of stores that exist are never made anew."""
    folder = settings.keys_folder
    if missing := missing_key_files(folder):
        stores_exist = settings.log_file.exists() or settings.records_file.exists()
        mend = f"{BRING_BACK}, into {folder}" if stores_exist else "oba db upgrade"
        return Finding("keys", "bad", f"missing in {folder}: {', '.join(missing)}", mend)
    open_files = [file.name for file in sorted(folder.iterdir()) if file.stat().st_mode & 0o077]
    if open_files or folder.stat().st_mode & 0o077:
        return Finding("keys", "bad", "others on this machine can read the keys", _chmod(folder))
    return Finding("keys", "good", "readable by their owner only")


def _chmod(folder: Path) -> str:
    return f"chmod 700 {folder} && chmod 600 {folder}/*"


def documents(settings: Settings) -> Finding:
    """The documents that ship can be read."""
    try:
        return Finding("documents", "good", f"{len(shipped_documents())} on the shelf")
    except ShelfIsBroken as error:
        return Finding("documents", "bad", f"{len(error.problems)} problems", "oba agreement check")


def durability(services: Services) -> Finding:
    """Log and records wait until the disk has the data."""
    with services.tracker.log.recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA synchronous")
        levels = {"log": int(cursor.fetchone()[0])}
    with reading(services.tracker.records.engine) as connection:
        levels["records"] = int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
    if weak := [store for store, level in levels.items() if level < SYNCHRONOUS_FULL]:
        return Finding("durability", "bad", f"not every commit of {', '.join(weak)} reaches the disk", "oba doctor")
    return Finding("durability", "good", "synchronous=FULL for log and records")


def projection_lag(services: Services) -> Finding:
    """How far the views are behind the log."""
    head = services.tracker.log.head()
    positions = services.views.positions()
    stopped = [position.view for position in positions if position.problem]
    if stopped:
        return Finding("views", "bad", f"stopped: {', '.join(stopped)}", "oba projections rebuild")
    behind = max((head - position.position for position in positions), default=head)
    if behind > MOST_EVENTS_BEHIND:
        return Finding("views", "warning", f"{behind} events behind", "oba worker")
    return Finding("views", "good", f"{behind} of {head} events behind")


def outbox(services: Services) -> Finding:
    """Notices that could not be delivered yet; none is ever given up."""
    waiting = [row for row in services.tracker.records.outbox.rows("due") if row.last_problem]
    if waiting:
        mend = "check the address in the directory and OBA_SMTP_HOST, then: oba worker"
        reasons = ", ".join(sorted({str(row.last_problem) for row in waiting}))
        return Finding("outbox", "warning", f"{len(waiting)} notices wait: {reasons}", mend)
    return Finding("outbox", "good", "nothing waits for a second attempt")


OF_SETTINGS: tuple[Callable[[Settings], Finding], ...] = (
    python_version,
    sqlite_version,
    stores_present,
    store_modes,
    documents,
)
OF_SERVICES: tuple[Callable[[Services], Finding], ...] = (durability, projection_lag, outbox)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in order; the stores are only opened when they are there, so that looking makes nothing."""
    found = [check(settings) for check in OF_SETTINGS]
    yield from found
    if any(finding.verdict == "bad" for finding in found):
        return
    try:
        services = open_services(settings)
    except (UnsafeStore, UnsafeConnection) as error:
        yield Finding("schema", "bad", str(error), "do what this line says, then oba doctor")
        return
    try:
        yield Finding("schema", "good", "log, records and views are those of this release")
        yield from (check(services) for check in OF_SERVICES)
    finally:
        services.close()
