from datetime import date

import pytest

from oba.evidence import Evidence
from projections.every import PROJECTIONS, Projection
from projections.reading import Reading
from tests.support.lives import REFERENCE, Life


def a_life() -> Life:
    """A life with something to say in every read model."""
    life = Life().registered().enrolled()
    life.asked(date(2024, 8, 1))
    life.measured(date(2025, 1, 10), "3")
    life.approved(life.proposed("month-12", date(2025, 3, 1)), date(2025, 3, 2))
    return life


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_the_same_stream_gives_the_same_rows_with_keys_of_their_own(projection: Projection) -> None:
    life = a_life()
    first = projection.rows_of(Reading(life.stream, life.shelf, REFERENCE))
    again = projection.rows_of(Reading(life.stream, life.shelf, REFERENCE))
    assert first
    assert first == again
    assert len({row.row_key for row in first}) == len(first)
    assert {type(row) for row in first} == {projection.row_type}


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_every_price_field_is_a_field_of_its_row(projection: Projection) -> None:
    assert set(projection.row_type.model_fields) >= projection.row_type.PRICE_FIELDS


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_no_row_names_the_patient_token(projection: Projection) -> None:
    life = a_life()
    for row in projection.rows_of(Reading(life.stream, life.shelf, REFERENCE)):
        assert str(life.token) not in row.model_dump_json()


def test_without_an_infusion_in_force_there_is_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Evidence, "infused", property(lambda _: None))
    life = Life()
    life.registered()
    reading = Reading(life.stream, life.shelf, REFERENCE)
    for projection in PROJECTIONS:
        if projection.name != "timeline":
            assert projection.rows_of(reading) == ()
    assert reading.htc_id == ""


def test_an_agreement_without_an_enrolment_has_no_payer() -> None:
    life = Life().registered()
    assert Reading(life.stream, life.shelf, REFERENCE).payer_of("test-agreement", "month-6") is None


def test_the_names_of_the_read_models_are_their_own() -> None:
    names = [projection.name for projection in PROJECTIONS]
    assert len(set(names)) == len(names) == 8
