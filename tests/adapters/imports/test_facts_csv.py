from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from adapters.imports.csv_table import MOST_BYTES, MOST_CELL, MOST_PROBLEMS, MOST_ROWS
from adapters.imports.fact_columns import IMPORTED, WANTED, columns, leaves, names
from adapters.imports.facts_csv import import_facts
from adapters.imports.report import ImportReport
from adapters.log.refusals import StaleVersion
from adapters.settings import Settings
from oba.facts.any_fact import FACT_TYPES
from oba.facts.fix_activity import FixActivityMeasured
from oba.identity import opaque_code
from tests.support.place import Place
from tests.support.worker import House, a_person

TODAY = date(2025, 6, 2)
LEADING = "infusion_code,kind,occurred_on"
HEADER = "infusion_code,kind,occurred_on,occurred_at,value,comparator,unit,assay,laboratory,accession"


class Desk:
    """A house with two infusions, and a coordinator who imports."""

    def __init__(self, settings: Settings) -> None:
        self.house = House(settings).furnish()
        self.tracker = self.house.tracker
        self.infusions = [self.house.infuse(name) for name in ("first", "second")]
        self.codes = [opaque_code(one) for one in self.infusions]
        self.house.go_to(TODAY)
        self.head = self.tracker.log.head()

    def imports(self, *rows: str, header: str = HEADER, dry_run: bool = False, by: str = "PER-CLERK") -> ImportReport:
        """The rows under a header, as one file."""
        content = "\r\n".join((header, *rows)).encode()
        return import_facts(self.tracker, content, actor=by, dry_run=dry_run)

    def result(self, which: int = 0, day: str = "2025-05-01", value: str = "38.6", accession: str = "") -> str:
        """A row with a FIX activity."""
        return f"{self.codes[which]},fix_activity_measured,{day},,{value},,IU/dL,one_stage,central,{accession}"

    @property
    def added(self) -> int:
        """How many events came into the log."""
        return self.tracker.log.head() - self.head


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    desk = Desk(place.settings)
    yield desk
    desk.house.close()


def codes_of(report: ImportReport) -> list[tuple[str, int | None, int | None]]:
    """The problems as code, row and column."""
    return [(problem.code, problem.line, problem.column) for problem in report.problems]


def test_a_dry_run_says_what_would_happen_and_records_nothing(desk: Desk) -> None:
    report = desk.imports(desk.result(), desk.result(1), dry_run=True)
    assert [(row.row, row.result) for row in report.rows] == [(2, "ready"), (3, "ready")]
    assert (report.accepted, report.count("ready"), desk.added) == (True, 2, 0)


def test_an_import_records_every_row_with_the_events_that_the_dry_run_named(desk: Desk) -> None:
    rows = (desk.result(), desk.result(1))
    promised = desk.imports(*rows, dry_run=True)
    report = desk.imports(*rows)
    assert [row.event_ids for row in report.rows] == [row.event_ids for row in promised.rows]
    assert [row.result for row in report.rows] == ["recorded", "recorded"]
    assert desk.added == 2
    event = desk.tracker.log.stream(desk.infusions[0])[-1]
    assert isinstance(event.body, FixActivityMeasured)
    assert (str(event.body.value), event.occurred_on, event.actor) == ("38.6", date(2025, 5, 1), "PER-CLERK")
    assert (event.source.system, event.source.document_digest) == ("csv-import", report.file_sha256)


def test_the_same_file_twice_does_nothing(desk: Desk) -> None:
    first, again = desk.imports(desk.result()), desk.imports(desk.result())
    assert [row.result for row in again.rows] == ["recorded_before"]
    assert (again.rows[0].event_ids, desk.added) == (first.rows[0].event_ids, 1)


def test_one_bad_row_keeps_every_row_out(desk: Desk) -> None:
    report = desk.imports(desk.result(), desk.result(1, value="-3"), desk.result(1, day="2026-01-01"))
    assert codes_of(report) == [("out-of-range", 3, 5), ("future-date", 4, 3)]
    assert (desk.added, report.accepted) == (0, False)
    assert all(problem.remedy for problem in report.problems)


def test_a_problem_never_repeats_what_the_cell_says(desk: Desk) -> None:
    report = desk.imports(
        "CANARY-1,fix_activity_measured,2025-05-01,,38,,IU/dL,one_stage,central,",
        desk.result(value="CANARY-2"),
        desk.result(day="CANARY-3"),
        desk.result(accession="=CANARY-4"),
        f"{desk.codes[0]},CANARY-5,2025-05-01,,38,,IU/dL,one_stage,central,",
        f"{desk.codes[0]},fix_activity_measured,2025-05-01,,38,,CANARY-6,one_stage,central,",
    )
    assert codes_of(report) == [
        ("unknown-infusion", 2, 1),
        ("invalid-value", 3, 5),
        ("invalid-value", 4, 3),
        ("invalid-value", 5, 10),
        ("unknown-kind", 6, 2),
        ("unknown-value", 7, 7),
    ]
    assert "CANARY" not in report.model_dump_json()


def test_each_row_is_decided_on_the_rows_before_it(desk: Desk) -> None:
    report = desk.imports(desk.result(accession="A-1"), desk.result(accession="A-1"), dry_run=True)
    assert codes_of(report) == [("already-recorded", 3, None)]


def test_an_accession_number_becomes_a_digest_and_its_plain_value_is_kept_for_those_who_may_see_it(desk: Desk) -> None:
    report = desk.imports(desk.result(accession="ACC-CANARY-7"))
    event = desk.tracker.log.stream(desk.infusions[0])[-1]
    assert isinstance(event.body, FixActivityMeasured)
    digest = event.body.accession_digest
    assert digest is not None
    assert event.source.accession_digest == digest
    holder = desk.tracker.log.stream(desk.infusions[0])[0].body.patient_token  # type: ignore[attr-defined]
    assert desk.tracker.records.vault.plain(digest, holder) == "ACC-CANARY-7"
    assert "CANARY" not in report.model_dump_json()
    assert b"CANARY-7" not in b"".join(event.state for event in desk.tracker.log.recorder.since(0, 1000))


def test_a_dry_run_keeps_no_accession_number(desk: Desk) -> None:
    desk.imports(desk.result(accession="ACC-8"), dry_run=True)
    vault = desk.tracker.records.vault
    holder = desk.tracker.log.stream(desk.infusions[0])[0].body.patient_token  # type: ignore[attr-defined]
    assert vault.plain(vault.digest("accession", "ACC-8"), holder) is None


def test_the_local_date_is_fixed_from_an_instant_and_must_agree_with_the_day(desk: Desk) -> None:
    row = f"{desk.codes[0]},fix_activity_measured,{{day}},2025-05-02T03:30:00Z,38,,IU/dL,one_stage,central,"
    assert desk.imports(row.format(day="")).accepted
    event = desk.tracker.log.stream(desk.infusions[0])[-1]
    assert (event.occurred_on, event.occurred_at) == (date(2025, 5, 1), datetime(2025, 5, 2, 3, 30, tzinfo=UTC))
    assert codes_of(desk.imports(row.format(day="2025-05-02"))) == [("day-and-instant-disagree", 2, 3)]


def test_a_row_without_day_and_instant_is_refused(desk: Desk) -> None:
    assert codes_of(desk.imports(desk.result(day=""))) == [("missing-field", 2, 3)]


def test_a_naive_instant_is_refused_at_its_column(desk: Desk) -> None:
    row = f"{desk.codes[0]},fix_activity_measured,,2025-05-02T03:30:00,38,,IU/dL,one_stage,central,"
    assert codes_of(desk.imports(row)) == [("invalid-value", 2, 4)]


def test_parts_of_a_fact_have_columns_with_a_point(desk: Desk) -> None:
    parts = "lead_in.first,lead_in.last,bleeds.all,bleeds.treated,bleeds.spontaneous,bleeds.joint"
    header = f"infusion_code,kind,occurred_on,{parts}"
    good = f"{desk.codes[0]},baseline_recorded,2025-03-01,2024-09-01,2025-03-01,4,3,2,1"
    assert desk.imports(good, header=header).accepted
    bad = f"{desk.codes[0]},baseline_recorded,2025-03-01,2024-09-01,2025-03-01,4.0,,2,1"
    assert codes_of(desk.imports(bad, header=header)) == [("invalid-value", 2, 6)]
    short = f"{desk.codes[0]},baseline_recorded,2025-03-01,2024-09-01,2025-03-01,4,,2,1"
    assert [(problem.line, problem.pointer) for problem in desk.imports(short, header=header).problems] == [
        (2, "/bleeds.treated")
    ]


def test_true_and_false_are_words_and_nothing_else(desk: Desk) -> None:
    header = "infusion_code,kind,occurred_on,site,location,cause,treated"
    row = f"{desk.codes[0]},bleed_logged,2025-05-01,knee_left,joint,spontaneous,"
    assert desk.imports(row + "TRUE", header=header).accepted
    assert codes_of(desk.imports(row + "1", header=header)) == [("invalid-value", 2, 7)]


def test_an_empty_cell_says_none_where_a_fact_must_say_so(desk: Desk) -> None:
    header = "infusion_code,kind,occurred_on,product,iu,purpose"
    report = desk.imports(f"{desk.codes[0]},fix_product_used,2025-05-01,,2000,bleed", header=header)
    assert report.accepted
    assert desk.tracker.log.stream(desk.infusions[0])[-1].body.product is None  # type: ignore[attr-defined]


def test_a_cell_of_another_kind_is_a_problem_and_not_passed_over(desk: Desk) -> None:
    row = f"{desk.codes[0]},consent_withdrawn,2025-05-01,,38,,,,,"
    assert codes_of(desk.imports(row)) == [("not-of-this-kind", 2, 5)]


def test_a_missing_field_names_its_column_even_where_the_file_has_none(desk: Desk) -> None:
    report = desk.imports(f"{desk.codes[0]},consent_given,2025-05-01,,,,,,,")
    assert [(problem.code, problem.pointer, problem.column) for problem in report.problems] == [
        ("missing-field", "/version", None)
    ]


def test_an_infusion_of_another_htc_is_an_unknown_one(desk: Desk) -> None:
    desk.house.records.import_directory([a_person("PER-SOUTH", "HTC-2")])
    report = desk.imports(desk.result(0), desk.result(1), by="PER-SOUTH")
    assert codes_of(report) == [("unknown-infusion", 2, 1), ("unknown-infusion", 3, 1)]
    assert desk.added == 0


def test_an_infusion_that_was_transferred_is_one_of_both_htcs(desk: Desk) -> None:
    desk.house.records.import_directory([a_person("PER-SOUTH", "HTC-2")])
    assert desk.imports(f"{desk.codes[0]},care_transferred,2025-04-01,HTC-2", header=f"{LEADING},htc_id").accepted
    assert desk.imports(desk.result(), by="PER-SOUTH", dry_run=True).accepted
    assert desk.imports(desk.result(), dry_run=True).accepted


@pytest.mark.parametrize(
    ("role", "organisation"),
    [("payer_analyst", "PAYER-1"), ("auditor", "MANUFACTURER-1"), ("approver", "MANUFACTURER-1")],
)
def test_who_reports_nothing_imports_nothing(desk: Desk, role: str, organisation: str) -> None:
    desk.house.records.import_directory([a_person("PER-READER", organisation, role=role)])
    report = desk.imports(desk.result(0), desk.result(1), by="PER-READER")
    assert codes_of(report) == [("kind-not-allowed", 2, 2), ("kind-not-allowed", 3, 2)]
    assert desk.added == 0


def test_a_change_of_cover_is_imported_by_a_coordinator_only(desk: Desk) -> None:
    desk.house.records.import_directory([a_person("PER-COORDINATOR", "MANUFACTURER-1", role="coordinator")])
    row, header = f"{desk.codes[0]},coverage_changed,2025-05-01,PAYER-1", f"{LEADING},payer_id"
    assert codes_of(desk.imports(row, header=header)) == [("kind-not-allowed", 2, 2)]
    assert desk.imports(row, desk.codes[1] + row[len(desk.codes[0]) :], header=header, by="PER-COORDINATOR").accepted


def test_a_physician_imports_their_own_attestations_only(desk: Desk) -> None:
    doctors = [a_person(one, role="htc_physician") for one in ("PER-DOCTOR", "PER-OTHER")]
    desk.house.records.import_directory(doctors)
    header = f"{LEADING},milestone,attested_by"
    own, other = (
        f"{desk.codes[0]},milestone_assessed,2025-05-01,month-12,{one}" for one in ("PER-DOCTOR", "PER-OTHER")
    )
    report = desk.imports(own, other, header=header, by="PER-DOCTOR")
    assert codes_of(report) == [("attest-yourself", 3, 5)]
    assert desk.imports(own, header=header, by="PER-DOCTOR").accepted
    assert codes_of(desk.imports(desk.result(), by="PER-DOCTOR")) == [("kind-not-allowed", 2, 2)]


def test_a_person_whom_the_directory_does_not_hold_imports_nothing(desk: Desk) -> None:
    assert codes_of(desk.imports(desk.result(), by="PER-NOBODY")) == [("unknown-person", None, None)]


def test_facts_after_a_withdrawal_of_consent_are_imported_and_flagged_as_sealed(desk: Desk) -> None:
    withdrawn = f"{desk.codes[0]},consent_withdrawn,2025-05-20,,,,,,,"
    report = desk.imports(desk.result(), withdrawn, desk.result(day="2025-05-02"), desk.result(1))
    assert [row.flags for row in report.rows] == [(), (), ("sealed",), ()]
    again = desk.imports(desk.result(day="2025-05-03"))
    assert again.rows[0].flags == ("sealed",)


def test_repetitions_are_flagged_and_recorded_all_the_same(desk: Desk) -> None:
    desk.imports(desk.result())
    report = desk.imports(desk.result(), desk.result(1), desk.result(1))
    assert [row.flags for row in report.rows] == [("same_as_recorded_fact",), (), ("same_as_earlier_row",)]
    assert desk.added == 4


def test_implausible_values_are_flagged(desk: Desk) -> None:
    report = desk.imports(desk.result(value="180"))
    assert report.rows[0].flags
    assert report.accepted


def test_a_stream_that_moved_meanwhile_is_planned_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = desk.tracker.log.append, []

    def once_stale(events: Any) -> Any:
        tries.append(len(events))
        if len(tries) == 1:
            raise StaleVersion
        return real(events)

    monkeypatch.setattr(desk.tracker.log, "append", once_stale)
    assert desk.imports(desk.result()).accepted
    assert (tries, desk.added) == ([1, 1], 1)


def test_streams_that_never_stand_still_are_a_problem_with_nothing_recorded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always_stale(events: Any) -> Any:
        raise StaleVersion

    monkeypatch.setattr(desk.tracker.log, "append", always_stale)
    report = desk.imports(desk.result())
    assert codes_of(report) == [("busy", None, None)]
    assert desk.added == 0


def test_a_byte_order_mark_and_empty_rows_do_no_harm(desk: Desk) -> None:
    content = ("\ufeff" + HEADER + "\n\n" + desk.result() + "\n,,,,,,,,,\n").encode()
    report = import_facts(desk.tracker, content, actor="PER-CLERK", dry_run=True)
    assert [(row.row, row.result) for row in report.rows] == [(3, "ready")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ("no-header", 1, None)),
        (b"\n" + HEADER.encode(), ("no-header", 1, None)),
        (HEADER.encode(), ("no-rows", None, None)),
        (HEADER.replace(",", ";").encode() + b"\nx", ("other-delimiter", 1, 1)),
        (b"infusion_code,kind,colour\na,b,c", ("unknown-column", 1, 3)),
        (b"infusion_code,kind,kind\na,b,c", ("column-twice", 1, 3)),
        (b"kind,value\na,b", ("missing-column", 1, None)),
        (HEADER.encode() + b"\n" + HEADER.encode(), ("header-twice", 2, None)),
        (b"infusion_code,kind\na", ("ragged-row", 2, 2)),
        (b"infusion_code,kind\na,b,c", ("ragged-row", 2, 3)),
        (b'infusion_code,kind\na,"b\nc"', ("line-break-in-cell", 2, 2)),
        (b"infusion_code,kind\na,b\tc", ("line-break-in-cell", 2, 2)),
        (b"infusion_code,kind\na," + b"b" * (MOST_CELL + 1), ("cell-too-long", 2, 2)),
        (b'infusion_code,kind\na,"b', ("not-csv", None, None)),
        (b"infusion_code,kind\na,\xff", ("not-utf-8", None, None)),
        (b"x" * (MOST_BYTES + 1), ("file-too-large", None, None)),
        (b"infusion_code,kind\n" + b"a,b\n" * (MOST_ROWS + 1), ("too-many-rows", None, None)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_file_of_another_form_is_refused_at_its_place(
    desk: Desk, content: bytes, problem: tuple[str, int | None, int | None]
) -> None:
    report = import_facts(desk.tracker, content, actor="PER-CLERK", dry_run=False)
    assert problem in codes_of(report)
    assert (report.rows, desk.added) == ((), 0)


def test_a_file_that_is_wrong_throughout_is_described_by_its_first_problems(desk: Desk) -> None:
    report = desk.imports(*(desk.result(value="x") for _ in range(MOST_PROBLEMS + 50)))
    assert len(report.problems) == MOST_PROBLEMS


def test_every_kind_that_is_imported_has_its_columns_in_the_dictionary() -> None:
    known = set(names())
    for fact in IMPORTED.values():
        assert set(leaves(fact)) <= known
    assert {"infusion_code", "kind", "occurred_on", "occurred_at"} <= known
    assert set(WANTED) <= known
    assert "accession_digest" not in known
    assert "patient_token" not in known
    assert "price" not in known


def test_what_is_not_imported_is_left_to_commands_of_its_own() -> None:
    left = {fact.kind_name() for fact in FACT_TYPES} - set(IMPORTED)
    assert left == {
        "infused",
        "enrolled_under_agreement",
        "enrolment_ended",
        "agreement_assumed_by_payer",
        "offset_received",
        "adjudicator_answered",
        "exclusion_recorded",
    }


def test_a_column_says_its_form_and_its_kinds() -> None:
    by_name = {column.name: column for column in columns()}
    assert by_name["accession"].form == "reference"
    assert by_name["treated"].kinds == ("bleed_logged",)
    assert by_name["contacts_attempted"].form == "whole_number"
    assert len(by_name["kind"].kinds) == len(IMPORTED)


def test_a_formula_is_refused_as_text_and_never_run(desk: Desk) -> None:
    header = "infusion_code,kind,occurred_on,version"
    report = desk.imports(f"{desk.codes[0]},consent_given,2025-05-01,=1+1", header=header)
    assert [(problem.line, problem.column) for problem in report.problems] == [(2, 4)]
