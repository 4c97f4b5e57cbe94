"""One content, one hash: a log on PostgreSQL and a log in a file that hold the same are known as the same."""

from datetime import timedelta
from pathlib import Path

from adapters.clock import FixedClock
from adapters.log.opening import open_log
from adapters.log.receipt import ReceiptDraft
from adapters.settings import Settings
from oba.identity import document_stream_id
from tests.support.documents import a_registration
from tests.support.postgres import DatabaseUrls
from tests.support.store import NOON, a_stream, drafted

KEYS = ("b", "B", "a", "Ä", "ä", "_", "ab", "a b", "é", "z", "\U0001f600", "\uffff")
"""Texts that the order of a language sorts otherwise than the order of bytes does."""


def _filled(settings: Settings) -> list[str]:
    """The content hash after each append."""
    clock = FixedClock(NOON)
    log = open_log(settings, clock)
    hashes = [log.content_hash()]
    registration = a_registration()
    log.append([drafted(document_stream_id(registration.document.id), 1, registration)])
    for version, key in enumerate(KEYS, start=1):
        clock.move_by(timedelta(microseconds=1) if version % 2 else timedelta(days=200))
        receipt = ReceiptDraft(f"PER-{key}", key, "hash", f'{{"key": "{key}"}}')
        log.append([drafted(a_stream(), 2 * version - 1), drafted(a_stream(), 2 * version)], receipt=receipt)
        hashes.append(log.content_hash())
    log.close()
    return hashes


def test_the_same_events_and_receipts_have_the_same_hash_on_both_engines(
    tmp_path: Path, database: DatabaseUrls
) -> None:
    on_a_file = _filled(Settings(home=tmp_path / "file"))
    on_a_server = _filled(Settings.model_validate({"home": tmp_path / "server", "database_url": database.app}))

    assert on_a_file == on_a_server
    assert len(set(on_a_file)) == len(KEYS) + 1
