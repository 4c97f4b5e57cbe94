"""Projectors in several processes: everything once, and a dead one leaves nothing behind."""

from threading import Event

import pytest

from adapters.log.log import Log
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from tests.adapters.views.conftest import Opening, hashes, standing
from tests.support.lives import REFERENCE
from tests.support.place import ON_POSTGRESQL, Place
from tests.support.projector_processes import ProjectorProcess

PATIENCE = 300
"""Tries, a tenth of a second apart."""


def take_over(projector: BatchProjector) -> None:
    """Try until the views are free, then catch up."""
    for _ in range(PATIENCE):
        if projector.step():
            break
        Event().wait(0.1)
    projector.catch_up()


@pytest.mark.slow
def test_two_processes_apply_every_event_once(place: Place, log: Log, views: Views, opening: Opening) -> None:
    BatchProjector(log, views, REFERENCE)
    both = [ProjectorProcess(place.settings, batch=1) for _ in range(2)]
    for one in both:
        one.tell("begin")
    assert [one.hear() for one in both] == ["took part", "took part"]
    for one in both:
        one.tell("go on")
    applied: list[dict[str, int]] = [one.hear() for one in both]
    for one in both:
        one.join()
    assert all(sum(one.values()) > 0 for one in applied)
    assert {name: sum(one.get(name, 0) for one in applied) for name in views.tables} == dict.fromkeys(
        views.tables, log.head()
    )
    alone = opening("alone")
    BatchProjector(log, alone, REFERENCE).catch_up()
    assert hashes(views) == hashes(alone)


@pytest.mark.slow
def test_a_projector_killed_between_rows_and_position_leaves_both_and_another_takes_over(
    place: Place, log: Log, views: Views, opening: Opening
) -> None:
    projector = BatchProjector(log, views, REFERENCE, batch=3)
    projector.step()
    before, stood_at = hashes(views), standing(views)
    doomed = ProjectorProcess(place.settings, batch=3, stands_still=True)
    doomed.tell("begin")
    assert doomed.hear() == "rows are written"
    assert projector.step() == 0
    assert (hashes(views), standing(views)) == (before, stood_at)
    doomed.kill()
    assert (hashes(views), standing(views)) == (before, stood_at)
    take_over(projector)
    assert set(standing(views).values()) == {log.head()}
    untroubled = opening("untroubled")
    BatchProjector(log, untroubled, REFERENCE).catch_up()
    assert hashes(views) == hashes(untroubled)


@ON_POSTGRESQL
@pytest.mark.slow
def test_a_projector_that_is_frozen_holds_others_up_no_longer_than_its_limit(
    place: Place, log: Log, views: Views, opening: Opening
) -> None:
    projector = BatchProjector(log, views, REFERENCE)
    frozen = ProjectorProcess(place.settings, stands_still=True, idle_seconds=1)
    frozen.tell("begin")
    assert frozen.hear() == "rows are written"
    frozen.freeze()
    take_over(projector)
    assert set(standing(views).values()) == {log.head()}
    frozen.kill()
    untroubled = opening("untroubled")
    BatchProjector(log, untroubled, REFERENCE).catch_up()
    assert hashes(views) == hashes(untroubled)
