"""The directory in memory: never older than the last import that anybody made, and read again only after one."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from adapters.clock import new_id
from adapters.database import reading
from adapters.records.directory import PAYERS, Directory
from adapters.records.directory_version import DIRECTORY_VERSION, move
from adapters.records.records import Records, open_records
from tests.adapters.records.conftest import by_hand
from tests.adapters.records.test_directory import HTC, PAYER, PERSON
from tests.support.place import Place


@pytest.fixture
def elsewhere(records: Records, place: Place) -> Iterator[Directory]:
    """The same directory through an engine of its own, as another process has it."""
    opened = open_records(place.settings)
    yield opened.directory
    opened.close()


def test_an_import_elsewhere_is_seen_at_once(records: Records, elsewhere: Directory) -> None:
    physician = {**PERSON, "role": "htc_physician"}
    assert elsewhere.known() == ({}, frozenset(), frozenset(), {})

    records.import_directory([HTC, PAYER, physician])
    assert elsewhere.known().zones == {"HTC-1": "America/Chicago"}
    assert elsewhere.known().payer_ids == {"PAYER-1"}
    assert elsewhere.known().physicians == {"HTC-1": frozenset({"PER-1"})}

    records.import_directory([{**HTC, "time_zone": "America/Denver"}])
    assert elsewhere.known().zones == {"HTC-1": "America/Denver"}
    htc = elsewhere.htc("HTC-1")
    assert htc is not None
    assert [one.time_zone for one in (htc, *elsewhere.htcs())] == ["America/Denver", "America/Denver"]


def test_it_is_not_read_again_for_what_else_is_recorded(records: Records, elsewhere: Directory) -> None:
    records.import_directory([HTC])
    before = elsewhere.known()

    records.vault.keep([records.vault.digest("kit_lot", "LOT-1")])
    assert isinstance(records.import_directory([{**PERSON, "organisation_id": "HTC-9"}]), tuple)

    assert elsewhere.known() is before


def test_an_import_that_fails_midway_is_not_seen(records: Records, elsewhere: Directory) -> None:
    records.import_directory([HTC])
    before = elsewhere.known()

    with records.engine.execution_options(write=True).connect() as connection:
        move(connection, new_id())
        connection.rollback()

    assert elsewhere.known() is before


def test_records_that_were_replaced_by_older_ones_never_look_the_same(
    records: Records, elsewhere: Directory, place: Place
) -> None:
    records.import_directory([HTC])
    with reading(records.engine) as connection:
        saved = connection.scalar(sa.select(DIRECTORY_VERSION.c.mark))
    records.import_directory([{**PAYER, "payer_id": "PAYER-LOST"}])
    assert elsewhere.known().payer_ids == {"PAYER-LOST"}

    with by_hand(place.settings) as connection:
        connection.execute(sa.delete(PAYERS))
        connection.execute(sa.update(DIRECTORY_VERSION).values(mark=saved))
    records.import_directory([{**PAYER, "payer_id": "PAYER-OTHER"}])

    assert elsewhere.known().payer_ids == {"PAYER-OTHER"}


def test_nobody_among_many_threads_sees_less_than_was_acknowledged(records: Records, elsewhere: Directory) -> None:
    acknowledged = 0
    done = Event()
    missed: list[tuple[int, int]] = []

    def ask() -> None:
        while not done.is_set():
            least = acknowledged
            seen = len(elsewhere.known().payer_ids)
            if seen < least:
                missed.append((seen, least))

    readers = [Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(30):
            records.import_directory([{**PAYER, "payer_id": f"PAYER-{number}"}])
            acknowledged = number + 1
    finally:
        done.set()
        for reader in readers:
            reader.join()

    assert missed == []
    assert len(elsewhere.known().payer_ids) == 30


def test_it_can_be_asked_again_after_its_connections_were_closed(records: Records) -> None:
    records.import_directory([HTC])
    assert records.directory.known().zones

    records.close()

    assert records.directory.known().zones == {"HTC-1": "America/Chicago"}
