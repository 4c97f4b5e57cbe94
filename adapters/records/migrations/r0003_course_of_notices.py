"""What was settled for a notice before it was done: a delivery, or a skip; only one of the two ever happens."""

import sqlalchemy as sa
from alembic.operations import Operations

from adapters.database import plain_text

revision = "0003"
down_revision = "0002"
_MAY_HAVE_LEFT = (
    "UPDATE outbox SET course = 'delivery' WHERE state IN ('leased', 'sent')",
    "UPDATE outbox SET course = 'delivery' WHERE state = 'due' AND last_problem LIKE 'not-recorded:%'",
    "UPDATE outbox SET course = 'delivery' WHERE state = 'due' AND last_problem LIKE 'failed:%'",
    "UPDATE outbox SET course = 'delivery' WHERE state = 'due' AND last_problem = 'mail-server-timed-out'",
)


def upgrade(op: Operations) -> None:
    """Make the column; what an older release had in hand may have left, and it may not write here any more."""
    op.add_column("outbox", sa.Column("course", plain_text(40)))
    for statement in _MAY_HAVE_LEFT:
        op.execute(statement)
    op.execute("UPDATE schema_version SET version = 3")
