"""One small document of each kind, with every part that the models ask for."""

from typing import Any

from oba.document.events import DocumentRegistered
from oba.terms.document import ANY_DOCUMENT, Document, terms_hash

_SOURCES = [{"title": "test", "dated": "2026-01-01", "for_what": "everything"}]

PAYER_RULE: dict[str, Any] = {
    "kind": "payer_rule",
    "id": "test-rule",
    "title": "Follow-up data, at most twice a year",
    "label": "illustrative",
    "sources": _SOURCES,
    "payer": "PAYER-1",
    "quotation": "not more often than biannually",
    "effective_on": "2020-01-01",
    "purpose": "quality_only",
    "direction": "may_request",
    "readings": [
        {"clause": "R1", "name": "twice-a-year", "frequency": {"kind": "per_calendar_year", "most": 2}},
        {
            "clause": "R2",
            "name": "six-months-apart",
            "frequency": {
                "kind": "rolling_gap",
                "gap": {"amount": 6, "unit": "months"},
                "first_request": "after_gap",
            },
        },
    ],
    "governing_reading": "twice-a-year",
    "horizon": {"clause": "R3", "lasts": {"amount": 5, "unit": "years"}},
    "items": ["factor_activity", "bleeds"],
    "answer_within_days": None,
    "basis": "consent",
    "addressee": "prescriber",
    "end_events": ["patient_died"],
}

AGREEMENT: dict[str, Any] = {
    "kind": "agreement",
    "id": "test-agreement",
    "title": "Refund where FIX activity falls short",
    "label": "illustrative",
    "sources": _SOURCES,
    "parties": {"manufacturer": "MANUFACTURER-1", "payers": ["PAYER-1"]},
    "therapy": {"product": "HEMGENIX", "hcpcs": "J1411"},
    "currency": "USD",
    "signed_on": "2020-01-01",
    "effective_on": "2020-01-01",
    "governing_version": "at_infusion",
    "month_end": "clamp",
    "adults_only": True,
    "price": {"clause": "2.1", "kind": "list_price_at_infusion", "dose_share": "ignored"},
    "authority": {"clause": "3.1", "approved_by": "approver"},
    "milestones": [
        {
            "clause": "4.1",
            "id": "month-12",
            "role": "judged",
            "due": {"amount": 12, "unit": "months"},
            "window": {"kind": "around_due", "before_days": 30, "after_days": 30},
            "grace_days": 0,
            "cure_days": 0,
            "report_by_days": 30,
            "criterion": "activity",
        }
    ],
    "criteria": {
        "activity": {
            "clause": "5.1",
            "kind": "compare",
            "measure": {
                "clause": "5.1",
                "kind": "factor_activity",
                "assay": "one_stage",
                "laboratory": "any",
                "unit": "IU/dL",
                "washout": {"half_lives": "5", "days": 10},
                "selection": "nearest",
            },
            "operator": ">=",
            "threshold": "5",
            "unit": "IU/dL",
        }
    },
    "missing_data": {
        "clause": "6.1",
        "patient": "exclude",
        "provider": "fail",
        "payer": "exclude",
        "manufacturer": "fail",
        "none_given": "refer",
    },
    "consequences": {
        "died_related": {"clause": "7.1", "effect": "fail"},
        "died_unrelated": {"clause": "7.2", "effect": "exclude"},
        "died_unknown": {"clause": "7.3", "effect": "exclude"},
        "liver_transplanted": {"clause": "7.4", "effect": "exclude"},
        "consent_withdrawn": {"clause": "7.5", "effect": "exclude"},
        "lost_to_follow_up": {"clause": "7.6", "effect": "judge"},
        "change_of_payer": {"clause": "7.7", "follows": {"kind": "payer_at_infusion"}},
        "straddling_milestone": "judged",
    },
    "late_evidence": {"clause": "8.1", "rule": "reopen"},
    "refund": {
        "components": [{"clause": "9.1", "kind": "table_by_milestone", "rows": {"month-12": "40"}}],
        "several_failures": {"clause": "9.2", "rule": "cumulative", "same_day": "all"},
        "rounding": "half_even",
    },
}

FOLLOW_UP_PLAN: dict[str, Any] = {
    "kind": "follow_up_plan",
    "id": "test-plan",
    "title": "Weekly liver panel for three months",
    "label": "illustrative",
    "sources": _SOURCES,
    "product": "HEMGENIX",
    "effective_on": "2020-01-01",
    "month_end": "clamp",
    "visits": [
        {
            "clause": "1.1",
            "id": "weekly-liver-panel",
            "purpose": "monitoring",
            "first": {"amount": 1, "unit": "weeks"},
            "every": {"amount": 1, "unit": "weeks"},
            "last": {"amount": 3, "unit": "months"},
            "before_days": 2,
            "after_days": 2,
            "items": ["liver_panel"],
        }
    ],
    "notice": "for clinician review, not a medical device",
}


def a_document(content: dict[str, Any], **changes: Any) -> Document:
    """A document of plain content, with some of its members changed."""
    return ANY_DOCUMENT.validate_python({**content, **changes})


def a_registration(content: dict[str, Any] | None = None) -> DocumentRegistered:
    """The registration of a document, of the payer rule where none is given."""
    document = a_document(content or PAYER_RULE)
    return DocumentRegistered(content_hash=terms_hash(document), document=document)
