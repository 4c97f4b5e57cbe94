import pytest

from adapters.log.log import Log
from adapters.views import fold
from adapters.views.fold import Readings
from tests.support.lives import REFERENCE, Life

FIRST, SECOND = Life().infusion_id, Life(name="second").infusion_id


def test_an_infusion_is_read_once_for_all_views_that_stand_at_one_position(log: Log) -> None:
    readings = Readings(log, REFERENCE)
    assert readings.of(FIRST, log.head()) is readings.of(FIRST, log.head())
    assert readings.of(FIRST, log.head()) is not readings.of(FIRST, log.head() - 1)


def test_no_more_readings_are_kept_than_there_is_room_for(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "KEPT_READINGS", 1)
    readings = Readings(log, REFERENCE)
    first = readings.of(FIRST, log.head())
    readings.of(SECOND, log.head())
    assert readings.of(FIRST, log.head()) is not first


def test_a_reading_holds_the_stream_and_the_documents_up_to_its_position(log: Log) -> None:
    readings = Readings(log, REFERENCE)
    early, late = readings.of(FIRST, 3), readings.of(FIRST, log.head())
    assert len(early.stream) == 1
    assert len(late.stream) == 7
    assert late.shelf.payer_rules
    assert late.stream[0].position == 3
