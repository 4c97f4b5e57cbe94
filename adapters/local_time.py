"""Local dates at the HTC, by the pinned table of time zones and not by the machine's (decided point 6)."""

from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from oba.infusion.commands import When
from oba.problems import Refusal, refuse


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """The names of all IANA zones of the pinned table."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, or None where the pinned table does not know it."""
    if name not in known_zones():
        return None
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day at an instant in a zone; ValueError for a naive instant or an unknown zone."""
    rules = zone_of(zone)
    if rules is None:
        raise ValueError("unknown time zone; use a name of the IANA table such as America/Chicago")
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its offset from UTC")
    return instant.astimezone(rules).date()


def fix_when(occurred_on: date | None, occurred_at: datetime | None, zone: str) -> When | Refusal:
    """Fix the local date at the HTC once and for good, from a day, an instant with offset, or both where they agree.

    The instant keeps the offset that holds at the HTC, so that its clock reading is that of the HTC's wall.
    """
    rules = zone_of(zone)
    if rules is None:
        return refuse(
            "invalid",
            "time-zone",
            "the time zone is not known",
            "use an IANA name such as America/Chicago",
            "/time_zone",
        )
    if occurred_at is None:
        if occurred_on is None:
            return _nothing_said()
        return When(occurred_on=occurred_on)
    if occurred_at.utcoffset() is None:
        return refuse(
            "invalid",
            "time-zone-required",
            "the instant has no offset from UTC",
            "add the offset, such as -05:00 or Z",
            "/occurred_at",
        )
    day = local_day(occurred_at, zone)
    if occurred_on is not None and occurred_on != day:
        return refuse(
            "invalid",
            "day-and-instant-disagree",
            "the day is not the local date at the HTC of the instant",
            "correct one of the two, or leave the day out",
            "/occurred_on",
        )
    return When(occurred_on=day, occurred_at=occurred_at.astimezone(rules))


def _nothing_said() -> Refusal:
    return refuse(
        "invalid",
        "missing-field",
        "it is not said when this happened",
        "give occurred_on (the local date at the HTC) or occurred_at (an instant with its offset)",
        "/occurred_on",
    )
