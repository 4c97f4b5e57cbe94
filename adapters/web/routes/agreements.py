"""Agreements on the shelf, each version by its hash: for an HTC without price and refund, for a payer only its own."""

from typing import Any

from fastapi import APIRouter

from adapters.web.access import Asker, TheAsker, TheServices
from adapters.web.problem import not_found
from oba.terms.agreement import Agreement

HIDDEN_FROM_HTC = frozenset({"price", "refund", "consequences"})
router = APIRouter(tags=["documents"])


@router.get("/agreements", name="list_agreements")
def list_agreements(services: TheServices, asker: TheAsker) -> dict[str, Any]:
    """Every registered version of every agreement that the asker may see."""
    versions = services.tracker.shelf().agreements
    rows = [_heading(hash_, terms) for hash_, terms in versions.items() if _is_shown(asker, terms)]
    ordered = sorted(rows, key=lambda row: (row["agreement_id"], row["effective_on"], row["terms_hash"]))
    return {"data": ordered, "next_cursor": None, "has_more": False}


@router.get("/agreements/{terms_hash}", name="read_agreement")
def read_agreement(terms_hash: str, services: TheServices, asker: TheAsker) -> dict[str, Any]:
    """One version of an agreement with all its terms, as far as the asker may see them."""
    terms = services.tracker.shelf().agreements.get(terms_hash)
    if terms is None or not _is_shown(asker, terms):
        raise not_found()
    hidden = set() if asker.scope.sees_money else set(HIDDEN_FROM_HTC)
    return {**_heading(terms_hash, terms), "terms": terms.model_dump(mode="json", exclude=hidden)}


def _is_shown(asker: Asker, terms: Agreement) -> bool:
    return asker.scope.payer_id is None or asker.scope.payer_id in terms.parties.payers


def _heading(terms_hash: str, terms: Agreement) -> dict[str, Any]:
    return {
        "agreement_id": terms.id,
        "terms_hash": terms_hash,
        "title": terms.title,
        "label": terms.label,
        "effective_on": terms.effective_on.isoformat(),
        "ends_on": terms.ends_on.isoformat() if terms.ends_on else None,
        "milestones": [milestone.id for milestone in terms.every_milestone],
    }
