"""What doctor says of open stores: how far the views are, and what could not be folded into them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from adapters.bootstrap import Services, open_services
from adapters.cli.checks import stores
from adapters.clock import FixedClock
from adapters.database import writing
from adapters.documents.shelf import shipped_documents
from adapters.views.dead_letters import DEAD_LETTERS
from oba.identity import derived_id
from tests.adapters.cli.conftest import Oba
from tests.support.place import Place

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def services(oba: Oba, place: Place) -> Iterator[Services]:
    """Open stores in which a document was registered that no view has seen."""
    oba("db", "upgrade")
    opened = open_services(place.settings)
    opened.tracker.register_document(shipped_documents()[0], actor="somebody")
    yield opened
    opened.close()


def a_while_later(services: Services, distance: timedelta) -> Services:
    newest = services.tracker.log.last_recorded_at()
    assert newest is not None
    services.tracker.clock = FixedClock(newest + distance)
    return services


def test_views_that_are_a_little_behind_are_good_and_the_line_says_by_how_much(services: Services) -> None:
    found = stores.views_behind(a_while_later(services, timedelta(seconds=20)))
    assert (found.verdict, found.says) == ("good", "1 of 1 events behind, the oldest for 20 s")


def test_views_that_are_behind_for_more_than_a_minute_are_a_warning(services: Services) -> None:
    found = stores.views_behind(a_while_later(services, timedelta(minutes=2)))
    assert (found.verdict, found.mend) == ("warning", "oba worker")


def test_views_that_have_seen_everything_are_good(services: Services) -> None:
    services.projector.catch_up()
    found = stores.views_behind(a_while_later(services, timedelta(days=9)))
    assert (found.verdict, found.says) == ("good", "0 of 1 events behind")


def test_an_infusion_that_could_not_be_folded_is_bad_and_named_by_its_place_only(services: Services) -> None:
    assert stores.dead_letters(services).verdict == "good"
    infusion = derived_id("infusion", "1")
    letter = {"infusion_id": infusion, "position": 17, "topic": "t", "problem": "ValueError", "first_seen_at": NOW}
    with writing(services.views.engine) as connection:
        for view in ("worklist", "refund_triggers"):
            connection.execute(sa.insert(DEAD_LETTERS).values(**letter, view=view, attempts=1))

    found = stores.dead_letters(services)

    assert found.verdict == "bad"
    assert found.says.startswith("1 infusions are incomplete in refund_triggers, worklist; the first since position 17")
    assert str(infusion) not in found.says


def test_the_line_about_durability_names_the_settings(services: Services, place: Place) -> None:
    found = stores.durability(services)
    assert found.verdict == "good"
    assert ("synchronous=FULL" if place.engine == "sqlite" else "synchronous_commit=on") in found.says
