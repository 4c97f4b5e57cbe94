"""One sample of every event type, and the files in which they were once stored.

Run `python -m tests.stored_events.samples` after a new event type was added: it writes the missing files and touches
none that is there. A stored file is never changed. Where a type gains an optional field, copy its file to
`<topic>.<date>.json` first and let the script write `<topic>.json` again.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.log.mapper import encode
from adapters.log.topics import TOPICS
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Source
from oba.identity import derived_id
from oba.terms.document import terms_hash
from tests.support.documents import AGREEMENT, FOLLOW_UP_PLAN, PAYER_RULE, a_document
from tests.support.store import infused

FOLDER = Path(__file__).parent
STREAM = UUID("0f7c5a0e-7a9c-5a6e-9a77-0b6a1f5c2d11")
_DIGEST = "0123456789abcdef" * 4
_ID = "5e2f6b1c-55b2-5c2c-8f3a-5b3b8f9d1a77"
_REMINDER = {
    "reminder_id": _ID,
    "agreement_id": "test-agreement",
    "milestone": "month-12",
    "rung": "t_minus_30",
    "recipient": "PER-1",
    "due_on": "2027-02-28",
}
_TRACE = {
    "step": "determination",
    "sentence": "FIX activity 3.2 IU/dL is not at least 5 IU/dL",
    "clause": "4.1",
    "value": "3.2",
    "reason": "criterion",
    "verdict": "false",
    "used": [{"fact_id": _ID, "kind": "fix_activity_measured", "occurred_on": "2027-02-20", "says": "3.2 IU/dL"}],
    "rejected": [
        {
            "fact_id": _ID,
            "kind": "fix_activity_measured",
            "occurred_on": "2027-02-18",
            "reason": "contaminated",
            "sentence": "drawn 20 h after a dose",
        }
    ],
    "wanted": [{"what": "FIX activity, one-stage", "until": "2027-03-30"}],
    "unverified": ["half-life of ALPROLIX 86.5 h [R]"],
    "because": [{"step": "measure", "sentence": "the nearest result counts"}],
}
_DETERMINATION = {
    "determination_id": _ID,
    "infusion_id": str(STREAM),
    "agreement_id": "test-agreement",
    "terms_hash": _DIGEST,
    "milestone": "month-12",
    "obligation": {
        "kind": "milestone",
        "document_id": "test-agreement",
        "name": "month-12",
        "clause": "4.1",
        "day_0": "2026-02-28",
        "opens_on": "2027-01-29",
        "due_on": "2027-02-28",
        "closes_on": "2027-03-30",
        "grace_ends_on": "2027-03-30",
        "cure_ends_on": "2027-03-30",
        "report_by_on": "2027-04-29",
    },
    "as_of": "2027-04-01",
    "known_at": "2027-04-01T12:00:00.000001Z",
    "evidence_digest": _DIGEST,
    "reference_hash": _DIGEST,
    "engine_edition": "2026-1",
    "finding": "not_met",
    "reason": "criterion",
    "first_failure_on": "2027-02-20",
    "unverified": ["half-life of ALPROLIX 86.5 h [R]"],
    "decisive_fact_ids": [_ID],
    "trace": _TRACE,
}
_FIX_ACTIVITY = {
    "value": "38.60",
    "comparator": "",
    "unit": "IU/dL",
    "assay": "one_stage",
    "laboratory": "central",
    "reagent": "actin-fsl",
    "state": "final",
    "system": "lab-1",
    "accession_digest": _DIGEST,
}
_READING = {
    "reading": "twice-a-year",
    "permitted": True,
    "reason": "within_frequency",
    "clause": "R1",
    "next_permitted_on": None,
}

CONTENTS: dict[str, dict[str, Any]] = {
    "infused": infused(UUID(_ID)).model_dump(mode="json", exclude={"kind"}) | {"ended_at": "2026-02-28T11:30:00-06:00"},
    "baseline_recorded": {
        "lead_in": {"first": "2025-08-01", "last": "2026-02-27"},
        "bleeds": {"all": 4, "treated": 3, "spontaneous": 2, "joint": 1},
        "fix_use_iu": "120000",
        "regimen": {"product": "ALPROLIX", "iu_per_dose": "4000", "every_days": "7"},
        "fix_activity_iu_per_dl": "1.0",
        "alt_u_per_l": "24",
        "anti_aav5": {"comparator": "<", "value": "7", "assay": "seven_point"},
        "inhibitor_bu": "0.0",
    },
    "enrolled_under_agreement": {
        "agreement_id": "test-agreement",
        "terms_hash": _DIGEST,
        "payer_id": "PAYER-1",
        "price_basis": "list_price_at_infusion",
        "price": "3500000.00",
        "currency": "USD",
        "claim_reference_digest": _DIGEST,
        "agreement_identifier_on_claim": "OBA-1",
        "consent_version": "1",
    },
    "enrolment_ended": {"agreement_id": "test-agreement", "reason": "payer_changed"},
    "fix_activity_measured": _FIX_ACTIVITY,
    "liver_panel_measured": {
        "alt": {"value": "31", "upper_limit_of_normal": "40"},
        "ast": {"value": "28", "upper_limit_of_normal": "40"},
    },
    "fix_inhibitor_tested": {"value_bu": "0.6", "comparator": "<", "assay": "nijmegen", "accession_digest": _DIGEST},
    "bleed_logged": {
        "site": "knee_left",
        "location": "joint",
        "cause": "spontaneous",
        "treated": True,
        "last_treatment": {"on": "2026-06-02", "at": "2026-06-02T09:00:00-05:00"},
        "adjudicated": True,
    },
    "fix_product_used": {"product": None, "iu": "4000", "purpose": "bleed", "bleed_fact_id": _ID},
    "prophylaxis_started": {"product": "ALPROLIX", "every_days": "7"},
    "prophylaxis_stopped": {},
    "prednisone_started": {"mg_per_day": "60"},
    "prednisone_dose_changed": {"mg_per_day": "37.5"},
    "prednisone_stopped": {},
    "milestone_assessed": {
        "milestone": "month-12",
        "bleed_log_complete_through": "2027-02-27",
        "fix_use_complete_through": "2027-02-27",
        "attested_by": "PER-2",
    },
    "coverage_changed": {"payer_id": None},
    "agreement_assumed_by_payer": {"agreement_id": "test-agreement", "payer_id": "PAYER-2"},
    "offset_received": {
        "agreement_id": "test-agreement",
        "received_from": "OTHER",
        "amount": "125000.00",
        "currency": "USD",
    },
    "care_transferred": {"htc_id": "HTC-2"},
    "consent_given": {"version": "1"},
    "consent_withdrawn": {},
    "lost_to_follow_up": {"contacts_attempted": 3},
    "follow_up_resumed": {},
    "missing_cause_recorded": {"milestone": "month-12", "cause": "provider"},
    "patient_died": {"relation": "unrelated"},
    "liver_transplanted": {},
    "hospitalised": {"cause": "bleed"},
    "non_factor_prophylaxis_started": {"product": "CONCIZUMAB"},
    "retreated": {"product": "OTHER-GENE-THERAPY"},
    "carcinoma_found": {},
    "weight_measured": {"weight_kg": "80.5"},
    "adjudicator_answered": {
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "outcome": "met",
        "document_digest": _DIGEST,
    },
    "exclusion_recorded": {"agreement_id": "test-agreement", "milestone": "month-12", "clause": "6.1"},
    "fact_corrected": {
        "fact_id": _ID,
        "reason": "laboratory_corrected",
        "source_sequence": 2,
        "content": {"kind": "fix_activity_measured", **_FIX_ACTIVITY, "value": "3.2"},
    },
    "fact_retracted": {"fact_id": _ID, "reason": "entered_in_error"},
    "facts_moved": {"fact_ids": [_ID], "to_infusion_id": str(STREAM), "approved_by": "PER-2"},
    "data_requested": {
        "request_id": _ID,
        "payer_id": "PAYER-1",
        "rule_id": "test-rule",
        "rule_hash": _DIGEST,
        "items": ["factor_activity", "bleeds"],
        "verdict": {
            "asked_on": "2026-09-01",
            "label": "permitted_under_every_reading",
            "governing_reading": "twice-a-year",
            "permitted": True,
            "readings": [_READING],
        },
    },
    "data_provided": {"request_id": _ID, "items": ["bleeds"]},
    "data_request_declined": {"request_id": _ID, "reason": "consent_missing"},
    "determination_proposed": {
        "determination": _DETERMINATION,
        "base": "3500000.00",
        "refund": [
            {
                "component": "table_by_milestone",
                "clause": "9.1",
                "milestone": "month-12",
                "formula": "3,500,000.00 x 40 %",
                "amount": "1400000.00",
            }
        ],
        "differences": [{"milestone": "month-12", "beneficiary": "PAYER-1", "amount": "1400000.00"}],
        "currency": "USD",
        "beneficiary": "PAYER-1",
        "supersedes": None,
    },
    "milestone_determined": {
        "determination_id": _ID,
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "outcome": "not_met",
        "supersedes": _ID,
    },
    "determination_endorsed": {
        "determination_id": _ID,
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "role": "payer_approver",
    },
    "determination_returned": {"determination_id": _ID, "reason": "evidence_questioned"},
    "milestone_waiver_proposed": {
        "waiver_id": _ID,
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "clause": "6.1",
    },
    "milestone_waived": {
        "waiver_id": _ID,
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "clause": "6.1",
        "proposed_by": "PER-1",
        "approved_by": "PER-2",
    },
    "refund_triggered": {
        "determination_id": _ID,
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "clause": "9.1",
        "amount": "1400000.00",
        "currency": "USD",
        "beneficiary": "PAYER-1",
    },
    "refund_adjusted": {
        "determination_id": _ID,
        "supersedes": _ID,
        "agreement_id": "test-agreement",
        "milestone": "month-12",
        "difference": "-1400000.00",
        "currency": "USD",
        "beneficiary": "PAYER-1",
    },
    "reminder_sent": _REMINDER,
    "reminder_skipped": {**_REMINDER, "reason": "evidence_arrived"},
    "registered": {"content_hash": terms_hash(a_document(PAYER_RULE)), "document": PAYER_RULE},
    "amended": {
        "content_hash": terms_hash(a_document(AGREEMENT)),
        "replaces": _DIGEST,
        "effective_on": "2026-01-01",
        "signed_on": "2025-12-01",
        "binds": "new_infusions",
        "document": AGREEMENT,
    },
    "ended": {"content_hash": terms_hash(a_document(FOLLOW_UP_PLAN)), "ends_on": "2030-12-31", "reason": "expired"},
}


def an_event(body_type: type[Body]) -> Drafted[Body]:
    """The sample of an event type; KeyError where there is none yet."""
    kind = body_type.kind_name()
    command_id = derived_id("stored-sample", kind)
    body = body_type.model_validate({**CONTENTS[kind], "kind": kind})
    return Drafted[Body].model_validate(
        {
            "event_id": derived_id("event", command_id, 0),
            "stream_id": STREAM,
            "version": 1,
            "occurred_on": "2026-02-28",
            "occurred_at": "2026-02-28T10:15:00-06:00",
            "actor": "PER-1",
            "source": Source(system="sample", document_digest=_DIGEST),
            "command_id": command_id,
            "correlation_id": command_id,
            "body": body,
        }
    )


def write_missing() -> None:
    """Store a sample of every event type that has none yet."""
    for topic, body_type in TOPICS.items():
        file = FOLDER / f"{topic}.json"
        if not file.exists():
            file.write_bytes(encode(an_event(body_type)) + b"\n")


if __name__ == "__main__":
    write_missing()
