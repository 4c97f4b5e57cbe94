"""The newest events of a log are gone, as after the failover to a standby that lacked them, or after a restore."""

import sqlite3
from contextlib import closing

import psycopg

from tests.support.place import Place


def lose_the_tail(place: Place, after: int) -> None:
    """Remove every event after a position, and let positions go on from there."""
    owner = place.settings.owner_database_url
    if owner is None:
        with closing(sqlite3.connect(place.settings.log_file, isolation_level=None)) as file:
            refusing = file.execute("SELECT sql FROM sqlite_master WHERE name = 'stored_events_no_delete'").fetchone()
            file.execute("DROP TRIGGER stored_events_no_delete")
            file.execute("DELETE FROM stored_events WHERE rowid > ?", (after,))
            file.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'stored_events'", (after,))
            file.execute(refusing[0])
        return
    with psycopg.connect(owner.get_secret_value()) as connection:
        connection.execute("ALTER TABLE log.stored_events DISABLE TRIGGER unchanged")
        connection.execute("DELETE FROM log.stored_events WHERE notification_id > %s", (after,))
        connection.execute("ALTER TABLE log.stored_events ENABLE ALWAYS TRIGGER unchanged")
