"""The mark of a demo store, and the instant at which its clock stands; a store without the mark has no demo clock."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.database import reading, writing
from adapters.records.columns import METADATA, UtcInstant

DEMO = sa.Table(
    "demo",
    METADATA,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("clock", UtcInstant, nullable=False),
)


class ClockRunsForward(ValueError):
    """The demo's clock only moves forward, since the log does."""


class Demo:
    """Marks a store as synthetic and moves its clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def instant(self) -> datetime | None:
        """The instant of the demo's clock; None where the store is not a demo."""
        with reading(self._engine) as connection:
            return connection.scalar(sa.select(DEMO.c.clock))

    def label(self) -> str | None:
        """The label of the mark; None where the store is not a demo."""
        with reading(self._engine) as connection:
            return connection.scalar(sa.select(DEMO.c.label))

    def mark(self, label: str, clock: datetime) -> None:
        """Mark the store as a demo whose clock begins at an instant; a second mark is refused by the database."""
        with writing(self._engine) as connection:
            connection.execute(sa.insert(DEMO).values(only=1, label=label, clock=clock))

    def move_to(self, instant: datetime) -> None:
        """Move the clock forward; ClockRunsForward where the instant lies before it or there is no demo."""
        with writing(self._engine) as connection:
            forward = sa.update(DEMO).where(DEMO.c.clock <= instant).values(clock=instant)
            if connection.execute(forward).rowcount != 1:
                raise ClockRunsForward("the store is not a demo, or its clock stands later already")
