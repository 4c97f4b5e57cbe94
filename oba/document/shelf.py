"""The shelf as the document streams have made it."""

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from oba.document.events import DocumentAmended, DocumentEnded, DocumentRegistered
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.terms.agreement import Agreement
from oba.terms.document import Document
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.payer_rule import PayerRule
from oba.terms.shelf import Shelf


def shelf_of(events: Iterable[Recorded[Body]]) -> Shelf:
    """Every version that was registered or amended, by content hash, each with the end that was recorded later."""
    stream = tuple(events)
    ends = _ends(stream)
    agreements: dict[str, Agreement] = {}
    payer_rules: dict[str, PayerRule] = {}
    follow_up_plans: dict[str, FollowUpPlan] = {}
    for version, document in versions(stream):
        match document:
            case Agreement():
                agreements[version] = document.model_copy(update=_ending(document, ends))
            case PayerRule():
                payer_rules[version] = document.model_copy(update=_ending(document, ends))
            case FollowUpPlan():
                follow_up_plans[version] = document
            case _:  # pragma: no cover
                assert_never(document)
    return Shelf(agreements=agreements, payer_rules=payer_rules, follow_up_plans=follow_up_plans)


def _ends(events: tuple[Recorded[Body], ...]) -> dict[str, date]:
    """The days on which documents end, by their ids; nothing new falls under any version of them afterwards."""
    named = {version: document.id for version, document in versions(events)}
    ended = (event.body for event in events if isinstance(event.body, DocumentEnded))
    return {named[body.content_hash]: body.ends_on for body in ended if body.content_hash in named}


def _ending(document: Agreement | PayerRule, ends: dict[str, date]) -> dict[str, date]:
    """The earlier of the end that the version states and the end that was recorded; nothing where none was."""
    if document.id not in ends:
        return {}
    return {"ends_on": min(ends[document.id], document.ends_on or ends[document.id])}


def versions(events: Iterable[Recorded[Body]]) -> list[tuple[str, Document]]:
    """The versions in the order in which they were put on the shelf."""
    return [
        (event.body.content_hash, event.body.document)
        for event in events
        if isinstance(event.body, DocumentRegistered | DocumentAmended)
    ]
