"""Local dates at the HTC, instants with their offset, and the arithmetic of agreed periods.

The domain knows no time zones: a fact's local date was fixed on entry and never moves (decided point 6).
Due dates are counted from their anchor and never chained.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal, TypeAlias, assert_never

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema, model_validator

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_WIDEST_OFFSET = timedelta(hours=14)
_NOT_AN_INSTANT = "this is not an instant; write it as YYYY-MM-DDThh:mm:ss with an offset such as -05:00 or Z"

MonthEnd: TypeAlias = Literal["clamp", "next_first_of_month"]
OffsetUnit: TypeAlias = Literal["days", "weeks", "months", "years"]


def read_day(value: object) -> date:
    """Read a calendar day written YYYY-MM-DD; a number, an instant or another spelling is refused with ValueError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        day = value
    elif isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError("no such day in the calendar; write an existing day as YYYY-MM-DD") from None
    else:
        raise ValueError("this is not a day; write it as YYYY-MM-DD")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"the day lies too far away; give one from {FIRST_DAY} to {LAST_DAY}")
    return day


def read_instant(value: object) -> datetime:
    """Read an instant in ISO 8601 with its offset; without an offset it is refused with ValueError.

    The offset is fixed: between two instants of one named zone Python would count clock readings instead of hours.
    """
    if isinstance(value, str):
        if not _INSTANT.fullmatch(value):
            raise ValueError(_NOT_AN_INSTANT)
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(
                "no such instant in the calendar; write an existing one, without leap second and hour 24"
            ) from None
    if not isinstance(value, datetime):
        raise ValueError(_NOT_AN_INSTANT)
    offset = value.utcoffset()
    if offset is None:
        raise ValueError("the offset from UTC is missing; add it, such as -05:00 or Z")
    if abs(offset) > _WIDEST_OFFSET:
        raise ValueError("there is no such offset from UTC; give one from -14:00 to +14:00")
    if not FIRST_DAY < value.date() < LAST_DAY:
        raise ValueError(f"the instant lies too far away; give one from {FIRST_DAY} to {LAST_DAY}")
    return value.replace(tzinfo=timezone(offset), fold=0)


def write_instant(value: datetime) -> str:
    """Write an instant with the offset it was given with; UTC is written Z."""
    text = value.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


Day = Annotated[date, BeforeValidator(read_day), PlainSerializer(date.isoformat, return_type=str)]
Instant = Annotated[
    datetime,
    BeforeValidator(read_instant),
    PlainSerializer(write_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Moment(BaseModel):
    """A day at the HTC and, where it is known, the instant on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: Day
    at: Instant | None = None

    @model_validator(mode="after")
    def _one_day(self) -> "Moment":
        if self.at is not None and self.at.date() != self.on:
            raise ValueError("day and instant contradict each other; give the instant with the offset at the HTC")
        return self


class Offset(BaseModel):
    """A distance in time in one unit; units are never converted into each other (180 days is not 6 months)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    amount: int
    unit: OffsetUnit

    @model_validator(mode="after")
    def _not_negative(self) -> "Offset":
        if not 0 <= self.amount <= 36_525:
            raise ValueError(
                "an offset is a whole number from 0 to 36525; write 0 or more, what lies before has a field of its own"
            )
        return self


class Span(BaseModel):
    """A closed interval of local dates; both ends belong to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Day
    last: Day

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """How many days the span has; 0 where it ends before it begins."""
        return max(0, (self.last - self.first).days + 1)


def shift(anchor: date, offset: Offset, month_end: MonthEnd = "clamp") -> date:
    """Count an offset from an anchor day; month ends as `month_end` says (settled B5)."""
    match offset.unit:
        case "days":
            return anchor + timedelta(days=offset.amount)
        case "weeks":
            return anchor + timedelta(weeks=offset.amount)
        case "months":
            return shift_months(anchor, offset.amount, month_end)
        case "years":
            return shift_months(anchor, 12 * offset.amount, month_end)
        case _:  # pragma: no cover
            assert_never(offset.unit)


def shift_months(anchor: date, months: int, month_end: MonthEnd = "clamp") -> date:
    """Count whole calendar months from an anchor: 31 August + 6 is 28 or 29 February under `clamp`."""
    clamped = anchor + relativedelta(months=months)
    if month_end == "clamp" or clamped.day == anchor.day:
        return clamped
    return clamped.replace(day=1) + relativedelta(months=1)


def months_span(day_0: date, first_month: int, last_month: int, month_end: MonthEnd = "clamp") -> Span:
    """Months a to b as a closed span: from the day after Day 0 + (a-1) months to Day 0 + b months (settled B1)."""
    before = shift_months(day_0, first_month - 1, month_end)
    return Span(first=before + timedelta(days=1), last=shift_months(day_0, last_month, month_end))


def start_of_day_utc(day: date) -> datetime:
    """The first instant of a day in UTC; for ordering only, never for a local date."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def plain(value: Any) -> str:
    """A day or an instant as the text that people and documents read."""
    return write_instant(value) if isinstance(value, datetime) else str(value)
