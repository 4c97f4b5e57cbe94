"""When a refund may be claimed, and how a claim stands on a day (C46, settled B4)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from oba.business_days import rolled
from oba.terms.business_days import BusinessDays
from oba.terms.settlement.claim_window import ClaimWindow

ClaimStanding: TypeAlias = Literal["open", "claimed", "lapsed", "stays_owed", "paid_unasked"]


@dataclass(frozen=True)
class ClaimPeriod:
    """The days on which a claim is in time: day 1 is the day after the anchor, the last day counts (settled B4)."""

    first_on: date
    last_on: date
    would_end_on: date | None
    """The last day before it moved to a business day; None where it did not move."""
    first_request_by_on: date | None


def claim_period(
    terms: ClaimWindow, *, approved_on: date, due_on: date, business_days: BusinessDays | None = None, stopped: int = 0
) -> ClaimPeriod:
    """The period of a claim; `stopped` are the days on which a dispute stopped the clock, where the terms say so."""
    anchor = approved_on if terms.counts_from == "approval" else due_on
    ends_on = anchor + timedelta(days=terms.days + stopped)
    moved = rolled(business_days, ends_on) if business_days is not None else ends_on
    first = terms.first_request_within_days
    return ClaimPeriod(
        first_on=anchor + timedelta(days=1),
        last_on=moved,
        would_end_on=ends_on if moved != ends_on else None,
        first_request_by_on=anchor + timedelta(days=first) if first is not None else None,
    )


def claim_standing(
    terms: ClaimWindow,
    period: ClaimPeriod,
    *,
    as_of: date,
    claimed_on: date | None,
    first_request_on: date | None = None,
) -> ClaimStanding:
    """How a refund stands: a claim in time holds; a first request that was needed and missed lets the rest lapse."""
    if terms.claimed_by == "nobody":
        return "paid_unasked"
    asked = [day for day in (first_request_on, claimed_on) if day is not None]
    requested_in_time = period.first_request_by_on is None or any(day <= period.first_request_by_on for day in asked)
    if claimed_on is not None and claimed_on <= period.last_on and requested_in_time:
        return "claimed"
    missed = period.first_request_by_on is not None and as_of > period.first_request_by_on and not requested_in_time
    if as_of <= period.last_on and not missed:
        return "open"
    return "lapsed" if terms.unclaimed == "lapses" else "stays_owed"
