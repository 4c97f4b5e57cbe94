"""The tables of release 0.1."""

import sqlalchemy as sa
from alembic.operations import Operations

from adapters.database import plain_text

revision = "0001"
down_revision = None

_TABLES = sa.MetaData()
_INSTANT = sa.DateTime(timezone=True)


def _code(name: str, length: int = 80, *, empty: bool = False, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, plain_text(length), nullable=empty, index=index)


def _id(name: str, length: int = 80) -> sa.Column[str]:
    return sa.Column(name, plain_text(length), primary_key=True)


def _instant(name: str, *, empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, _INSTANT, nullable=empty)


def _only() -> sa.Column[int]:
    return sa.Column("only", sa.Integer, primary_key=True, autoincrement=False)


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


_VERSION = sa.Table(
    "schema_version",
    _TABLES,
    _only(),
    sa.Column("version", sa.Integer, nullable=False),
    _code("key_fingerprint", 64),
)
_DEMO = sa.Table("demo", _TABLES, _only(), _code("label", 200), _instant("clock"))
_AUDIT = sa.Table(
    "audit",
    _TABLES,
    sa.Column("entry", sa.Integer, primary_key=True, autoincrement=True),
    _instant("at"),
    _code("principal_id", index=True),
    _code("role", 40),
    _code("action"),
    _code("subject", empty=True),
    sqlite_autoincrement=True,
)
_ACCESS_KEY = sa.Table(
    "access_key",
    _TABLES,
    _id("key_id", 16),
    _code("digest", 64),
    _code("principal_id", index=True),
    _code("person_id", empty=True),
    _code("role", 40),
    _code("organisation_id", empty=True),
    sa.Column("scopes", plain_text(), nullable=False),
    _instant("created_at"),
    _instant("revoked_at", empty=True),
)
_HTC = sa.Table(
    "htc",
    _TABLES,
    _id("htc_id"),
    _code("name", 200),
    _code("time_zone"),
    sa.Column("designated_from", sa.Date, nullable=False),
    sa.Column("designated_to", sa.Date),
    _code("city", 200),
    _code("state", 200),
)
_PAYER = sa.Table("payer", _TABLES, _id("payer_id"), _code("name", 200))
_MANUFACTURER = sa.Table("manufacturer", _TABLES, _id("manufacturer_id"), _code("name", 200))
_PERSON = sa.Table(
    "person",
    _TABLES,
    _id("person_id"),
    _code("name", 200),
    _code("role", 40),
    _code("organisation_id", index=True),
    _code("email", 254),
    sa.Column("receives_notices", sa.Boolean, nullable=False),
)
_OUTBOX = sa.Table(
    "outbox",
    _TABLES,
    sa.Column("notice_key", sa.Uuid, primary_key=True),
    sa.Column("infusion_id", sa.Uuid, nullable=False, index=True),
    _code("agreement_id"),
    _code("milestone"),
    _code("rung", 40),
    _code("recipient"),
    sa.Column("due_on", sa.Date, nullable=False),
    _instant("due_at"),
    _code("state", 20),
    _instant("lease_until", empty=True),
    sa.Column("lease_token", sa.Uuid),
    sa.Column("attempts", sa.Integer, nullable=False),
    _code("last_problem", empty=True),
    _instant("finished_at", empty=True),
    sa.Index("outbox_waiting", "state", "due_at"),
)
_DATA_KEY = sa.Table("data_key", _TABLES, sa.Column("holder", sa.Uuid, primary_key=True), _sealed("wrapped"))
_PATIENT = sa.Table(
    "patient",
    _TABLES,
    sa.Column("patient_token", sa.Uuid, primary_key=True),
    sa.Column("identity_digest", plain_text(64), nullable=False, unique=True),
)
_SEALED_FIELD = sa.Table(
    "sealed_field",
    _TABLES,
    sa.Column("patient_token", sa.Uuid, sa.ForeignKey(_PATIENT.c.patient_token), primary_key=True),
    _id("field", 40),
    _sealed("sealed"),
)
_SEALED_REFERENCE = sa.Table(
    "sealed_reference",
    _TABLES,
    sa.Column("holder", sa.Uuid, sa.ForeignKey(_DATA_KEY.c.holder), primary_key=True),
    _id("digest", 64),
    _code("kind", 40),
    _sealed("sealed"),
)
_APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgresql": (
        (
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RAISE EXCEPTION ''audit is append-only''; END'"
        ),
        (
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        ),
    ),
}


def upgrade(op: Operations) -> None:
    """Make every table, and the triggers by which the database itself refuses to change the audit."""
    _TABLES.create_all(op.get_bind(), checkfirst=False)
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
