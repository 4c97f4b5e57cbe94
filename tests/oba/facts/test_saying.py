"""What each fact says in a few words, and what it flags; one line for each fact of the list."""

from datetime import date
from typing import Any

import pytest

from oba.facts.any_fact import ANY_FACT, FACT_BY_KIND, FACT_TYPES
from oba.facts.base import Body, Fact
from tests.support.events import an_enrolment, an_infusion

DIGEST = "d" * 64
SAYINGS: dict[str, tuple[dict[str, Any], str]] = {
    "baseline_recorded": (
        {"lead_in": {"first": "2025-01-15", "last": "2026-01-14"},
         "bleeds": {"all": 4, "treated": 2, "spontaneous": 1, "joint": 3}},
        "lead-in 2025-01-15 to 2026-01-14 with 4 bleeds",
    ),
    "enrolment_ended": (
        {"agreement_id": "a-1", "reason": "payer_changed"}, "enrolment under a-1 ended: payer changed",
    ),
    "fix_activity_measured": (
        {"value": "38.60", "comparator": "<", "unit": "%", "assay": "one_stage", "laboratory": "central"},
        "FIX activity <38.60 %, one-stage, central",
    ),
    "liver_panel_measured": ({"alt": {"value": "40", "upper_limit_of_normal": "45"}}, "ALT 40 U/L"),
    "fix_inhibitor_tested": ({"value_bu": "0.6", "comparator": "<"}, "FIX inhibitor <0.6 BU"),
    "bleed_logged": (
        {"site": "knee_left", "location": "joint", "cause": "traumatic", "treated": True},
        "traumatic bleed, knee left, treated",
    ),
    "fix_product_used": ({"product": "IDELVION", "iu": "3000", "purpose": "bleed"}, "3000 IU IDELVION for bleed"),
    "prophylaxis_started": (
        {"product": "IDELVION", "every_days": "7"}, "prophylaxis with IDELVION every 7 days began",
    ),
    "prophylaxis_stopped": ({}, "prophylaxis stopped"),
    "prednisone_started": ({"mg_per_day": "60"}, "prednisone 60 mg a day began"),
    "prednisone_dose_changed": ({"mg_per_day": "40"}, "prednisone now 40 mg a day"),
    "prednisone_stopped": ({}, "prednisone stopped"),
    "milestone_assessed": (
        {"milestone": "m12", "bleed_log_complete_through": "2027-01-15", "attested_by": "P-1"},
        "visit for m12; bleed log complete through 2027-01-15, FIX use complete through not attested",
    ),
    "coverage_changed": ({"payer_id": "PAYER-B"}, "covered by PAYER-B"),
    "agreement_assumed_by_payer": ({"agreement_id": "a-1", "payer_id": "PAYER-B"}, "PAYER-B assumed a-1"),
    "offset_received": (
        {"agreement_id": "a-1", "received_from": "OTHER", "amount": "100.00", "currency": "USD"},
        "an amount received from OTHER towards a-1",
    ),
    "care_transferred": ({"htc_id": "HTC-2"}, "care transferred to HTC-2"),
    "consent_given": ({"version": "v1"}, "consent v1 given"),
    "consent_withdrawn": ({}, "consent withdrawn"),
    "lost_to_follow_up": ({"contacts_attempted": 3}, "lost to follow-up after 3 attempts"),
    "follow_up_resumed": ({}, "follow-up resumed"),
    "missing_cause_recorded": ({"milestone": "m12", "cause": "none_given"}, "evidence of m12 missing: none given"),
    "patient_died": ({"relation": "related"}, "patient died, related to the therapy"),
    "liver_transplanted": ({}, "liver transplanted"),
    "hospitalised": ({"cause": "bleed"}, "hospitalised: bleed"),
    "non_factor_prophylaxis_started": (
        {"product": "EMICIZUMAB"}, "non-factor prophylaxis with EMICIZUMAB began",
    ),
    "retreated": ({"product": "OTHER"}, "re-treated with OTHER"),
    "carcinoma_found": ({}, "hepatocellular carcinoma found"),
    "weight_measured": ({"weight_kg": "70.5"}, "weight 70.5 kg"),
    "adjudicator_answered": (
        {"agreement_id": "a-1", "milestone": "m12", "outcome": "not_met", "document_digest": DIGEST},
        "adjudicator: m12 not met",
    ),
    "exclusion_recorded": (
        {"agreement_id": "a-1", "milestone": "m12", "clause": "3.9"}, "m12 excluded under clause 3.9",
    ),
}  # fmt: skip


def told(kind: str, **changes: Any) -> Fact:
    return ANY_FACT.validate_python({"kind": kind, **SAYINGS[kind][0], **changes})


@pytest.mark.parametrize("kind", SAYINGS)
def test_a_fact_says_its_content_in_a_few_words(kind: str) -> None:
    assert told(kind).says() == SAYINGS[kind][1]


def test_the_infusion_and_the_enrolment_say_theirs() -> None:
    assert an_infusion().says() == "HEMGENIX infused, 100 % of the dose"
    assert an_enrolment("a-1", DIGEST).says() == "enrolled under a-1, payer PAYER-1"


def test_every_fact_of_the_list_has_its_line_here() -> None:
    assert {*SAYINGS, "infused", "enrolled_under_agreement"} == set(FACT_BY_KIND)


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("bleed_logged", {"treated": False}, "traumatic bleed, knee left, untreated"),
        ("fix_product_used", {"product": None}, "3000 IU of an unknown FIX product for bleed"),
        ("coverage_changed", {"payer_id": None}, "no longer covered"),
        ("patient_died", {"relation": "unknown"}, "patient died, cause unknown"),
        (
            "liver_panel_measured",
            {"alt": None, "ast": {"value": "3", "upper_limit_of_normal": "40"}},
            "liver panel without ALT",
        ),
    ],
)
def test_what_is_not_known_is_said_as_well(kind: str, changes: dict[str, Any], said: str) -> None:
    assert told(kind, **changes).says() == said


@pytest.mark.parametrize(
    ("kind", "changes", "flags"),
    [
        ("fix_activity_measured", {"value": "150"}, ()),
        ("fix_activity_measured", {"value": "150.1"}, ("supraphysiologic",)),
        ("fix_inhibitor_tested", {"comparator": "", "value_bu": "0.59"}, ()),
        ("fix_inhibitor_tested", {"comparator": "", "value_bu": "0.6"}, ("inhibitor_positive",)),
        ("fix_inhibitor_tested", {"comparator": ">", "value_bu": "0.6"}, ("inhibitor_positive",)),
        ("fix_inhibitor_tested", {"comparator": "<", "value_bu": "0.6"}, ()),
        ("baseline_recorded", {}, ()),
        (
            "baseline_recorded",
            {"lead_in": {"first": "2025-07-18", "last": "2026-01-14"}},
            (),
        ),
        (
            "baseline_recorded",
            {"lead_in": {"first": "2025-07-19", "last": "2026-01-14"}},
            ("lead_in_under_six_months",),
        ),
        ("prophylaxis_stopped", {}, ()),
    ],
)
def test_what_is_implausible_though_possible_is_flagged(kind: str, changes: dict[str, Any], flags: tuple[str]) -> None:
    assert told(kind, **changes).flags() == flags


def test_a_partial_dose_is_flagged() -> None:
    assert an_infusion(dose_share_percent="10").flags() == ("partial_dose",)
    assert an_infusion().flags() == ()


def test_every_fact_has_a_kind_and_a_stored_name_of_its_own() -> None:
    assert len({fact.kind_name() for fact in FACT_TYPES}) == len(FACT_TYPES)
    assert FACT_BY_KIND["bleed_logged"].topic() == "oba.infusion.bleed_logged.v1"


def test_a_fact_without_words_of_its_own_says_its_kind() -> None:
    class SomethingHappened(Fact):
        kind: str = "something_happened"

    assert SomethingHappened().says() == "something happened"


@pytest.mark.parametrize("kind", SAYINGS)
def test_a_fact_is_written_and_read_again_unchanged(kind: str) -> None:
    fact = told(kind)
    assert ANY_FACT.validate_json(fact.model_dump_json()) == fact


def test_a_schedule_says_why_it_began_where_that_is_stated() -> None:
    fact = told("prophylaxis_started", cause="loss_of_effect")
    assert fact.says() == "prophylaxis with IDELVION every 7 days began, cause: loss of effect"


def test_only_what_may_precede_the_infusion_does() -> None:
    before = {kind for kind, fact in FACT_BY_KIND.items() if fact.TIMING == "any_day"}
    assert before == {
        "baseline_recorded", "fix_product_used", "prophylaxis_started", "prophylaxis_stopped", "consent_given",
        "weight_measured", "fix_inhibitor_tested",
    }  # fmt: skip


def test_no_event_is_open_or_can_be_changed() -> None:
    assert Body.model_config["extra"] == "forbid"
    assert Body.model_config["frozen"] is True
    assert date(2026, 1, 15).isoformat() in told("milestone_assessed", fix_use_complete_through="2026-01-15").says()
