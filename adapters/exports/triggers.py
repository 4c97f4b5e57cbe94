"""The payer export: what was triggered and adjusted in favour of a payer in a quarter, as CSV with a totals file.

A line belongs to the quarter in which the local date of its determination's approval lies, and to the payer that the
refund follows (the beneficiary). Every later column goes to the end, and gives the columns a new version.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from adapters.exports.guard import guarded
from adapters.exports.quarter import Quarter
from adapters.views.views import Views
from oba.money import write_amount
from projections.refund_lines import Row

COLUMNS_VERSION = "refund-lines-1"
END_MARK = "<END>"


@dataclass(frozen=True)
class Line:
    """A line in its period, as the columns read it."""

    row: Row
    period: Quarter


@dataclass(frozen=True)
class Column:
    """A column of the detail file: its name, what it holds, and how it is read from a line."""

    name: str
    kind: Literal["text", "day", "amount"]
    meaning: str
    value: Callable[[Line], object]


@dataclass(frozen=True)
class TriggersExport:
    """Two files that belong together; the second says how many lines the first has, their sums and its hash."""

    detail_name: str
    detail: bytes
    totals_name: str
    totals: bytes
    lines: int
    sha256: str


def _amount(cents: int) -> Decimal:
    return Decimal(write_amount(cents))


COLUMNS: tuple[Column, ...] = (
    Column("line_id", "text", "Id of the line; stays the same in every export", lambda line: line.row.line_id),
    Column("line_kind", "text", "trigger, or adjustment of an earlier trigger", lambda line: line.row.line_kind),
    Column("period", "text", "Quarter of the approval as QYYYY", lambda line: line.period.qyyyy),
    Column("period_first_day", "day", "First day of the quarter", lambda line: line.period.first),
    Column("period_last_day", "day", "Last day of the quarter", lambda line: line.period.last),
    Column("payer_id", "text", "Payer whom the refund follows", lambda line: line.row.beneficiary),
    Column("enrolled_payer_id", "text", "Payer of the enrolment", lambda line: line.row.payer_id),
    Column("agreement_id", "text", "Agreement", lambda line: line.row.agreement_id),
    Column("terms_sha256", "text", "Hash of the version of the agreement", lambda line: line.row.terms_hash),
    Column("infusion_code", "text", "Pseudonymous code of the infusion", lambda line: line.row.infusion_code),
    Column("milestone", "text", "Milestone as the agreement names it", lambda line: line.row.milestone),
    Column("milestone_due_on", "day", "Due date of the milestone", lambda line: line.row.due_on),
    Column("determination_id", "text", "Determination that obliges the line", lambda line: line.row.determination_id),
    Column("supersedes", "text", "Determination it supersedes, or empty", lambda line: line.row.supersedes or ""),
    Column("outcome", "text", "Outcome of the milestone", lambda line: line.row.outcome),
    Column("reason", "text", "Coded reason of the outcome", lambda line: line.row.reason),
    Column("clause", "text", "Clause that the line rests on", lambda line: line.row.clause),
    Column("approved_on", "day", "Local date of the approval", lambda line: line.row.approved_on),
    Column("amount", "amount", "Signed amount; a credit is negative", lambda line: _amount(line.row.amount)),
    Column("currency", "text", "ISO 4217 code", lambda line: line.row.currency),
)


def columns() -> tuple[Column, ...]:
    """The column dictionary of the detail file, in the order of the file."""
    return COLUMNS


def export_triggers(views: Views, payer_id: str, period: Quarter, *, at_least: int = 0) -> TriggersExport:
    """The export of one payer and quarter; the same lines give the same bytes.

    ViewBehind where the lines are not known up to a position of the log.
    """
    lines = views.refund_lines(beneficiary=payer_id, first=period.first, last=period.last, at_least=at_least)
    return write_triggers(lines, payer_id, period)


def write_triggers(lines: Iterable[Row], payer_id: str, period: Quarter) -> TriggersExport:
    """Detail and totals of these lines, in the order of approval, infusion and place in the log."""
    in_order = sorted(lines, key=lambda row: (row.approved_on, row.infusion_code, row.position))
    detail = _detail(in_order, period)
    sha256 = hashlib.sha256(detail).hexdigest()
    stem = f"refund-lines-{_file_part(payer_id)}-{period}"
    return TriggersExport(
        detail_name=f"{stem}.csv",
        detail=detail,
        totals_name=f"{stem}.totals.csv",
        totals=_totals(in_order, payer_id, period, f"{stem}.csv", sha256),
        lines=len(in_order),
        sha256=sha256,
    )


def _detail(lines: list[Row], period: Quarter) -> bytes:
    rows = [[_cell(column, column.value(Line(row, period))) for column in COLUMNS] for row in lines]
    return _csv([[column.name for column in COLUMNS], *rows])


def _cell(column: Column, value: object) -> object:
    return guarded(str(value)) if column.kind == "text" else value


def _totals(lines: list[Row], payer_id: str, period: Quarter, detail_name: str, sha256: str) -> bytes:
    sums = {
        currency: sum(row.amount for row in lines if row.currency == currency)
        for currency in sorted({row.currency for row in lines})
    }
    return _csv(
        [
            ["name", "value"],
            ["columns_version", COLUMNS_VERSION],
            ["detail_file", detail_name],
            ["payer_id", guarded(payer_id)],
            ["period", period.qyyyy],
            ["period_first_day", period.first],
            ["period_last_day", period.last],
            ["lines", len(lines)],
            ["triggers", sum(row.line_kind == "trigger" for row in lines)],
            ["adjustments", sum(row.line_kind == "adjustment" for row in lines)],
            *([f"sum_{currency}", _amount(cents)] for currency, cents in sums.items()),
            ["detail_sha256", sha256],
            [END_MARK],
        ]
    )


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    """RFC 4180 in UTF-8: text in quotation marks, numbers without."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode()


def _file_part(payer_id: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in payer_id)
