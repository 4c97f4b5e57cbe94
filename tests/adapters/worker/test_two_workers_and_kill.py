"""Two worker processes, killed with SIGKILL at random moments: recorded exactly once, delivered at least once."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.clock import SystemClock
from adapters.settings import Settings
from oba.infusion.events import ReminderSent
from tests.support.mail import MailServer
from tests.support.place import Place
from tests.support.worker import DUE_ON, House, a_person, at
from tests.support.worker_processes import Crew, kill_at_random

PEOPLE = ("PER-CLERK", "PER-NURSE", "PER-LEAD")
INFUSIONS, KILLS, PATIENCE_SECONDS = 20, 20, 120


def _prepare(settings: Settings) -> list[UUID]:
    house = House(settings).furnish(*(a_person(person) for person in PEOPLE))
    infusions = [house.infuse(f"number {number}") for number in range(INFUSIONS)]
    house.projector.catch_up()
    house.records.demo.mark("synthetic", at(DUE_ON - timedelta(days=30)))
    house.close()
    return infusions


def _recorded(settings: Settings, infusions: list[UUID]) -> Counter[UUID]:
    house = House(settings)
    bodies = [event.body for infusion in infusions for event in house.tracker.log.stream(infusion)]
    house.close()
    return Counter(body.reminder_id for body in bodies if isinstance(body, ReminderSent))


def _finish(crew: Crew, infusions: list[UUID]) -> None:
    """Let a worker that nobody kills end what is left."""
    survivor = crew.start()
    for _ in range(PATIENCE_SECONDS * 5):
        if len(_recorded(crew.settings, infusions)) == INFUSIONS * len(PEOPLE):
            break
        threading.Event().wait(0.2)
    survivor.kill()
    survivor.join()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_every_reminder_is_recorded_once_and_delivered_at_least_once_under_the_same_key(
    place: Place, mail_server: MailServer, seed: int
) -> None:
    infusions = _prepare(place.settings)
    crew = Crew(place.settings, mail_server.port, SystemClock().now())
    died_after_delivering = kill_at_random(crew, mail_server, seed, KILLS)
    _finish(crew, infusions)
    recorded = _recorded(place.settings, infusions)
    assert set(recorded.values()) == {1}
    assert len(recorded) == INFUSIONS * len(PEOPLE)
    assert set(mail_server.message_ids) == {f"<{reminder}@house.example>" for reminder in recorded}
    assert died_after_delivering == KILLS // 4
    assert len(mail_server.message_ids) > len(recorded)  # somebody died in between, and the mail went again
