"""Months from Day 0 between clamped anniversaries; a part is its days over that month's own days (settled F3)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oba.dates import shift_months


@dataclass(frozen=True)
class Elapsed:
    """Whole months, and days of the month that has begun."""

    months: int
    days: int
    days_of_month: int

    @property
    def exact(self) -> Fraction:
        """The months as one exact number."""
        return self.months + Fraction(self.days, self.days_of_month)

    def __str__(self) -> str:
        part = f" and {self.days} of {self.days_of_month} days" if self.days else ""
        return f"{self.months} months{part}"


def elapsed(day_0: date, on: date) -> Elapsed:
    """How long a day lies after Day 0; the day is not before it."""
    months = 12 * (on.year - day_0.year) + on.month - day_0.month
    if shift_months(day_0, months) > on:
        months -= 1
    begun, ends = shift_months(day_0, months), shift_months(day_0, months + 1)
    return Elapsed(months, (on - begun).days, (ends - begun).days)
