"""Whether an audit may be held, and until when evidence is kept for one (C49)."""

from collections.abc import Sequence
from datetime import date, timedelta

from oba.dates import MonthEnd, shift_months
from oba.terms.settlement.audit_right import AuditRight


def audit_refused(
    terms: AuditRight,
    *,
    announced_on: date,
    held_on: date,
    reaches_back_to: date,
    earlier: Sequence[date] = (),
    month_end: MonthEnd = "clamp",
) -> tuple[str, ...]:
    """Every reason why an audit may not be held as announced; none where it may. `earlier` are days of audits held."""
    in_year = sum(day.year == held_on.year for day in earlier)
    checks = (
        ("notice_too_short", held_on < announced_on + timedelta(days=terms.notice_days)),
        ("too_often", in_year >= terms.most_per_year),
        ("too_far_back", reaches_back_to < shift_months(held_on, -terms.look_back_months, month_end)),
    )
    return tuple(code for code, fails in checks if fails)


def kept_until(terms: AuditRight, last_determination_on: date, month_end: MonthEnd = "clamp") -> date:
    """The last day on which evidence is kept for an audit."""
    return shift_months(last_determination_on, 12 * terms.retention_years, month_end)
