"""The tables of release 0.1."""

import sqlalchemy as sa
from alembic.operations import Operations

from adapters.database import plain_text

revision = "0001"
down_revision = None

_TABLES = sa.MetaData()


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date)


def _text(name: str, *, index: bool = False) -> sa.Column[object]:
    return sa.Column(name, plain_text(), index=index)


def _cents(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger)


def _view(name: str, *columns: sa.Column[object], sort: str) -> None:
    """A table with the columns that every row has, and the index by which its pages are read."""
    sa.Table(
        name,
        _TABLES,
        sa.Column("row_key", plain_text(), primary_key=True),
        sa.Column("infusion_id", sa.Uuid, nullable=False, index=True),
        sa.Column("infusion_code", plain_text(), nullable=False, index=True),
        sa.Column("htc_id", plain_text(), nullable=False),
        *columns,
        sa.Index(f"ix_{name}_page", sort, "row_key"),
    )


sa.Table(
    "view_positions",
    _TABLES,
    sa.Column("view", plain_text(), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("last_event_id", sa.Uuid),
    sa.Column("made_with", plain_text(), nullable=False),
    _text("problem"),
    sa.Column("problem_position", sa.BigInteger),
    sa.Column("problem_infusion_id", sa.Uuid),
)
_view(
    "infusions",
    _text("product"),
    _text("infusing_htc_id"),
    _text("time_zone"),
    _day("day_0"),
    sa.Column("version", sa.Integer),
    _day("last_event_on"),
    _day("died_on"),
    _day("lost_since"),
    _day("consent_withdrawn_on"),
    sort="day_0",
)
_view(
    "enrolments",
    _text("agreement_id"),
    _text("terms_hash"),
    _text("payer_id", index=True),
    _day("enrolled_on"),
    _day("ended_on"),
    _cents("price"),
    _text("currency"),
    sort="enrolled_on",
)
_view(
    "refund_triggers",
    _text("agreement_id"),
    _text("terms_hash"),
    _text("payer_id", index=True),
    _text("milestone"),
    _text("role"),
    _text("clause"),
    _day("day_0"),
    _day("opens_on"),
    _day("due_on"),
    _day("closes_on"),
    _day("grace_ends_on"),
    _day("cure_ends_on"),
    _day("report_by_on"),
    _day("enrolment_ended_on"),
    _text("finding_while_open"),
    _text("reason_while_open"),
    _text("finding_once_closed"),
    _text("reason_once_closed"),
    _text("missing"),
    _text("unverified"),
    _cents("at_risk"),
    _cents("triggered"),
    _text("currency"),
    _text("beneficiary"),
    _text("determination_state"),
    _text("outcome"),
    _day("approved_on"),
    sa.Column("proposed_id", sa.Uuid),
    sa.Column("approved_id", sa.Uuid),
    sa.Column("returned_id", sa.Uuid),
    sa.Column("proposable_from", sa.Date, index=True),
    sort="due_on",
)
_view(
    "refund_lines",
    sa.Column("line_id", sa.Uuid),
    _text("line_kind"),
    sa.Column("position", sa.BigInteger),
    _text("agreement_id"),
    _text("terms_hash"),
    _text("payer_id"),
    _text("beneficiary", index=True),
    _text("milestone"),
    _day("due_on"),
    sa.Column("determination_id", sa.Uuid),
    sa.Column("supersedes", sa.Uuid),
    _text("outcome"),
    _text("reason"),
    _text("clause"),
    _day("approved_on"),
    _cents("amount"),
    _text("currency"),
    sort="approved_on",
)
_view(
    "data_request_windows",
    _text("payer_id", index=True),
    _text("rule_id"),
    _text("rule_hash"),
    _day("rule_effective_on"),
    _day("rule_ends_on"),
    _text("reading"),
    sa.Column("governing", sa.Boolean),
    _text("clause"),
    _day("permitted_from"),
    _day("permitted_until"),
    _text("ended_by"),
    _day("next_permitted_on"),
    sa.Column("asked", sa.Integer),
    sa.Column("answered", sa.Integer),
    sa.Column("declined", sa.Integer),
    sa.Column("waiting", sa.Integer),
    _day("last_asked_on"),
    _day("last_answered_on"),
    sort="permitted_until",
)
_view(
    "worklist",
    _text("kind"),
    _text("payer_id", index=True),
    _text("document_id"),
    _text("milestone"),
    _day("opens_on"),
    _day("due_on"),
    _day("closes_on"),
    _text("missing"),
    _text("reasons"),
    _cents("at_risk"),
    _text("currency"),
    sa.Column("determination_id", sa.Uuid),
    sa.Column("request_id", sa.Uuid),
    sa.Column("waiver_id", sa.Uuid),
    _day("due_from"),
    _day("closing_soon_from"),
    _day("lapsed_from"),
    _day("evidence_to_review_from"),
    _day("to_approve_from"),
    sa.Column("shows_from", sa.Date, index=True),
    _day("urgent_on"),
    sort="urgent_on",
)
_view(
    "timeline",
    sa.Column("event_id", sa.Uuid),
    sa.Column("position", sa.BigInteger),
    sa.Column("version", sa.Integer),
    _text("kind"),
    _day("occurred_on"),
    _text("occurred_at"),
    sa.Column("recorded_at", sa.DateTime(timezone=True)),
    _text("actor"),
    _text("words"),
    _text("set_aside"),
    _text("agreement_id"),
    _text("payer_id"),
    _text("milestone"),
    sa.Column("about_event_id", sa.Uuid),
    _cents("amount"),
    _text("currency"),
    sort="position",
)
_view(
    "reminders_due",
    _text("agreement_id"),
    _text("payer_id"),
    _text("milestone"),
    _text("rung"),
    _day("opens_on"),
    _day("due_on"),
    _day("closes_on"),
    sa.Column("next_due_on", sa.Date, index=True),
    _day("until_on"),
    _text("recorded_for"),
    sort="next_due_on",
)


def upgrade(op: Operations) -> None:
    """Make every table."""
    _TABLES.create_all(op.get_bind(), checkfirst=False)
