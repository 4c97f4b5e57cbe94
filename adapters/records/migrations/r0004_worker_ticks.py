"""The ticks of the workers; older releases neither write nor read them."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0004"
down_revision = "0003"


def upgrade(op: Operations) -> None:
    """Make the table."""
    op.create_table(
        "worker_tick",
        sa.Column("worker_id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
