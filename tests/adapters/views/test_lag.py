from datetime import timedelta

from adapters.clock import FixedClock
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.views.engine import open_views
from adapters.views.lag import Lag
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from projections.every import PROJECTIONS
from tests.support.lives import REFERENCE
from tests.support.place import Place
from tests.support.store import NOON


def test_a_view_that_is_level_is_behind_by_nothing(log: Log, views: Views, projector: BatchProjector) -> None:
    projector.catch_up()
    assert views.lag(log, NOON + timedelta(days=1)) == tuple(
        Lag(name, 0, timedelta(0)) for name in sorted(one.name for one in PROJECTIONS)
    )


def test_a_view_is_as_far_behind_as_its_oldest_unseen_event_is_old(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE, projections=PROJECTIONS[1:])
    BatchProjector(log, views, REFERENCE, projections=PROJECTIONS[:1], batch=3).step()
    unseen = log.since(3, 1)[0]
    lag = {one.view: one for one in views.lag(log, NOON + timedelta(hours=1))}
    assert lag["infusions"] == Lag("infusions", log.head() - 3, NOON + timedelta(hours=1) - unseen.recorded_at)
    assert lag["timeline"].events == log.head()


def test_a_clock_that_is_behind_the_log_makes_no_negative_age(log: Log, views: Views) -> None:
    BatchProjector(log, views, REFERENCE)
    assert {one.oldest_waits for one in views.lag(log, NOON - timedelta(days=1))} == {timedelta(0)}


def test_an_empty_log_leaves_nobody_behind(place: Place) -> None:
    log, views = open_log(place.settings, FixedClock(NOON)), Views(open_views(place.settings))
    BatchProjector(log, views, REFERENCE)
    assert {(one.events, one.oldest_waits) for one in views.lag(log, NOON)} == {(0, timedelta(0))}
    log.close()
    views.engine.dispose()
