"""Who read what: one row before an answer with patient data leaves; the database refuses to change it afterwards."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from adapters.database import reading, writing
from adapters.records.columns import METADATA, UtcInstant

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("entry", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("principal_id", sa.String(80), nullable=False, index=True),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("subject", sa.String(80)),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class AuditEntry:
    """One access: when, by whom in which role, what was done, and to which infusion or file."""

    at: datetime
    principal_id: str
    role: str
    action: str
    subject: str | None


class Audit:
    """Writes and reads the record of access."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, *, at: datetime, principal_id: str, role: str, action: str, subject: str | None = None) -> None:
        """Write one entry; when this raises, the answer must not leave."""
        values = {"at": at, "principal_id": principal_id, "role": role, "action": action, "subject": subject}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(AUDIT).values(values))

    def entries(self, *, subject: str | None = None, limit: int = 1000) -> tuple[AuditEntry, ...]:
        """The newest entries first, about one subject where it is given."""
        columns = (AUDIT.c.at, AUDIT.c.principal_id, AUDIT.c.role, AUDIT.c.action, AUDIT.c.subject)
        query = sa.select(*columns).order_by(AUDIT.c.entry.desc()).limit(limit)
        if subject is not None:
            query = query.where(AUDIT.c.subject == subject)
        with reading(self._engine) as connection:
            return tuple(AuditEntry(**row._mapping) for row in connection.execute(query))
