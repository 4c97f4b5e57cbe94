"""One limit over several infusions, which the statement applies (C29, settled F8, decided point 9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import assert_never
from uuid import UUID

from oba.dates import Span, shift_months
from oba.refund.running_totals import running_shares
from oba.terms.refund.caps import AggregateCap, CalendarYear, InfusionYear, YearCap


@dataclass(frozen=True)
class Claim:
    """What one infusion is owed before the cap, in cents, and the date that the cap names."""

    infusion_id: UUID
    infused_on: date
    dated_on: date
    owed: int
    issued: int = 0
    """What was granted to it before."""

    @property
    def order(self) -> tuple[date, date, UUID]:
        """The named date; of one day the infusion date, then the id."""
        return (self.dated_on, self.infused_on, self.infusion_id)


def shared_cap(cap: YearCap | AggregateCap, claims: Iterable[Claim]) -> dict[UUID, int]:
    """What each infusion is granted, in cents, in the order in which they take part; together never above the limit.

    Where a late failure does not reopen what was granted before, that stays, and the rest is shared.
    """
    in_order = sorted(claims, key=lambda claim: claim.order)
    kept = {claim.infusion_id: 0 if cap.shared.reopen else min(claim.issued, claim.owed) for claim in in_order}
    rest = max(0, cap.amount - sum(kept.values()))
    asked = [claim.owed - kept[claim.infusion_id] for claim in in_order]
    match cap.shared.by:
        case "in_date_order":
            further = _in_order(asked, rest)
        case "pro_rata":
            further = _pro_rata(asked, rest)
        case _:  # pragma: no cover
            assert_never(cap.shared.by)
    return {claim.infusion_id: kept[claim.infusion_id] + more for claim, more in zip(in_order, further, strict=True)}


def year_of(year: CalendarYear | InfusionYear, day_0: date, day: date) -> Span:
    """The year in which a day lies, from its first day to its last; both are days of it (settled F8)."""
    match year:
        case CalendarYear(first_day=first_day):
            month, day_of_month = (int(part) for part in first_day.split("-"))
            starts = date(day.year, month, day_of_month)
            first = starts if starts <= day else date(day.year - 1, month, day_of_month)
            return Span(first=first, last=date(first.year + 1, month, day_of_month) - timedelta(days=1))
        case InfusionYear(first_day=first_day):
            return _infusion_year(day_0, day, shifted=first_day == "day_after_day_0")
        case _:  # pragma: no cover
            assert_never(year)


def _infusion_year(day_0: date, day: date, *, shifted: bool) -> Span:
    """Anniversaries are counted from Day 0, never chained; with the day after, they are the last day of a year."""
    later = timedelta(days=1 if shifted else 0)
    number = day.year - day_0.year
    if shift_months(day_0, 12 * number) + later > day:
        number -= 1
    first = shift_months(day_0, 12 * number) + later
    return Span(first=first, last=shift_months(day_0, 12 * (number + 1)) + later - timedelta(days=1))


def _in_order(asked: list[int], rest: int) -> list[int]:
    found: list[int] = []
    for cents in asked:
        found.append(min(cents, rest))
        rest -= found[-1]
    return found


def _pro_rata(asked: list[int], rest: int) -> list[int]:
    """Shares of the limit by what each is owed, by running totals, half to even; nobody has more than asked."""
    if sum(asked) <= rest:
        return asked
    return list(running_shares(rest, [Fraction(cents) for cents in asked], "half_even"))
