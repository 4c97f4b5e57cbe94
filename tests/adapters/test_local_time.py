"""Local dates at the HTC: fixed once, by the pinned table, from an instant that says its offset."""

from datetime import UTC, date, datetime, timedelta, timezone
from importlib.metadata import version

import pytest

from adapters.local_time import fix_when, known_zones, local_day, zone_of
from oba.infusion.commands import When
from oba.problems import Refusal

CHICAGO = "America/Chicago"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-03-01T05:59:59+00:00", CHICAGO, "2026-02-28"),
        ("2026-03-01T06:00:00+00:00", CHICAGO, "2026-03-01"),
        ("2026-03-08T07:59:00+00:00", CHICAGO, "2026-03-08"),  # one minute before the clocks go forward
        ("2026-11-01T05:30:00+00:00", CHICAGO, "2026-11-01"),  # the first 00:30 of the night they go back
        ("2026-11-02T05:30:00+00:00", CHICAGO, "2026-11-01"),
        ("2026-03-01T09:59:00+00:00", "Pacific/Honolulu", "2026-02-28"),
        ("2026-03-01T10:00:00+14:00", "Pacific/Kiritimati", "2026-03-01"),
        ("2026-03-01T00:30:00+09:00", "UTC", "2026-02-28"),
    ],
)
def test_the_day_is_that_of_the_wall_calendar_of_the_htc(instant: str, zone: str, day: str) -> None:
    assert local_day(_at(instant), zone) == date.fromisoformat(day)


def test_an_instant_fixes_its_day_and_keeps_its_offset() -> None:
    at = datetime(2026, 2, 27, 22, 30, tzinfo=timezone(timedelta(hours=-6)))

    assert fix_when(None, at, CHICAGO) == When(occurred_on=date(2026, 2, 27), occurred_at=at)
    assert fix_when(date(2026, 2, 27), at, CHICAGO) == When(occurred_on=date(2026, 2, 27), occurred_at=at)


def test_an_instant_given_in_utc_keeps_the_clock_reading_of_the_htc() -> None:
    when = fix_when(None, datetime(2026, 2, 28, 4, 30, tzinfo=UTC), CHICAGO)

    assert isinstance(when, When)
    assert when.occurred_at is not None
    assert when.occurred_at.isoformat() == "2026-02-27T22:30:00-06:00"


def test_a_day_alone_is_taken_as_the_day_at_the_htc() -> None:
    assert fix_when(date(2026, 2, 27), None, CHICAGO) == When(occurred_on=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("occurred_on", "occurred_at", "zone", "code"),
    [
        (None, None, CHICAGO, "missing-field"),
        (None, datetime(2026, 2, 27, 22, 30), CHICAGO, "time-zone-required"),  # noqa: DTZ001
        (date(2026, 2, 28), datetime(2026, 2, 28, 4, 30, tzinfo=UTC), CHICAGO, "day-and-instant-disagree"),
        (date(2026, 2, 28), None, "US/Foo", "time-zone"),
        (date(2026, 2, 28), None, "CST", "time-zone"),
        (date(2026, 2, 28), None, "", "time-zone"),
    ],
)
def test_what_does_not_fix_a_day_is_refused(
    occurred_on: date | None, occurred_at: datetime | None, zone: str, code: str
) -> None:
    refused = fix_when(occurred_on, occurred_at, zone)

    assert isinstance(refused, Refusal)
    assert [problem.code for problem in refused.problems] == [code]


def test_a_naive_instant_or_an_unknown_zone_has_no_local_day() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2026, 2, 27, 22, 30), CHICAGO)  # noqa: DTZ001
    with pytest.raises(ValueError, match="IANA"):
        local_day(datetime(2026, 2, 27, 22, 30, tzinfo=UTC), "US/Foo")


def test_the_zones_are_those_of_the_pinned_package() -> None:
    assert version("tzdata")
    assert {CHICAGO, "Pacific/Honolulu", "UTC"} <= known_zones()
    assert zone_of("posixrules") is None
    assert all(zone_of(name) is not None for name in known_zones())
