"""What a principal may see: an HTC its own infusions, a payer its own enrolments; prices never go to an HTC."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.web.permissions import ARBITRATOR, HTC_ROLES, OPERATOR, PAYER_ROLES, SERVICE
from oba.infusion.enrolment import Enrolment
from oba.infusion.state import InfusionState

MONEY = frozenset(
    {"price", "price_basis", "currency", "base", "refund", "formula", "amount", "difference", "differences"}
    | {"beneficiary", "payees", "at_risk", "triggered"}
)
"""Members of events, determinations and rows that no HTC sees."""


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
            return bool(self.enrolments(state))
        return self.htc_id is not None and self.htc_id in (state.infused.htc_id, state.htc_id)

    def enrolments(self, state: InfusionState) -> tuple[Enrolment, ...]:
        """The enrolments of the infusion that this principal may see, ended or not."""
        return tuple(one for one in state.enrolments() if self.payer_id in (None, one.payer_id))

    def content(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The content of an event or answer, without money for those who may not see it."""
        without: dict[str, Any] = _plain(dict(body))
        return dict(body) if self.sees_money else without


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
