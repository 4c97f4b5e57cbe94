import pytest
from eventsourcing.persistence import OperationalError

from adapters.log.log import Log
from adapters.views import fold
from adapters.views.fold import Failed, Fold, Shelves
from projections.every import PROJECTIONS, Projection
from projections.infusions import Row
from tests.adapters.views.conftest import streams_read
from tests.support.lives import REFERENCE, Life
from tests.support.store import a_stream

FIRST, SECOND = Life().infusion_id, Life(name="second").infusion_id
NAMES = [one.name for one in PROJECTIONS]


def fold_at(log: Log, up_to: int | None = None) -> Fold:
    at = up_to or log.head()
    return Fold(log, Shelves(log).at(at), REFERENCE, at)


def test_a_stream_is_read_once_for_all_views(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    read = streams_read(log, monkeypatch)
    folded = fold_at(log).fold(PROJECTIONS, (FIRST, SECOND))
    assert read == [FIRST, SECOND]
    assert all(folded.sound(name) == (FIRST, SECOND) for name in NAMES)


def test_a_fold_knows_the_stream_up_to_its_position_only(log: Log) -> None:
    timeline = [one for one in PROJECTIONS if one.name == "timeline"]
    assert len(fold_at(log, 3).fold(timeline, (FIRST,)).rows["timeline"]) == 1
    assert len(fold_at(log).fold(timeline, (FIRST,)).rows["timeline"]) == 7


def test_many_infusions_come_in_chunks(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "CHUNK", 1)
    chunks = list(fold_at(log).chunks(PROJECTIONS, (FIRST, SECOND)))
    assert [one.infusion_ids for one in chunks] == [(FIRST,), (SECOND,)]


def test_documents_are_read_again_only_when_one_was_added(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    shelves = Shelves(log)
    first = shelves.at(log.head())
    assert shelves.at(log.head() - 1) is first
    assert first.payer_rules
    assert not shelves.at(1).payer_rules


def test_an_infusion_that_cannot_be_read_fails_in_every_view_and_harms_no_other(log: Log) -> None:
    unknown = a_stream("unknown")
    folded = fold_at(log).fold(PROJECTIONS, (unknown, SECOND))
    assert {(one.view, one.infusion_id) for one in folded.failed} == {(name, unknown) for name in NAMES}
    assert all(folded.sound(name) == (SECOND,) for name in NAMES)


def test_a_store_that_is_away_is_no_fault_of_an_infusion(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(log, "stream", away)
    with pytest.raises(OperationalError):
        fold_at(log).fold(PROJECTIONS, (FIRST,))


def test_a_text_that_not_every_database_keeps_makes_its_infusion_incomplete(log: Log) -> None:
    sound = PROJECTIONS[0]
    torn = Projection(
        "infusions",
        Row,
        lambda reading: tuple(row.model_copy(update={"product": "a\0b"}) for row in sound.rows_of(reading)),
    )
    assert fold_at(log).fold((torn,), (FIRST,)).failed == [Failed("infusions", FIRST, "NotText")]
