"""Facts files become events with both clocks, or problems with lines."""

from datetime import UTC, date, datetime

import pytest

from adapters.documents.facts_file import fact_id, read_facts
from adapters.documents.reading import Place, Reading
from adapters.documents.yaml_reader import read_yaml
from oba.facts.base import Body
from oba.facts.correction import FactCorrected, FactRetracted
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded
from oba.problems import Problem

FIX = """
  kind: fix_activity_measured
  value: "{value}"
  unit: IU/dL
  assay: one_stage
  laboratory: central
"""


def fix(head: str, value: str = "38.6") -> str:
    return f"- {head}{FIX.format(value=value)}"


def events(text: str, **filling: object) -> tuple[Recorded[Body], ...]:
    answer = read_facts(reading(text), enrolment=filling)
    assert all(isinstance(one, Recorded) for one in answer), answer
    return tuple(one for one in answer if isinstance(one, Recorded))


def problems(text: str) -> list[tuple[str, str | None, int | None]]:
    answer = read_facts(reading(text))
    return [(one.code, one.pointer, one.line) for one in answer if isinstance(one, Problem)]


def reading(text: str) -> Reading:
    answer = read_yaml(text.encode(), file="facts.yaml")
    assert isinstance(answer, Reading), answer
    return answer


def test_a_fact_carries_its_day_and_the_instant_of_recording() -> None:
    (event,) = events(fix("occurred_on: 2026-03-01\n  recorded_at: 2026-03-04T10:00:00-05:00"))
    assert event.occurred_on == date(2026, 3, 1)
    assert event.recorded_at == datetime(2026, 3, 4, 15, tzinfo=UTC)
    assert isinstance(event.body, FixActivityMeasured)


def test_the_local_day_of_an_instant_is_that_of_its_own_offset() -> None:
    (event,) = events(fix("occurred_at: 2026-03-01T23:30:00-05:00"))
    assert event.occurred_on == date(2026, 3, 1)
    assert event.recorded_at == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)


def test_positions_follow_the_instants_of_recording_and_not_the_order_of_the_file() -> None:
    first = fix("id: second\n  occurred_on: 2026-01-01\n  recorded_at: 2026-05-01T00:00:00Z")
    second = fix("id: first\n  occurred_on: 2026-02-01\n  recorded_at: 2026-04-01T00:00:00Z")
    assert [(event.position, event.event_id) for event in events(f"{first}\n{second}")] == [
        (1, fact_id("first")),
        (2, fact_id("second")),
    ]


def test_a_correction_names_an_entry_and_carries_the_whole_content() -> None:
    text = fix("id: a\n  occurred_on: 2026-01-01") + fix(
        "occurred_on: 2026-01-01\n  recorded_at: 2026-02-01T00:00:00Z\n"
        "  corrects: {fact: a, reason: laboratory_corrected}",
        value="4.2",
    )
    correction = events(text)[1].body
    assert isinstance(correction, FactCorrected)
    assert correction.fact_id == fact_id("a")
    assert isinstance(correction.content, FixActivityMeasured)


def test_a_retraction_names_an_entry() -> None:
    text = fix("id: a\n  occurred_on: 2026-01-01") + (
        "- occurred_on: 2026-01-02\n  retracts: {fact: a, reason: entered_in_error}\n"
    )
    retraction = events(text)[1].body
    assert isinstance(retraction, FactRetracted)
    assert retraction.fact_id == fact_id("a")


def test_an_infusion_needs_neither_patient_token_nor_digests() -> None:
    (event,) = events(
        "- kind: infused\n  occurred_at: 2024-01-15T10:00:00-05:00\n  product: HEMGENIX\n  htc_id: htc-a\n"
        "  time_zone: America/New_York\n  adult_on_day_0: true\n  weight_kg: '80'\n  volume_ml: '160'\n  vials: 16\n"
        "  kit_lots: [LOT-1]\n  ndc: 00053-0100-10\n  dose_share_percent: '100'\n"
    )
    assert isinstance(event.body, Infused)
    assert len(event.body.kit_lot_digests) == 1


def test_an_enrolment_takes_agreement_and_version_from_the_agreement_at_hand() -> None:
    (event,) = events(
        "- kind: enrolled_under_agreement\n  occurred_on: 2024-01-15\n  payer_id: payer-a\n"
        "  price_basis: list_price_at_infusion\n  price: '3500000.00'\n  currency: USD\n  consent_version: v1\n",
        agreement_id="some-agreement",
        terms_hash="0" * 64,
    )
    assert isinstance(event.body, EnrolledUnderAgreement)
    assert event.body.agreement_id == "some-agreement"


def test_every_wrong_entry_is_told_with_its_line() -> None:
    text = fix("occurred_on: 20260301") + "- kind: nonsense\n  occurred_on: 2026-01-01\n" + fix("id: x")
    assert problems(text) == [
        ("invalid-value", "/0/occurred_on", 1),
        ("unknown-kind", "/1/kind", 7),
        ("missing-field", "/2", 9),
    ]


def test_a_negative_activity_is_refused_at_its_field() -> None:
    assert problems(fix("occurred_on: 2026-01-01", value="-1")) == [("out-of-range", "/0/value", 3)]


def test_a_day_that_contradicts_its_instant_is_refused() -> None:
    text = fix("occurred_on: 2026-01-02\n  occurred_at: 2026-01-01T10:00:00Z")
    assert problems(text) == [("day-mismatch", "/0/occurred_on", 1)]


def test_a_correction_of_nothing_and_a_doubled_id_are_refused() -> None:
    text = (
        fix("id: a\n  occurred_on: 2026-01-01")
        + fix("id: a\n  occurred_on: 2026-01-01")
        + "- occurred_on: 2026-01-02\n  retracts: {fact: b, reason: duplicate}\n"
    )
    assert [code for code, _, _ in problems(text)] == ["doubled-id", "unknown-fact"]


@pytest.mark.parametrize("text", ["", "a: 1\n", "[]\n", "- word\n"])
def test_what_is_not_a_list_of_facts_is_refused(text: str) -> None:
    assert [code for code, _, _ in problems(text)] == ["not-a-list"]


def test_an_instant_in_another_offset_is_read_with_that_of_the_htc() -> None:
    infusion = (
        "- kind: infused\n  occurred_at: 2024-01-15T15:00:00Z\n  product: HEMGENIX\n  htc_id: htc-a\n"
        "  time_zone: America/New_York\n  adult_on_day_0: true\n  weight_kg: '80'\n  volume_ml: '160'\n  vials: 16\n"
        "  kit_lots: [LOT-1]\n  ndc: 00053-0160-16\n  dose_share_percent: '100'\n"
    )
    infused, measured = events(infusion + fix("occurred_at: 2026-03-02T03:30:00Z"))
    assert str(infused.occurred_at) == "2024-01-15 10:00:00-05:00"
    assert (str(measured.occurred_on), str(measured.occurred_at)) == ("2026-03-01", "2026-03-01 22:30:00-05:00")


def test_a_fact_may_name_the_system_that_it_came_from() -> None:
    plain = {"kind": "consent_withdrawn", "occurred_on": "2026-02-01"}
    events = read_facts(Reading("facts.yaml", [plain, {**plain, "source": "REGISTRY"}], {"": Place(1, 1)}))
    assert [one.source.system for one in events if isinstance(one, Recorded)] == ["facts-file", "REGISTRY"]
