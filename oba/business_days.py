"""Moving a deadline off a weekend or holiday as the agreement names it (settled B4)."""

from datetime import date, timedelta
from typing import assert_never, get_args

from oba.terms.business_days import BusinessDays, Weekday

_WEEK: tuple[str, ...] = get_args(Weekday)


def is_business_day(terms: BusinessDays, day: date) -> bool:
    """Whether the calendar of the agreement counts the day as a business day."""
    return _WEEK[day.weekday()] not in terms.weekend and day not in terms.holidays


def rolled(terms: BusinessDays, day: date) -> date:
    """The deadline after its move; a business day stays where it is."""
    match terms.rule:
        case "following":
            return _towards(terms, day, 1)
        case "preceding":
            return _towards(terms, day, -1)
        case "modified_following":
            following = _towards(terms, day, 1)
            return following if following.month == day.month else _towards(terms, day, -1)
        case _:  # pragma: no cover
            assert_never(terms.rule)


def _towards(terms: BusinessDays, day: date, step: int) -> date:
    while not is_business_day(terms, day):
        day += timedelta(days=step)
    return day
