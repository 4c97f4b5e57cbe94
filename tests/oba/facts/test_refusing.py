"""What no fact may say: each wrong field is refused, and the field is named."""

from typing import Any

import pytest
from pydantic import ValidationError

from oba.facts.any_fact import ANY_FACT
from oba.facts.correction import FactCorrected, FactRetracted, FactsMoved
from oba.facts.recorded import Drafted, Recorded, Source
from oba.identity import derived_id
from oba.problems import problems_of
from tests.oba.facts.test_saying import SAYINGS
from tests.support.events import DAY_0, INFUSION, History, a_result, an_enrolment, an_infusion

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("fix_activity_measured", {"value": "-1"}, "/value"),
    ("fix_activity_measured", {"value": "NaN"}, "/value"),
    ("fix_activity_measured", {"value": 40}, "/value"),
    ("fix_activity_measured", {"value": 40.5}, "/value"),
    ("fix_activity_measured", {"value": "400", "unit": "IU/dL"}, "/value"),
    ("fix_activity_measured", {"value": "4", "unit": "IU/mL"}, "/value"),
    ("fix_activity_measured", {"unit": "g/L"}, "/unit"),
    ("fix_activity_measured", {"assay": "two_stage"}, "/assay"),
    ("fix_activity_measured", {"laboratory": "regional"}, "/laboratory"),
    ("fix_activity_measured", {"comparator": "~"}, "/comparator"),
    ("fix_activity_measured", {"accession_digest": "ACC-1"}, "/accession_digest"),
    ("fix_activity_measured", {"reagent": "free text here"}, "/reagent"),
    ("fix_activity_measured", {"comment": "the patient said"}, "/comment"),
    ("fix_inhibitor_tested", {"value_bu": "-0.1"}, "/value_bu"),
    ("fix_product_used", {"iu": "0"}, "/iu"),
    ("fix_product_used", {"purpose": "holiday"}, "/purpose"),
    ("bleed_logged", {"treated": "yes"}, "/treated"),
    ("bleed_logged", {"treated": False, "last_treatment": {"on": "2026-01-20"}}, "/last_treatment"),
    ("bleed_logged", {"site": "left knee of the patient"}, "/site"),
    ("bleed_logged", {"cause": "none"}, "/cause"),
    ("baseline_recorded", {"lead_in": {"first": "2026-01-14", "last": "2026-01-13"}}, "/lead_in/last"),
    ("baseline_recorded", {"bleeds": {"all": 1, "treated": 2, "spontaneous": 0, "joint": 0}}, "/bleeds/all"),
    ("baseline_recorded", {"bleeds": {"all": -1, "treated": 0, "spontaneous": 0, "joint": 0}}, "/bleeds/all"),
    ("liver_panel_measured", {"alt": None}, "/alt"),
    ("liver_panel_measured", {"alt": {"value": "40", "upper_limit_of_normal": "0"}}, "/alt/upper_limit_of_normal"),
    ("lost_to_follow_up", {"contacts_attempted": 0}, "/contacts_attempted"),
    ("prophylaxis_started", {"every_days": "0"}, "/every_days"),
    ("prednisone_started", {"mg_per_day": "-5"}, "/mg_per_day"),
    ("patient_died", {"relation": "perhaps"}, "/relation"),
    ("missing_cause_recorded", {"cause": "weather"}, "/cause"),
    ("weight_measured", {"weight_kg": "0"}, "/weight_kg"),
    ("milestone_assessed", {"bleed_log_complete_through": 20270115}, "/bleed_log_complete_through"),
    ("adjudicator_answered", {"outcome": "waived"}, "/outcome"),
]


@pytest.mark.parametrize(("kind", "changes", "pointer"), WRONG)
def test_a_wrong_field_is_refused_and_named(kind: str, changes: dict[str, Any], pointer: str) -> None:
    content = {"kind": kind, **SAYINGS[kind][0], **changes}
    with pytest.raises(ValidationError) as caught:
        ANY_FACT.validate_python(content)
    assert {problem.pointer for problem in problems_of(caught.value, content=content)} == {pointer}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kit_lot_digests": []}, "/kit_lot_digests"),
        ({"kit_lot_digests": ["LOT-1"]}, "/kit_lot_digests/0"),
        ({"weight_kg": "401"}, "/weight_kg"),
        ({"vials": 0}, "/vials"),
        ({"vials": "14"}, "/vials"),
        ({"ndc": "53-140-14"}, "/ndc"),
        ({"dose_share_percent": "100.1"}, "/dose_share_percent"),
        ({"adult_on_day_0": "true"}, "/adult_on_day_0"),
        ({"ended_at": "2026-01-15T10:00:00"}, "/ended_at"),
        ({"patient_token": "a name"}, "/patient_token"),
    ],
)
def test_a_wrong_infusion_is_refused_and_the_field_is_named(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ValidationError) as caught:
        an_infusion(**changes)
    assert pointer in {problem.pointer for problem in problems_of(caught.value)}


@pytest.mark.parametrize("price", ["0.00", "-1.00", "3500000", "3500000.0"])
def test_an_enrolment_has_a_price_above_nothing(price: str) -> None:
    with pytest.raises(ValidationError):
        an_enrolment("a-1", "d" * 64, price=price)


def test_an_unknown_kind_of_fact_is_refused() -> None:
    with pytest.raises(ValidationError):
        ANY_FACT.validate_python({"kind": "rumour_heard"})


def test_a_correction_holds_a_whole_fact_and_a_coded_reason() -> None:
    fact_id = derived_id("fact")
    correction = FactCorrected(fact_id=fact_id, reason="wrong_unit", content=a_result())
    assert FactCorrected.model_validate_json(correction.model_dump_json()) == correction
    for wrong in ({"content": {"value": "5.2"}}, {"reason": "because"}, {"source_sequence": -1}):
        with pytest.raises(ValidationError):
            FactCorrected.model_validate({**correction.model_dump(mode="json"), **wrong})


def test_a_retraction_and_a_move_name_their_facts() -> None:
    with pytest.raises(ValidationError):
        FactRetracted.model_validate({"fact_id": "none", "reason": "duplicate"})
    with pytest.raises(ValidationError):
        FactsMoved.model_validate({"fact_ids": [], "to_infusion_id": str(INFUSION), "approved_by": "P-1"})


def test_an_event_is_written_and_read_again_with_its_body() -> None:
    history = History()
    history.tell(a_result(), on=DAY_0)
    event = history.events[-1]
    plain = event.model_dump(mode="json")
    assert plain["body"]["value"] == "40"
    again = Recorded[type(event.body)].model_validate(plain)  # type: ignore[misc]
    assert again.body == event.body


def test_a_draft_begins_with_version_one_and_says_where_it_comes_from() -> None:
    event = History().events[0]
    plain = {**event.model_dump(mode="json", exclude={"position", "recorded_at"}), "body": event.body}
    with pytest.raises(ValidationError):
        Drafted.model_validate({**plain, "version": 0})
    with pytest.raises(ValidationError):
        Source.model_validate({"system": "LAB-A", "accession_digest": "ACC-1"})
