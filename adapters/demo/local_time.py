"""The clock on the wall of an HTC: local mornings, office hours, and the instants that they are."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from adapters.local_time import zone_of


def local(day: date, hour: int, minute: int, zone: str) -> datetime:
    """A wall-clock time at the HTC as an instant with its own offset."""
    there = datetime.combine(day, time(hour, minute), tzinfo=zone_of(zone))
    offset = there.utcoffset() or timedelta(0)
    return there.replace(tzinfo=timezone(offset))


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def told_at(day: date, zone: str, minute: int = 0) -> datetime:
    """The instant in UTC at which something is entered on that day, in the HTC's afternoon of a working day."""
    return (local(working_day(day), 15, 0, zone) + timedelta(minutes=minute)).astimezone(UTC)
