"""Infusions that a view could not fold: kept by name until a later event or release can, and never shown as complete.

The view goes on for all other infusions. What it has of the one concerned is that of before, or nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.engine import Connection

from adapters.records.columns import UtcInstant
from adapters.views.tables import METADATA

DEAD_LETTERS = sa.Table(
    "view_dead_letters",
    METADATA,
    sa.Column("view", sa.Text, primary_key=True),
    sa.Column("infusion_id", sa.Uuid, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("first_seen_at", UtcInstant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
)


class DeadLetter(BaseModel):
    """An infusion that is incomplete in a view: the first event with which its fold fails, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: str
    infusion_id: UUID
    position: int
    topic: str
    problem: str
    """The type of the exception; never its message, which may carry values."""
    first_seen_at: datetime
    """In the time of the log: the stamp of the newest event that the projector had read."""
    attempts: int = 1


def dead_letters(connection: Connection, views: Collection[str] | None = None) -> tuple[DeadLetter, ...]:
    """Every dead letter of these views, or of all; by view and place in the log."""
    wanted = sa.select(DEAD_LETTERS)
    if views is not None:
        wanted = wanted.where(DEAD_LETTERS.c.view.in_(views))
    found = (DeadLetter.model_validate(dict(row)) for row in connection.execute(wanted).mappings())
    return tuple(sorted(found, key=lambda one: (one.view, one.position, one.infusion_id)))


def keep(connection: Connection, letters: Sequence[DeadLetter]) -> tuple[DeadLetter, ...]:
    """Write down what could not be folded; one that was there before is counted on. The new ones are answered."""
    if not letters:
        return ()
    before = {(one.view, one.infusion_id): one for one in dead_letters(connection, {one.view for one in letters})}
    new = tuple(one for one in letters if (one.view, one.infusion_id) not in before)
    kept = [_again(before.get((one.view, one.infusion_id)), one) for one in letters]
    forget(connection, kept)
    connection.execute(sa.insert(DEAD_LETTERS), [one.model_dump() for one in kept])
    return new


def _again(before: DeadLetter | None, letter: DeadLetter) -> DeadLetter:
    if before is None:
        return letter
    return letter.model_copy(update={"first_seen_at": before.first_seen_at, "attempts": before.attempts + 1})


def forget(connection: Connection, letters: Collection[DeadLetter]) -> None:
    """Take away letters whose infusions could be folded."""
    if letters:
        column = DEAD_LETTERS.c
        gone = sa.delete(DEAD_LETTERS).where(
            column.view == sa.bindparam("of_view"), column.infusion_id == sa.bindparam("of_infusion")
        )
        connection.execute(gone, [{"of_view": one.view, "of_infusion": one.infusion_id} for one in letters])


def forget_all(connection: Connection, views: Collection[str]) -> None:
    """Take away every letter of views that are filled from the beginning."""
    connection.execute(sa.delete(DEAD_LETTERS).where(DEAD_LETTERS.c.view.in_(views)))
