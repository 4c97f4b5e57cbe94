"""The tables of the log file, and the triggers by which the database itself refuses to change what is written."""

from typing import Final

EVENTS: Final = "stored_events"
RECEIPTS: Final = "receipts"
ASKED_UNTIL: Final = "asked_until"
"""The newest instant that was asked about before anything was stamped after it: later stamps stay beyond it."""


def statements(events: str = EVENTS) -> list[str]:
    """Everything that makes the log file, each statement harmless when it has been run before."""
    return [
        f"""CREATE TABLE IF NOT EXISTS {events} (
            rowid INTEGER PRIMARY KEY AUTOINCREMENT,
            originator_id TEXT NOT NULL,
            originator_version INTEGER NOT NULL,
            topic TEXT NOT NULL,
            state BLOB NOT NULL,
            recorded_at TEXT NOT NULL UNIQUE CHECK (length(recorded_at) = 27),
            UNIQUE (originator_id, originator_version))""",
        f"CREATE INDEX IF NOT EXISTS {events}_stream_starts ON {events} (topic) WHERE originator_version = 1",
        f"""CREATE TABLE IF NOT EXISTS {RECEIPTS} (
            principal TEXT NOT NULL,
            idempotency_key TEXT NOT NULL,
            request_hash TEXT NOT NULL,
            answer TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (principal, idempotency_key)) WITHOUT ROWID""",
        f"""CREATE TABLE IF NOT EXISTS {ASKED_UNTIL} (
            "only" INTEGER PRIMARY KEY CHECK ("only" = 1),
            instant TEXT NOT NULL CHECK (length(instant) = 27))""",
        *_refusing("UPDATE", events),
        *_refusing("DELETE", events),
        *_refusing("UPDATE", RECEIPTS),
        *_refusing("DELETE", RECEIPTS),
        # INSERT OR REPLACE deletes the old row without its delete trigger, unless the connection asked for it.
        _refusing_replacement(
            events,
            "rowid = NEW.rowid OR recorded_at = NEW.recorded_at OR (originator_id = NEW.originator_id"
            " AND originator_version = NEW.originator_version)",
        ),
        _refusing_replacement(RECEIPTS, "principal = NEW.principal AND idempotency_key = NEW.idempotency_key"),
    ]


def _refusing(action: str, table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER IF NOT EXISTS {table}_no_{action.lower()} BEFORE {action} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
    ]


def _refusing_replacement(table: str, same: str) -> str:
    return f"""CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
