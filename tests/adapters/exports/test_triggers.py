import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from adapters.clock import FixedClock
from adapters.exports.guard import guarded
from adapters.exports.quarter import Quarter
from adapters.exports.triggers import COLUMNS_VERSION, TriggersExport, columns, export_triggers, write_triggers
from adapters.log.opening import open_log
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from oba.facts.recorded import Drafted
from projections.refund_lines import Row, rows
from tests.support.lives import REFERENCE, Life, registration_of
from tests.support.place import Place
from tests.support.store import NOON

RESULT = {"unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
QUARTER = Quarter.read("2025Q2")


def a_life() -> Life:
    """A refund triggered in March 2025 and taken back in April."""
    life = Life().registered().enrolled()
    fact_id = life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    life.corrected(fact_id, date(2025, 1, 10), date(2025, 4, 1), "fix_activity_measured", value="33", **RESULT)
    life.approved(life.proposed("month-12", date(2025, 4, 2)), date(2025, 4, 3))
    return life


def lines() -> tuple[Row, ...]:
    """The two lines of that life."""
    life = a_life()
    return rows(life.stream, life.shelf, REFERENCE)


def table(content: bytes) -> list[list[str]]:
    """A CSV file as its cells."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.fixture
def views(place: Place) -> Iterator[Views]:
    life = a_life()
    log = open_log(place.settings, FixedClock(NOON))
    log.append([registration_of(document) for document in life.documents])
    for event in life.events:
        log.append([Drafted.model_construct(**{name: getattr(event, name) for name in Drafted.model_fields})])
    views = Views(open_views(place.settings))
    BatchProjector(log, views, REFERENCE).catch_up()
    yield views
    log.close()
    views.engine.dispose()


def test_a_quarter_is_three_calendar_months_and_has_five_digits_in_files() -> None:
    spans = [(str(one), one.first, one.last, one.qyyyy) for one in map(Quarter.read, ("2024Q1", "2026Q4"))]
    assert spans == [
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31), "12024"),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31), "42026"),
    ]


@pytest.mark.parametrize("text", ["2026", "2026Q5", "26Q1", "2026q4", "2026Q4 ", "\u0662026Q4", "1800Q1", "9999Q4"])
def test_another_spelling_of_a_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026Q4"):
        Quarter.read(text)


def test_a_line_belongs_to_the_quarter_of_its_approval(views: Views) -> None:
    first, second = (export_triggers(views, "PAYER-1", Quarter.read(text)) for text in ("2025Q1", "2025Q2"))
    assert [row[1] for row in table(first.detail)[1:]] == ["trigger"]
    assert [row[1] for row in table(second.detail)[1:]] == ["adjustment"]
    assert export_triggers(views, "PAYER-1", Quarter.read("2025Q3")).lines == 0
    assert export_triggers(views, "PAYER-2", Quarter.read("2025Q1")).lines == 0


def test_the_columns_are_fixed_and_filled(views: Views) -> None:
    header, row = table(export_triggers(views, "PAYER-1", QUARTER).detail)
    assert header == [column.name for column in columns()]
    cells = dict(zip(header, row, strict=True))
    period = [cells[name] for name in ("period", "period_first_day", "period_last_day")]
    assert period == ["22025", "2025-04-01", "2025-06-30"]
    assert (cells["amount"], cells["currency"], cells["approved_on"]) == ("-1400000.00", "USD", "2025-04-03")
    assert cells["infusion_code"].startswith("INF-")
    assert (cells["payer_id"], cells["milestone"], cells["outcome"]) == ("PAYER-1", "month-12", "met")
    assert cells["supersedes"]


def totals(export: TriggersExport) -> dict[str, str]:
    """The totals file without its end mark."""
    return dict(row for row in table(export.totals) if len(row) == 2)


def test_the_totals_tie_to_the_detail_and_end_with_a_mark() -> None:
    export = write_triggers(lines(), "PAYER-1", QUARTER)
    said = totals(export)
    assert (said["lines"], said["triggers"], said["adjustments"], said["sum_USD"]) == ("2", "1", "1", "0.00")
    assert said["detail_sha256"] == hashlib.sha256(export.detail).hexdigest() == export.sha256
    assert (said["columns_version"], said["detail_file"]) == (COLUMNS_VERSION, export.detail_name)
    assert table(export.totals)[-1] == ["<END>"]


def test_currencies_are_never_added_up_together() -> None:
    dollars, euros = lines()
    export = write_triggers([dollars, euros.model_copy(update={"currency": "EUR"})], "PAYER-1", QUARTER)
    said = totals(export)
    assert (said["sum_USD"], said["sum_EUR"]) == ("1400000.00", "-1400000.00")


def test_an_empty_quarter_has_a_header_and_totals_of_nothing() -> None:
    export = write_triggers((), "PAYER-1", QUARTER)
    assert len(table(export.detail)) == 1
    assert totals(export)["lines"] == "0"


def test_the_same_lines_give_the_same_bytes_in_whatever_order_they_come() -> None:
    there, back = lines(), tuple(reversed(lines()))
    assert write_triggers(there, "PAYER-1", QUARTER) == write_triggers(back, "PAYER-1", QUARTER)


def test_numbers_stand_bare_and_text_stands_in_quotation_marks() -> None:
    text = write_triggers(lines()[1:], "PAYER-1", QUARTER).detail.decode()
    assert ',-1400000.00,"USD"\r\n' in text
    assert "'-1400000.00" not in text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\0x", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "INF-AAAA-AAAA-A", "4.1", "(2)"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_a_formula_in_an_id_is_guarded_and_its_amount_is_not() -> None:
    row = lines()[1].model_copy(update={"milestone": "=cmd()", "line_id": UUID(int=1)})
    export = write_triggers([row], "=PAYER/1", QUARTER)
    header, cells = table(export.detail)
    found = dict(zip(header, cells, strict=True))
    assert (found["milestone"], found["amount"]) == ("'=cmd()", "-1400000.00")
    assert totals(export)["payer_id"] == "'=PAYER/1"
    assert export.detail_name == "refund-lines-_PAYER_1-2025Q2.csv"


def test_every_column_says_what_it_holds() -> None:
    assert len({column.name for column in columns()}) == len(columns()) == 20
    assert all(column.meaning and column.kind in ("text", "day", "amount") for column in columns())
