"""The shelf as the document streams have made it."""

from collections.abc import Iterable

from oba.document.events import DocumentAmended, DocumentRegistered
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.terms.agreement import Agreement
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.payer_rule import PayerRule
from oba.terms.shelf import Shelf


def shelf_of(events: Iterable[Recorded[Body]]) -> Shelf:
    """Every version that was registered or amended, by content hash."""
    agreements: dict[str, Agreement] = {}
    payer_rules: dict[str, PayerRule] = {}
    follow_up_plans: dict[str, FollowUpPlan] = {}
    for version, document in versions(events):
        match document:
            case Agreement():
                agreements[version] = document
            case PayerRule():
                payer_rules[version] = document
            case FollowUpPlan():
                follow_up_plans[version] = document
    return Shelf(agreements=agreements, payer_rules=payer_rules, follow_up_plans=follow_up_plans)


def versions(events: Iterable[Recorded[Body]]) -> list[tuple[str, Document]]:
    """The versions in the order in which they were put on the shelf."""
    return [
        (event.body.content_hash, event.body.document)
        for event in events
        if isinstance(event.body, DocumentRegistered | DocumentAmended)
    ]
