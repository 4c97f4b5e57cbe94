"""One log, two engines: the same rows, read back the same, in the same order."""

from pathlib import Path

from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from projections.every import PROJECTIONS
from tests.adapters.views.conftest import drafted, hashes, standing, two_lives
from tests.support.lives import REFERENCE, registration_of
from tests.support.place import ENGINES, Place
from tests.support.postgres import Server
from tests.support.store import NOON


def filled(place: Place) -> tuple[Log, Views]:
    """A place with two lives, and its views level with the log."""
    log, views = open_log(place.settings, FixedClock(NOON)), Views(open_views(place.settings))
    first, second = two_lives()
    events: list[Recorded[Body]] = [event for pair in zip(first.events, second.events, strict=False) for event in pair]
    log.append([registration_of(document) for document in first.documents])
    log.append([drafted(event) for event in (*events, *first.events[len(second.events) :])])
    BatchProjector(log, views, REFERENCE).catch_up()
    return log, views


def test_every_view_has_the_same_content_and_place_on_both_engines(tmp_path: Path, postgres: Server) -> None:
    places = [Place.at(tmp_path / name, name, postgres).upgraded() for name in ENGINES]
    both = [filled(place) for place in places]
    (log, views), (other_log, other_views) = both
    assert log.content_hash() == other_log.content_hash()
    assert hashes(views) == hashes(other_views)
    assert set(hashes(views)) == {one.name for one in PROJECTIONS}
    assert standing(views) == standing(other_views)
    assert [one.log_mark for one in views.positions()] == [one.log_mark for one in other_views.positions()]
    assert [one.made_with for one in views.positions()] == [one.made_with for one in other_views.positions()]
    assert views.timeline(two_lives()[0].infusion_id) == other_views.timeline(two_lives()[0].infusion_id)
    assert views.refund_triggers() == other_views.refund_triggers()
    for one_log, one_views in both:
        one_log.close()
        one_views.engine.dispose()
    for place in places:
        place.drop()
