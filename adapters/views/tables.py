"""The tables of the read models, every column written out; the names are those of the rows they hold."""

import sqlalchemy as sa

from adapters.database import plain_text
from adapters.records.columns import UtcInstant
from adapters.views.columns import OffsetInstant, Words

METADATA = sa.MetaData()


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text)


def _cents(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger)


def _view(name: str, *columns: sa.Column[object], sort: str) -> sa.Table:
    """A table with the columns that every row has, and the index by which its pages are read."""
    return sa.Table(
        name,
        METADATA,
        sa.Column("row_key", plain_text(), primary_key=True),
        sa.Column("infusion_id", sa.Uuid, nullable=False, index=True),
        sa.Column("infusion_code", sa.Text, nullable=False, index=True),
        sa.Column("htc_id", sa.Text, nullable=False),
        *columns,
        sa.Index(f"ix_{name}_page", sort, "row_key"),
    )


INFUSIONS = _view(
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

ENROLMENTS = _view(
    "enrolments",
    _text("agreement_id"),
    _text("terms_hash"),
    sa.Column("payer_id", sa.Text, index=True),
    _day("enrolled_on"),
    _day("ended_on"),
    _cents("price"),
    _text("currency"),
    sort="enrolled_on",
)

REFUND_TRIGGERS = _view(
    "refund_triggers",
    _text("agreement_id"),
    _text("terms_hash"),
    sa.Column("payer_id", sa.Text, index=True),
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
    sa.Column("missing", Words),
    sa.Column("unverified", Words),
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

REFUND_LINES = _view(
    "refund_lines",
    sa.Column("line_id", sa.Uuid),
    _text("line_kind"),
    sa.Column("position", sa.BigInteger),
    _text("agreement_id"),
    _text("terms_hash"),
    _text("payer_id"),
    sa.Column("beneficiary", sa.Text, index=True),
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

DATA_REQUEST_WINDOWS = _view(
    "data_request_windows",
    sa.Column("payer_id", sa.Text, index=True),
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

WORKLIST = _view(
    "worklist",
    _text("kind"),
    sa.Column("payer_id", sa.Text, index=True),
    _text("document_id"),
    _text("milestone"),
    _day("opens_on"),
    _day("due_on"),
    _day("closes_on"),
    sa.Column("missing", Words),
    sa.Column("reasons", Words),
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

TIMELINE = _view(
    "timeline",
    sa.Column("event_id", sa.Uuid),
    sa.Column("position", sa.BigInteger),
    sa.Column("version", sa.Integer),
    _text("kind"),
    _day("occurred_on"),
    sa.Column("occurred_at", OffsetInstant),
    sa.Column("recorded_at", UtcInstant),
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

REMINDERS_DUE = _view(
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
    sa.Column("recorded_for", Words),
    sort="next_due_on",
)

VIEWS: dict[str, sa.Table] = {
    table.name: table
    for table in (
        INFUSIONS,
        ENROLMENTS,
        REFUND_TRIGGERS,
        REFUND_LINES,
        DATA_REQUEST_WINDOWS,
        WORKLIST,
        TIMELINE,
        REMINDERS_DUE,
    )
}
