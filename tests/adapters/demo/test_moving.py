"""Moving the clock: what became known is fed, windows open, reminders go out, a determination fails; on a demo only."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.bootstrap import Services, open_services
from adapters.clock import SystemClock
from adapters.demo import named as names
from adapters.demo.feeding import infusion_of
from adapters.demo.moving import Moved, NotADemoStore, advance, move
from adapters.demo.portfolio import DEFAULT_DEMO_CLOCK, named, portfolio
from adapters.demo.telling import fact_id
from oba.infusion.events import ReminderSent
from tests.support.place import Place

LIVES = portfolio()
THIRTY_DAYS = timedelta(days=30)
AGREEMENT = "hemgenix-illustrative"


@pytest.fixture(scope="module")
def moved_place(loaded_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = loaded_place.copy(tmp_path_factory.mktemp("moved") / "var")
    yield place
    place.drop_database()


@pytest.fixture(scope="module")
def moved(moved_place: Place) -> Iterator[tuple[Services, Moved]]:
    services = open_services(moved_place.settings)
    yield services, advance(services, THIRTY_DAYS, wall=SystemClock())
    services.close()


def test_thirty_days_feed_what_became_known_in_them(moved: tuple[Services, Moved]) -> None:
    services, result = moved
    after = DEFAULT_DEMO_CLOCK + THIRTY_DAYS
    known = {fact_id(life.number, told.key) for life in LIVES for told in life.told if told.known_at <= after}
    own = {fact_id(life.number, key) for life in LIVES for key in ("registered", "enrolled")}
    events = services.tracker.log.since(0, 100_000)
    assert {event.event_id for event in events if event.source.system == "synthetic-demo"} - own == known
    assert services.tracker.records.demo.instant() == result.clock == after
    assert result.reported > 0
    assert result.refused == {}


def test_an_infusion_given_in_those_days_appears(moved: tuple[Services, Moved]) -> None:
    services, _ = moved
    new = next(life for life in LIVES if life.script.day_0 > DEFAULT_DEMO_CLOCK.date())
    state = services.tracker.state(infusion_of(new))
    assert state is not None
    assert state.day_0 == new.script.day_0


def test_in_one_infusion_a_window_opens_a_reminder_goes_out_and_the_determination_fails(
    moved: tuple[Services, Moved],
) -> None:
    services, _ = moved
    infusion_id = infusion_of(named(LIVES, names.HIGH_TITRE))
    state = services.tracker.state(infusion_id)
    assert state is not None
    proposal = state.proposals[AGREEMENT, "m6"]
    determination = proposal.event.determination
    opened = determination.obligation.opens_on
    sent = [event for event in state.events if isinstance(event.body, ReminderSent) and event.body.milestone == "m6"]
    assert DEFAULT_DEMO_CLOCK.date() < opened < (DEFAULT_DEMO_CLOCK + THIRTY_DAYS).date()
    assert sent
    assert sent[0].recorded_at > DEFAULT_DEMO_CLOCK
    assert determination.finding == "not_met"
    assert [line.amount for line in proposal.event.refund] == [35_000_000]


def test_the_faded_expression_is_proposed_as_a_failure_of_a_quarter_of_the_price(
    moved: tuple[Services, Moved],
) -> None:
    services, _ = moved
    state = services.tracker.state(infusion_of(named(LIVES, names.FADED_AT_MONTH_24)))
    assert state is not None
    assert [line.amount for line in state.proposals[AGREEMENT, "m24"].event.refund] == [87_500_000]


def test_reminders_lie_in_the_outbox_folder_without_any_identity(
    moved: tuple[Services, Moved], moved_place: Place
) -> None:
    _, result = moved
    letters = [letter.read_text(encoding="utf-8") for letter in moved_place.settings.home.glob("outbox/*.eml")]
    assert len(letters) == result.reminded > 0
    for life in LIVES:
        private = (f"Patient {life.number:02d}", life.patient.member_reference, life.claim_reference)
        assert not [text for text in letters for word in private if word in text]


def test_the_proposals_wait_for_the_newcomer(moved: tuple[Services, Moved]) -> None:
    services, result = moved
    waiting = [
        proposal
        for infusion_id in services.tracker.log.infusion_ids()
        if (state := services.tracker.state(infusion_id)) is not None
        for proposal in state.proposals.values()
    ]
    assert result.proposed == 3
    assert len(waiting) == result.proposed + 3


def test_a_later_move_goes_on_where_the_earlier_one_stopped(copied: Place) -> None:
    once = move(copied.settings, timedelta(days=2))
    first = move(copied.settings, timedelta(days=1))
    second = move(copied.settings, timedelta(days=1))
    assert first.clock == once.clock + timedelta(days=1)
    assert second.clock == DEFAULT_DEMO_CLOCK + timedelta(days=4)
    services = open_services(copied.settings)
    known = [fact_id(life.number, told.key) for life in LIVES for told in life.told if told.known_at <= second.clock]
    stored = [event.event_id for event in services.tracker.log.since(0, 100_000)]
    services.close()
    assert set(known) <= set(stored)
    assert len(stored) == len(set(stored))


def test_what_happens_is_said_day_by_day(copied: Place) -> None:
    said: list[str] = []
    move(copied.settings, timedelta(days=2), say=said.append)
    assert said
    assert all(line.startswith("2028-03-1") for line in said)


def test_a_report_that_the_store_no_longer_takes_is_counted_and_does_not_stop_the_clock(copied: Place) -> None:
    services = open_services(copied.settings)
    try:
        services.tracker.records.demo.move_to(DEFAULT_DEMO_CLOCK + timedelta(days=400))
        result = advance(services, timedelta(days=1), wall=SystemClock())
    finally:
        services.close()
    assert result.clock == DEFAULT_DEMO_CLOCK + timedelta(days=401)
    assert set(result.refused) <= {"unknown-infusion", "unknown-milestone", "unknown-fact"}
    assert result.refused


def test_the_clock_of_a_store_that_is_no_demo_is_not_moved(place: Place) -> None:
    settings = place.settings
    with pytest.raises(NotADemoStore):
        move(settings, THIRTY_DAYS)
    services = open_services(settings)
    assert services.tracker.records.demo.instant() is None
    assert services.tracker.log.head() == 0
    services.close()


@pytest.mark.parametrize("distance", [timedelta(0), timedelta(days=-1), timedelta(hours=36)])
def test_the_clock_moves_forward_by_whole_days_only(copied: Place, distance: timedelta) -> None:
    with pytest.raises(ValueError, match="whole days"):
        move(copied.settings, distance)
