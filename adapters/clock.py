"""The only source of the present, of random ids and of secrets; everywhere else they are arguments."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.database import reading


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


class DatabaseClock:
    """The clock of a PostgreSQL server: one for all machines, so that a lease means the same to every worker."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        """The present instant at the server, in UTC."""
        with reading(self._engine) as connection:
            instant: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return instant.astimezone(UTC)


class FixedClock:
    """A clock that stands until it is moved; for tests and for recomputing a past day."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant at which the clock stands, in UTC."""
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Put the clock to another instant."""
        self._instant = instant.astimezone(UTC)

    def move_by(self, distance: timedelta) -> None:
        """Move the clock on, or back where the distance is negative."""
        self._instant += distance


class HoldsInstant(Protocol):
    """A store that keeps the instant of its demo."""

    def instant(self) -> datetime | None:
        """The demo's instant, or None where the store is not a demo."""
        ...


class NotADemo(RuntimeError):
    """The store carries no demo marker, so it has no demo clock."""


class DemoClock:
    """The clock of a demo store: the instant that its records hold, moved only by the demo itself."""

    def __init__(self, demo: HoldsInstant) -> None:
        self._demo = demo

    def now(self) -> datetime:
        """The demo's instant, in UTC; NotADemo where the store carries no marker."""
        instant = self._demo.instant()
        if instant is None:
            raise NotADemo("this store is not a demo; its clock is that of the machine")
        return instant


def new_id() -> UUID:
    """A fresh random id."""
    return uuid4()


def new_secret(length: int = 32) -> bytes:
    """Fresh bytes that nobody can guess."""
    return secrets.token_bytes(length)
