"""How far each view has come in the log: locked while a batch is applied, moved on by compare-and-set only."""

from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.engine import Connection

from adapters.views.tables import METADATA

POSITIONS = sa.Table(
    "view_positions",
    METADATA,
    sa.Column("view", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("last_event_id", sa.Uuid),
    sa.Column("made_with", sa.Text, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("problem_position", sa.BigInteger),
    sa.Column("problem_infusion_id", sa.Uuid),
)


class ViewPosition(BaseModel):
    """How far a view has come, and what stopped it: a code, the last event it tried, the infusion it was folding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: str
    position: int
    last_event_id: UUID | None
    """The event at the position: by it a view knows the log that it was folded from."""
    made_with: str
    problem: str | None
    problem_position: int | None
    problem_infusion_id: UUID | None


class PositionMoved(RuntimeError):
    """Another projector moved this view's position meanwhile; the transaction must not commit."""


def lock(connection: Connection, view: str) -> int:
    """Take the view's position row for this transaction and say where it stands."""
    row = sa.select(POSITIONS.c.position).where(POSITIONS.c.view == view).with_for_update()
    return int(connection.execute(row).scalar_one())


def advance(connection: Connection, view: str, old: int, new: int, event_id: UUID | None) -> None:
    """Move a view from `old` to the event at `new` and clear its problem; PositionMoved unless it is at `old`."""
    moved = connection.execute(
        sa.update(POSITIONS)
        .where(POSITIONS.c.view == view, POSITIONS.c.position == old)
        .values(position=new, last_event_id=event_id, problem=None, problem_position=None, problem_infusion_id=None)
    )
    if moved.rowcount != 1:
        raise PositionMoved(view)


def record_problem(connection: Connection, view: str, problem: str, position: int, infusion_id: UUID | None) -> None:
    """Write down what stopped a view, unless another projector has passed the event; the position stays."""
    connection.execute(
        sa.update(POSITIONS)
        .where(POSITIONS.c.view == view, POSITIONS.c.position < position)
        .values(problem=problem, problem_position=position, problem_infusion_id=infusion_id)
    )


def positions(connection: Connection) -> tuple[ViewPosition, ...]:
    """Every view's position, by name."""
    rows = connection.execute(sa.select(POSITIONS).order_by(POSITIONS.c.view))
    return tuple(ViewPosition.model_validate(dict(row)) for row in rows.mappings())
