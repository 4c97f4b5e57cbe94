"""A payer's command names only what is the payer's own; what is another payer's is answered like what is absent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from adapters.web.belonging import payers_of_named
from adapters.web.problem import not_found
from adapters.web.sight import Sight
from oba.facts.base import Body
from oba.facts.coverage import AgreementAssumedByPayer
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.infusion.events import MilestoneWaiverProposed


def check_own(sight: Sight, content: Mapping[str, Any]) -> None:
    """404 where a command is about an agreement, milestone, proposal, request or fact that is not the payer's own."""
    payer = sight.scope.payer_id
    if payer is None:
        return
    named = {name: part for name, part in content.items() if part is not None}
    if not all(_is_own(sight, payer, name, named) for name in named):
        raise not_found()


def _is_own(sight: Sight, payer: str, name: str, content: Mapping[str, Any]) -> bool:
    match name:
        case "agreement_id":
            return _is_own_milestone(sight, payer, content[name], content.get("milestone"))
        case "determination_id":
            return _is_own_proposal(sight, payer, content[name])
        case "waiver_id":
            return _is_own_waiver(sight, payer, content[name])
        case "request_id":
            request = sight.state.requests.get(content[name])
            return request is not None and request.payer_id == payer
        case "fact_id":
            payers = payers_of_named(content[name], sight.governing)
            return payers is None or payers == {payer}
        case "fact":
            return _is_own_fact(sight, payer, content[name], content.get("fact_id"))
        case _:
            return True


def _is_own_milestone(sight: Sight, payer: str, agreement_id: str, milestone: str | None) -> bool:
    if milestone is None:
        return agreement_id in {one.agreement_id for one in sight.enrolments}
    return payer in sight.governing.payer(agreement_id, milestone)


def _is_own_proposal(sight: Sight, payer: str, determination_id: UUID) -> bool:
    """To whom a refund would go may read the proposal; only the payer of the enrolment decides on it."""
    proposed = sight.governing.proposals.get(determination_id)
    return proposed is not None and payer in sight.governing.payer_of_proposal(proposed)


def _is_own_waiver(sight: Sight, payer: str, waiver_id: UUID) -> bool:
    waivers = [event.body for event in sight.state.events if isinstance(event.body, MilestoneWaiverProposed)]
    found = [one for one in waivers if one.waiver_id == waiver_id]
    return any(_is_own_milestone(sight, payer, one.agreement_id, one.milestone) for one in found)


def _is_own_fact(sight: Sight, payer: str, fact: Body, corrects: UUID | None) -> bool:
    match fact:
        case EnrolledUnderAgreement(terms_hash=terms_hash, agreement_id=agreement_id):
            terms = sight.shelf.agreements.get(terms_hash)
            shared = terms is not None and terms.id == agreement_id and payer in terms.parties.payers
            return shared and fact.payer_id == payer
        case EnrolmentEnded(agreement_id=agreement_id):
            first = sight.governing.events.get(sight.governing.first_of(corrects)) if corrects else None
            place = first.version if first else sight.state.version + 1
            own = _is_own_milestone(sight, payer, agreement_id, None)
            return own and sight.governing.ended_at(agreement_id, place) <= {payer}
        case AgreementAssumedByPayer(agreement_id=agreement_id, payer_id=payer_id):
            return payer_id == payer and _is_own_milestone(sight, payer, agreement_id, None)
        case _:
            about, milestone = getattr(fact, "agreement_id", None), getattr(fact, "milestone", None)
            return about is None or _is_own_milestone(sight, payer, about, milestone)
