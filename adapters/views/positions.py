"""How far each view has come in the log: locked while rows are replaced, moved on by compare-and-set only.

Whoever takes a view names with what he makes its rows; one that carries another label is of another release, and is
neither held nor moved (`prepare.py` alone labels views anew).
"""

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.engine import Connection

from adapters.database import put_row
from adapters.views.dead_letters import DEAD_LETTERS
from adapters.views.tables import METADATA

POSITIONS = sa.Table(
    "view_positions",
    METADATA,
    sa.Column("view", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("log_mark", sa.Uuid),
    sa.Column("made_with", sa.Text, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("problem_position", sa.BigInteger),
)


class ViewPosition(BaseModel):
    """How far a view has come, what stopped it, and how many infusions it has as of before only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: str
    position: int
    log_mark: UUID | None
    """Of the event at the position: by it a view knows the log that it was folded from."""
    made_with: str
    problem: str | None
    """The code of what stopped the view; only documents that cannot be read do."""
    problem_position: int | None
    incomplete: int = 0
    """How many infusions could not be folded; see `dead_letters`."""


class PositionMoved(RuntimeError):
    """Another projector moved this view's position meanwhile; the transaction must not commit."""


def locked(connection: Connection, made_with: Mapping[str, str], *, wait: bool) -> dict[str, int]:
    """Take the position rows of views with these labels and say where they stand; taken ones are waited for or left."""
    column = POSITIONS.c
    rows = sa.select(column.view, column.position).where(_labelled(made_with)).order_by(column.view)
    found = connection.execute(rows.with_for_update(skip_locked=not wait))
    return {row.view: int(row.position) for row in found}


def take(connection: Connection, views: Collection[str]) -> None:
    """Wait for the position rows of views, whatever their label, in the order in which everybody takes them."""
    column = POSITIONS.c
    connection.execute(sa.select(column.view).where(column.view.in_(views)).order_by(column.view).with_for_update())


def advance(connection: Connection, made_with: Mapping[str, str], old: int, new: int, mark: UUID | None) -> None:
    """Move views from `old` to the event at `new` and clear their problem.

    PositionMoved unless all of them are at `old` and carry these labels.
    """
    moved = connection.execute(
        sa.update(POSITIONS)
        .where(_labelled(made_with), POSITIONS.c.position == old)
        .values(position=new, log_mark=mark, problem=None, problem_position=None)
    )
    if moved.rowcount != len(made_with):
        raise PositionMoved(", ".join(sorted(made_with)))


def begin_again(connection: Connection, view: str, made_with: str) -> None:
    """Set a view back to the beginning under a label, whether it was there or not."""
    afresh = {"position": 0, "log_mark": None, "made_with": made_with, "problem": None, "problem_position": None}
    put_row(connection, POSITIONS, {"view": view, **afresh})


def _labelled(made_with: Mapping[str, str]) -> sa.ColumnElement[bool]:
    return sa.tuple_(POSITIONS.c.view, POSITIONS.c.made_with).in_(sorted(made_with.items()))


def record_problem(connection: Connection, views: Collection[str], problem: str, position: int) -> bool:
    """Write down what stops views before a position, unless they have passed it; whether that is new."""
    column = POSITIONS.c
    known = sa.and_(column.problem == problem, column.problem_position == position)
    stopped = connection.execute(
        sa.update(POSITIONS)
        .where(column.view.in_(views), column.position < position, sa.not_(sa.func.coalesce(known, sa.false())))
        .values(problem=problem, problem_position=position)
    )
    return stopped.rowcount > 0


def positions(connection: Connection) -> tuple[ViewPosition, ...]:
    """Every view's position, by name."""
    letters = (
        sa.select(DEAD_LETTERS.c.view, sa.func.count().label("incomplete")).group_by(DEAD_LETTERS.c.view).subquery()
    )
    incomplete = sa.func.coalesce(letters.c.incomplete, 0).label("incomplete")
    joined = POSITIONS.outerjoin(letters, letters.c.view == POSITIONS.c.view)
    rows = connection.execute(sa.select(*POSITIONS.c, incomplete).select_from(joined)).mappings()
    return tuple(sorted((ViewPosition.model_validate(dict(row)) for row in rows), key=lambda one: one.view))
