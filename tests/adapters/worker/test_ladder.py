"""On which local days who is told, and what is skipped with which reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.notices.problem import NotDeliveredError
from tests.support.worker import DUE_ON, House, Kept, a_person

LADDER = [
    (DUE_ON - timedelta(days=30), "t_minus_30"),
    (DUE_ON - timedelta(days=7), "t_minus_7"),
    (DUE_ON, "due"),
    (DUE_ON + timedelta(days=7), "t_plus_7"),
    (DUE_ON + timedelta(days=27), "closes_minus_3"),
]


def test_each_rung_is_sent_on_its_local_day_and_never_again(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    worker = house.worker(kept)
    day = DUE_ON - timedelta(days=35)
    while day <= DUE_ON + timedelta(days=40):
        house.go_to(day)
        worker.tick()
        worker.tick()
        day += timedelta(days=1)
    assert house.sent(infusion) == [(on, rung, "PER-CLERK") for on, rung in LADDER]
    assert len(kept.messages) == len({message["key"] for message in kept.messages}) == 5


@pytest.mark.parametrize(
    ("htc_id", "first_instant"),
    [
        ("HTC-1", datetime(2026, 2, 8, 6, 0, tzinfo=UTC)),  # midnight in Chicago, UTC-6
        ("HTC-2", datetime(2026, 2, 7, 11, 0, tzinfo=UTC)),  # midnight in Auckland, UTC+13 in summer
    ],
)
def test_a_rung_begins_with_the_day_at_the_htc(house: House, kept: Kept, htc_id: str, first_instant: datetime) -> None:
    house.records.import_directory([a_person("PER-SOUTH", "HTC-2")])
    infusion = house.infuse(htc_id=htc_id)
    worker = house.worker(kept)
    house.still.move_to(first_instant - timedelta(seconds=1))
    worker.tick()
    assert house.sent(infusion) == []
    house.still.move_to(first_instant)
    worker.tick()
    assert [(on, rung) for on, rung, _ in house.sent(infusion)] == [(date(2026, 2, 8), "t_minus_30")]


def test_the_last_day_of_a_window_is_used_to_its_end_at_the_htc(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    house.still.move_to(datetime(2026, 4, 10, 4, 59, tzinfo=UTC))  # the last minute of 9 April in Chicago
    house.worker(kept).tick()
    assert [rung for _, rung, _ in house.sent(infusion)] == ["closes_minus_3"]


def test_a_window_that_went_by_in_darkness_is_still_reminded_of_once_for_the_cure(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    house.go_to(date(2026, 4, 10))
    for _ in range(2):
        house.worker(kept).tick()
    assert [rung for _, rung, _ in house.sent(infusion)] == ["closes_minus_3"]
    assert house.skipped(infusion) == [(rung, "overtaken_by_later_rung") for _, rung in LADDER[:-1]]


def test_after_darkness_only_the_latest_rung_is_sent_and_the_earlier_ones_are_recorded_as_overtaken(
    house: House, kept: Kept
) -> None:
    infusion = house.infuse()
    house.go_to(DUE_ON + timedelta(days=1))
    house.worker(kept).tick()
    assert [rung for _, rung, _ in house.sent(infusion)] == ["due"]
    assert house.skipped(infusion) == [(rung, "overtaken_by_later_rung") for rung in ("t_minus_30", "t_minus_7")]


def test_a_notice_that_waits_while_a_later_rung_comes_is_cancelled(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    kept.failures = [NotDeliveredError("mail-server-unreachable")]
    house.go_to(DUE_ON - timedelta(days=30))
    house.worker(kept).tick()
    house.go_to(DUE_ON - timedelta(days=7))
    house.worker(kept).tick()
    assert house.skipped(infusion) == [("t_minus_30", "overtaken_by_later_rung")]
    assert sorted(house.outbox(), key=str) == [("cancelled", "overtaken_by_later_rung"), ("sent", None)]


def test_everybody_of_the_htc_who_takes_notices_is_told_and_nobody_else(house: House, kept: Kept) -> None:
    house.records.import_directory(
        [
            a_person("PER-NURSE"),
            a_person("PER-SILENT", receives_notices=False),
            a_person("PER-ELSEWHERE", "HTC-2"),
        ]
    )
    house.infuse()
    house.go_to(DUE_ON - timedelta(days=30))
    house.worker(kept).tick()
    assert sorted(message["address"] for message in kept.messages) == ["per-clerk@htc.example", "per-nurse@htc.example"]


def test_somebody_who_joins_later_is_told_of_the_rung_that_stands(house: House, kept: Kept) -> None:
    infusion = house.infuse()
    house.go_to(DUE_ON - timedelta(days=30))
    house.worker(kept).tick()
    house.records.import_directory([a_person("PER-NURSE")])
    house.go_to(DUE_ON - timedelta(days=20))
    house.worker(kept).tick()
    assert [(rung, who) for _, rung, who in house.sent(infusion)] == [
        ("t_minus_30", "PER-CLERK"),
        ("t_minus_30", "PER-NURSE"),
    ]


def test_an_htc_without_anybody_to_tell_is_said_once(
    house: House, kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    house.infuse(htc_id="HTC-2")
    house.go_to(DUE_ON - timedelta(days=30))
    worker = house.worker(kept)
    worker.tick()
    worker.tick()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["nobody at HTC-2 takes notices; name somebody with: oba directory import"]


@pytest.mark.parametrize("hours_off", [1, 24, 24 * 30, 24 * 365 * 3])
def test_no_milestone_is_missed_however_long_the_worker_was_off(house: House, kept: Kept, hours_off: int) -> None:
    infusion = house.infuse()
    house.go_to(DUE_ON - timedelta(days=31))
    house.worker(kept).tick()
    house.still.move_by(timedelta(hours=hours_off))
    house.worker(kept).tick()
    house.still.move_by(timedelta(days=365))
    house.worker(kept).tick()
    rungs = [rung for _, rung, _ in house.sent(infusion)] + [rung for rung, _ in house.skipped(infusion)]
    assert sorted(rungs) == sorted(rung for _, rung in LADDER)
