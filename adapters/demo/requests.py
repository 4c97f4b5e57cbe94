"""Data requests of the payer that follows the biannual rule: asked every seven months, once too early, and answered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.demo.directory import BIANNUAL_PAYER
from adapters.demo.local_time import working_day
from adapters.demo.script import Script
from oba.dates import shift_months

MONTHS_BETWEEN_REQUESTS = 7
LAST_MONTH = 56
ANSWERED_AFTER_DAYS = 30
TOO_EARLY_IN_LIFE = 6
TOO_EARLY_AFTER_DAYS = 75
OFFICE_HOUR_UTC = 16


@dataclass(frozen=True)
class Request:
    """One request of a payer: when it was asked, and when it was answered or declined."""

    key: str
    asked_at: datetime
    answered_at: datetime
    too_early: bool = False


def requests(script: Script) -> tuple[Request, ...]:
    """All requests of the payer on one infusion, by date; none from the payers without a rule."""
    if script.payer_id != BIANNUAL_PAYER:
        return ()
    asked = [
        _request(f"request-{month}", working_day(shift_months(script.day_0, month)))
        for month in range(MONTHS_BETWEEN_REQUESTS, LAST_MONTH + 1, MONTHS_BETWEEN_REQUESTS)
    ]
    if script.number == TOO_EARLY_IN_LIFE:
        again = working_day(shift_months(script.day_0, MONTHS_BETWEEN_REQUESTS) + timedelta(days=TOO_EARLY_AFTER_DAYS))
        asked.append(_request("request-too-early", again, too_early=True))
    alive = (one for one in asked if script.died_on is None or one.asked_at.date() < script.died_on)
    return tuple(sorted(alive, key=lambda one: one.asked_at))


def _request(key: str, day: date, *, too_early: bool = False) -> Request:
    answered = working_day(day + timedelta(days=2 if too_early else ANSWERED_AFTER_DAYS))
    return Request(key=key, asked_at=_office_hour(day), answered_at=_office_hour(answered), too_early=too_early)


def _office_hour(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, OFFICE_HOUR_UTC, 0, tzinfo=UTC)
