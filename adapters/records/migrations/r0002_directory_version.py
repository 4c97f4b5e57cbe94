"""The mark by which every process knows that the directory changed; older releases do not set it."""

import sqlalchemy as sa
from alembic.operations import Operations

from adapters.database import plain_text

revision = "0002"
down_revision = "0001"


def upgrade(op: Operations) -> None:
    """Make the mark, and say that releases without it may not write here any more."""
    op.create_table(
        "directory_version",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mark", plain_text(36), nullable=False),
    )
    op.execute("UPDATE schema_version SET version = 2")
