"""Small documents for tests of whole paths: one milestone at month 6 that rests on FIX activity alone."""

from oba.terms.agreement import Agreement
from oba.terms.payer_rule import PayerRule

_ACTIVITY = {
    "kind": "factor_activity",
    "clause": "4.2",
    "assay": "one_stage",
    "laboratory": "any",
    "unit": "IU/dL",
    "washout": {"half_lives": "5", "days": 10, "half_life_hours": {"IDELVION": "102"}},
    "selection": "nearest",
}
_JUDGE = {"effect": "judge", "clause": "6.1"}
_EXCLUDE = {"effect": "exclude", "clause": "6.2"}


def an_agreement(name: str, payer: str, *, approved_by: str = "approver", percent: str = "25") -> Agreement:
    """An agreement of one payer: FIX activity at month 6 of at least 20 IU/dL, or a share of the price back."""
    return Agreement.model_validate(
        {
            "kind": "agreement",
            "id": name,
            "title": "Synthetic agreement of a test",
            "label": "illustrative",
            "sources": [{"title": "invented", "for_what": "tests"}],
            "parties": {"manufacturer": "MAN-1", "payers": [payer]},
            "therapy": {"product": "HEMGENIX", "hcpcs": "J1411"},
            "currency": "USD",
            "signed_on": "2022-12-01",
            "effective_on": "2023-01-01",
            "governing_version": "at_infusion",
            "month_end": "clamp",
            "adults_only": True,
            "price": {"kind": "list_price_at_infusion", "clause": "3.1", "dose_share": "ignored"},
            "authority": {"clause": "8.1", "approved_by": approved_by},
            "milestones": [
                {
                    "id": "month-6",
                    "clause": "4.1",
                    "role": "judged",
                    "due": {"amount": 6, "unit": "months"},
                    "window": {"kind": "around_due", "before_days": 30, "after_days": 30},
                    "grace_days": 0,
                    "cure_days": 0,
                    "report_by_days": 14,
                    "criterion": "expression",
                }
            ],
            "criteria": {
                "expression": {
                    "kind": "compare",
                    "clause": "4.2",
                    "measure": _ACTIVITY,
                    "operator": ">=",
                    "threshold": "20",
                    "unit": "IU/dL",
                }
            },
            "missing_data": {
                "clause": "5.1",
                "patient": "exclude",
                "provider": "exclude",
                "payer": "exclude",
                "manufacturer": "exclude",
                "none_given": "exclude",
            },
            "consequences": {
                "died_related": _JUDGE,
                "died_unrelated": _EXCLUDE,
                "died_unknown": _EXCLUDE,
                "liver_transplanted": _EXCLUDE,
                "consent_withdrawn": _EXCLUDE,
                "lost_to_follow_up": _JUDGE,
                "change_of_payer": {"clause": "6.3", "follows": {"kind": "payer_at_infusion"}},
                "straddling_milestone": "judged",
            },
            "late_evidence": {"clause": "5.2", "rule": "reopen"},
            "refund": {
                "components": [{"kind": "table_by_milestone", "clause": "7.1", "rows": {"month-6": percent}}],
                "several_failures": {"clause": "7.2", "rule": "cumulative", "same_day": "all"},
                "rounding": "half_even",
            },
        }
    )


def a_payer_rule(name: str, payer: str) -> PayerRule:
    """A payer's right to ask twice a year for five years, under one reading."""
    return PayerRule.model_validate(
        {
            "kind": "payer_rule",
            "id": name,
            "title": "Synthetic payer rule of a test",
            "label": "illustrative",
            "sources": [{"title": "invented", "for_what": "tests"}],
            "payer": payer,
            "quotation": "not more frequently than twice a year",
            "effective_on": "2023-01-01",
            "purpose": "quality_only",
            "direction": "may_request",
            "readings": [
                {
                    "name": "six_months_apart",
                    "clause": "R1",
                    "frequency": {
                        "kind": "rolling_gap",
                        "gap": {"amount": 6, "unit": "months"},
                        "first_request": "month_0",
                    },
                }
            ],
            "governing_reading": "six_months_apart",
            "horizon": {"clause": "R2", "lasts": {"amount": 5, "unit": "years"}},
            "items": ["factor_activity", "bleeds"],
            "answer_within_days": 30,
            "basis": "agreement",
            "addressee": "prescriber",
            "end_events": ["patient_died"],
        }
    )
