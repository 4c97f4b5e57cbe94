"""What could not be folded has a table of its own; a view knows its log by a mark that does not need the event's bytes.

Positions are made anew, so every view is filled from the beginning once.
"""

import sqlalchemy as sa
from alembic.operations import Operations

from adapters.database import plain_text

revision = "0002"
down_revision = "0001"


def upgrade(op: Operations) -> None:
    """Make the two tables."""
    op.drop_table("view_positions")
    op.create_table(
        "view_positions",
        sa.Column("view", plain_text(), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("log_mark", sa.Uuid),
        sa.Column("made_with", plain_text(), nullable=False),
        sa.Column("problem", plain_text()),
        sa.Column("problem_position", sa.BigInteger),
    )
    op.create_table(
        "view_dead_letters",
        sa.Column("view", plain_text(), primary_key=True),
        sa.Column("infusion_id", sa.Uuid, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("topic", plain_text(), nullable=False),
        sa.Column("problem", plain_text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
