"""What a principal may see: an HTC its own infusions, a payer its own enrolments; prices never go to an HTC."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.web.permissions import ARBITRATOR, HTC_ROLES, OPERATOR, PAYER_ROLES, SERVICE
from adapters.web.problem import not_found
from oba.facts.base import Body
from oba.facts.correction import FactCorrected
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.recorded import Recorded
from oba.infusion.events import DataProvided, DataRequestDeclined, DataRequested, RefundAdjusted, RefundTriggered
from oba.infusion.state import InfusionState

MONEY = frozenset({"price", "price_basis", "currency", "amount", "refund", "beneficiary"})
"""Members of events and determinations that no HTC sees."""


@dataclass(frozen=True)
class Scope:
    """Limits of sight: one payer, one HTC, everything, or (none of them) nothing."""

    payer_id: str | None = None
    htc_id: str | None = None
    everything: bool = False

    @property
    def sees_money(self) -> bool:
        """Whether prices and refunds are shown."""
        return self.everything or self.payer_id is not None

    def covers(self, state: InfusionState) -> bool:
        """Whether the infusion is theirs: enrolled with the payer, infused by the HTC or in its care."""
        if self.everything:
            return True
        if self.payer_id is not None:
            return bool(self.agreements(state))
        return self.htc_id is not None and self.htc_id in (state.infused.htc_id, state.htc_id)

    def agreements(self, state: InfusionState) -> frozenset[str]:
        """The agreements of the infusion that this principal may see."""
        return frozenset(
            enrolment.agreement_id
            for enrolment in state.enrolments()
            if self.payer_id is None or enrolment.payer_id == self.payer_id
        )

    def shown(self, state: InfusionState, events: Iterable[Recorded[Body]]) -> tuple[Recorded[Body], ...]:
        """The events of the infusion that this principal may see, in their order."""
        own = self.agreements(state)
        kept: list[Recorded[Body]] = []
        foreign: set[object] = set()
        for event in events:
            if self._is_own(event.body, own, foreign):
                kept.append(event)
            else:
                foreign.add(getattr(event.body, "request_id", event.event_id))
        return tuple(kept)

    def check_own(self, state: InfusionState, content: Mapping[str, Any]) -> None:
        """404 where a command is about an agreement, proposal, request or fact that this principal may not see."""
        if self.payer_id is None:
            return
        agreement_ids = {content.get("agreement_id"), *_agreement_of(state, content.get("determination_id"))} - {None}
        request = state.requests.get(content.get("request_id", state.infusion_id))
        shown = {event.event_id for event in self.shown(state, state.events)}
        if (
            not agreement_ids <= self.agreements(state)
            or (request is not None and request.payer_id != self.payer_id)
            or content.get("fact_id") not in {None, *shown}
        ):
            raise not_found()

    def _is_own(self, body: Body, own: frozenset[str], foreign: set[object]) -> bool:
        if not self.sees_money and isinstance(body, RefundTriggered | RefundAdjusted):
            return False
        if self.payer_id is None:
            return True
        if isinstance(body, DataRequested):
            return body.payer_id == self.payer_id
        if isinstance(body, DataProvided | DataRequestDeclined):
            return body.request_id not in foreign
        content = body.content if isinstance(body, FactCorrected) else body
        if isinstance(content, EnrolledUnderAgreement):
            return content.payer_id == self.payer_id
        subject = getattr(content, "determination", content)
        return getattr(subject, "agreement_id", None) in (None, *own)

    def content(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The content of an event or answer, without money for those who may not see it."""
        without: dict[str, Any] = _plain(dict(body))
        return dict(body) if self.sees_money else without


def _agreement_of(state: InfusionState, determination_id: UUID | None) -> set[str]:
    """The agreement of an open proposal."""
    proposed = [proposal.event.determination for proposal in state.proposals.values()]
    return {one.agreement_id for one in proposed if one.determination_id == determination_id}


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _plain(inner) for name, inner in part.items() if name not in MONEY}
    return [_plain(inner) for inner in part] if isinstance(part, list) else part


def scope_of(role: str, organisation_id: str | None, payers: Iterable[str], htcs: Iterable[str]) -> Scope:
    """The scope of a role in an organisation; a service key takes that of its organisation."""
    if role in (ARBITRATOR, OPERATOR):
        return Scope()
    if role in PAYER_ROLES or (role == SERVICE and organisation_id in set(payers)):
        return Scope(payer_id=organisation_id)
    if role in HTC_ROLES or (role == SERVICE and organisation_id in set(htcs)):
        return Scope(htc_id=organisation_id)
    return Scope(everything=True)
