"""What a view does not have completely is looked at in the log: nothing that is owed is missed."""

from dataclasses import replace

import pytest
from eventsourcing.persistence import StoredEvent

from adapters.views.projector import BatchProjector
from oba.facts.life_event import PatientDied
from projections.every import PROJECTIONS
from projections.reading import Reading
from projections.row import Row
from tests.adapters.worker.test_proposing import WINDOW_OPENS, _proposed
from tests.support.worker import House, Kept


def _blind(house: House, view: str) -> None:
    """Let a view be unable to fold anything from now on."""

    def broken(_: Reading) -> tuple[Row, ...]:
        raise RuntimeError

    house.projector = BatchProjector(
        house.tracker.log,
        house.views,
        house.tracker.reference,
        projections=tuple(replace(one, rows_of=broken) if one.name == view else one for one in PROJECTIONS),
    )


def test_a_reminder_is_sent_for_an_infusion_that_its_view_does_not_have(house: House, kept: Kept) -> None:
    _blind(house, "reminders_due")
    infusion = house.infuse()
    house.go_to(WINDOW_OPENS)
    house.worker(kept).tick()
    assert house.views.reminders_due(WINDOW_OPENS).rows == ()
    assert [rung for _, rung, _ in house.sent(infusion)] == ["t_minus_30"]


def test_a_determination_is_proposed_for_an_infusion_that_its_view_does_not_have(house: House, kept: Kept) -> None:
    _blind(house, "refund_triggers")
    infusion = house.infuse()
    house.go_to(WINDOW_OPENS)
    house.report(infusion, PatientDied(relation="unrelated"), WINDOW_OPENS)
    assert house.worker(kept).tick().proposed == 1
    assert len(_proposed(house, infusion)) == 1


def test_an_infusion_that_nobody_can_read_holds_up_no_other(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = house.infuse("first"), house.infuse("second")
    later = StoredEvent(first, len(house.tracker.log.stream(first)) + 1, "written_by_a_later_release", b"{}")
    house.tracker.log.recorder.append([later])
    house.go_to(WINDOW_OPENS)
    done = house.worker(kept).tick()
    assert [rung for _, rung, _ in house.sent(second)] == ["t_minus_30"]
    assert done.failed == 2
    assert f"infusion {first} could not be worked out" in caplog.text
