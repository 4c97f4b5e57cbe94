"""The shelf as the document streams have made it."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import assert_never

from oba.document.events import DocumentAmended, DocumentEnded, DocumentRegistered
from oba.facts.base import Body
from oba.facts.recorded import Recorded
from oba.terms.agreement import Agreement
from oba.terms.amendment import Amendment
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
    return Shelf(
        agreements=agreements,
        payer_rules=payer_rules,
        follow_up_plans=follow_up_plans,
        amendments=_amendments(stream),
    )


def _amendments(events: tuple[Recorded[Body], ...]) -> dict[str, Amendment]:
    """What each amendment of an agreement says of itself, by the hash of the version that it brought."""
    return {
        body.content_hash: Amendment(
            replaces=body.replaces,
            reaches_from=reaches_from(body.document, body.signed_on, body.signed_by),
            signed_on=body.signed_on,
            recorded_at=event.recorded_at,
            binds=body.binds,
            migration=body.migration or "governing_version_date",
            may_reduce_issued=body.may_reduce_issued,
        )
        for event in events
        if isinstance(body := event.body, DocumentAmended) and isinstance(body.document, Agreement)
    }


def reaches_from(agreement: Agreement, signed_on: date, signed_by: Collection[str]) -> date:
    """The first day that the version reaches: its own, or that of the signature unless all parties signed (C03)."""
    return agreement.begins_on if all_signed(agreement, signed_by) else max(agreement.begins_on, signed_on)


def all_signed(agreement: Agreement, signed_by: Collection[str]) -> bool:
    """Whether the manufacturer and every payer of the agreement signed."""
    return {agreement.parties.manufacturer, *agreement.parties.payers} <= set(signed_by)


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
