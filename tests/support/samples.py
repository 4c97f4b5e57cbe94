"""Bodies that pass, of one synthetic patient whose names occur nowhere else; and one request for each operation."""

from typing import Any

from oba.terms.document import Document, terms_hash
from tests.support.agreements import a_payer_rule, an_agreement

FIRST = an_agreement("first-agreement", "PAY-1")
SECOND = an_agreement("second-agreement", "PAY-2", approved_by="payer_approver")
RULE = a_payer_rule("twice-a-year", "PAY-1")

GIVEN_NAME, FAMILY_NAME, MEMBER = "Zephyrine", "Quackenbush", "MBR-7715-0042"
PATIENT = {
    "given_name": GIVEN_NAME,
    "family_name": FAMILY_NAME,
    "born_on": "1979-03-17",
    "sex": "female",
    "member_reference": MEMBER,
}
LOT, ACCESSION, CLAIM = "LOT-X93177", "ACC-20270514-88", "CLM-5550199"
ADMINISTRATION = {
    "product": "HEMGENIX",
    "htc_id": "HTC-1",
    "weight_kg": "80",
    "volume_ml": "160",
    "vials": 16,
    "kit_lots": [LOT],
    "ndc": "00053-0100-10",
    "dose_share_percent": "100",
}
INFUSION = {"patient": PATIENT, "occurred_at": "2026-11-15T09:30:00-06:00", "fact": ADMINISTRATION}
FIX = {
    "kind": "fix_activity_measured",
    "value": "5.2",
    "unit": "IU/dL",
    "assay": "one_stage",
    "laboratory": "central",
    "accession": ACCESSION,
}


def enrolment(terms: Document = FIRST, payer: str = "PAY-1") -> dict[str, Any]:
    """The body of an enrolment on the day of the infusion."""
    return {
        "occurred_on": "2026-11-15",
        "fact": {
            "kind": "enrolled_under_agreement",
            "agreement_id": terms.id,
            "terms_hash": terms_hash(terms),
            "payer_id": payer,
            "price_basis": "list_price_at_infusion",
            "price": "3500000.00",
            "currency": "USD",
            "claim_reference": CLAIM,
            "consent_version": "consent-1",
        },
    }


def fact(content: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The body of a fact; a FIX activity of the milestone's window where none is given."""
    return {"occurred_at": "2027-05-14T14:00:00Z", "fact": content or FIX, **more}


def requests_of(infusion: str) -> dict[str, tuple[str, str, Any]]:
    """One request for each operation: method, address and body; the writes are stale or about nothing that exists."""
    nothing = "00000000-0000-0000-0000-000000000000"
    told = {"occurred_on": "2027-06-01"}
    milestone = {"agreement_id": "first-agreement", "milestone": "month-6"}
    reads = {
        "list_infusions": "/v1/infusions",
        "read_infusion": infusion,
        "read_timeline": f"{infusion}/timeline",
        "read_schedule": f"{infusion}/schedule",
        "read_evidence": f"{infusion}/evidence",
        "list_determinations": f"{infusion}/determinations",
        "list_refund_triggers": "/v1/refund-triggers",
        "export_triggers": "/v1/exports/triggers?payer=PAY-1&period=2027Q2",
        "list_data_request_windows": "/v1/data-request-windows",
        "list_worklist": "/v1/worklist",
        "judge_data_request": f"{infusion}/data-requests/verdict?rule_id=twice-a-year&asked_on=2027-06-01",
        "list_agreements": "/v1/agreements",
        "read_agreement": f"/v1/agreements/{terms_hash(FIRST)}",
        "list_htcs": "/v1/directory/htcs",
        "list_payers": "/v1/directory/payers",
        "list_manufacturers": "/v1/directory/manufacturers",
    }
    writes: dict[str, tuple[str, Any]] = {
        "register_infusion": ("/v1/infusions", INFUSION),
        "enrol_infusion": (f"{infusion}/enrolments", enrolment()),
        "record_fact": (f"{infusion}/facts", fact()),
        "correct_fact": (f"{infusion}/facts/{nothing}/corrections", fact(reason="wrong_unit")),
        "correct_infusion": (
            f"{infusion}/corrections",
            {"reason": "wrong_date", "occurred_at": "2026-11-16T15:30:00Z", "fact": ADMINISTRATION},
        ),
        "retract_fact": (f"{infusion}/facts/{nothing}/retractions", {**told, "reason": "duplicate"}),
        "propose_waiver": (f"{infusion}/waivers", {**milestone, "clause": "9.1"}),
        "approve_waiver": (f"{infusion}/waivers/{nothing}/approvals", None),
        "propose_determination": (f"{infusion}/determinations", milestone),
        "approve_determination": (f"{infusion}/determinations/{nothing}/approvals", None),
        "return_determination": (f"{infusion}/determinations/{nothing}/returns", {"reason": "terms_questioned"}),
        "record_data_request": (
            f"{infusion}/data-requests",
            {"rule_id": "twice-a-year", "items": ["bleeds"], "asked_on": "2027-06-01"},
        ),
        "answer_data_request": (
            f"{infusion}/data-requests/{nothing}/answers",
            {"items": ["bleeds"], "provided_on": "2027-06-02"},
        ),
        "decline_data_request": (
            f"{infusion}/data-requests/{nothing}/declines",
            {"reason": "duplicate", "declined_on": "2027-06-02"},
        ),
    }
    return {
        **{operation: ("GET", path, None) for operation, path in reads.items()},
        **{operation: ("POST", path, body) for operation, (path, body) in writes.items()},
    }
