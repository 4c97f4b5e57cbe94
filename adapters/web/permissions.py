"""Who may do what: one row for each operation of the API; an operation without a row is closed to everybody."""

from types import MappingProxyType
from typing import Final

COORDINATOR: Final = "coordinator"
APPROVER: Final = "approver"
HTC_CLERK: Final = "htc_clerk"
HTC_PHYSICIAN: Final = "htc_physician"
PAYER_ANALYST: Final = "payer_analyst"
PAYER_APPROVER: Final = "payer_approver"
MANUFACTURER_FINANCE: Final = "manufacturer_finance"
ARBITRATOR: Final = "arbitrator"
AUDITOR: Final = "auditor"
OPERATOR: Final = "operator"
WORKER: Final = "worker"
SERVICE: Final = "service"

HTC_ROLES: Final = frozenset({HTC_CLERK, HTC_PHYSICIAN})
PAYER_ROLES: Final = frozenset({PAYER_ANALYST, PAYER_APPROVER})

_MANUFACTURER = frozenset({COORDINATOR, APPROVER, MANUFACTURER_FINANCE})
_READERS = _MANUFACTURER | HTC_ROLES | PAYER_ROLES | {AUDITOR, WORKER, SERVICE}
_MONEY_READERS = _READERS - HTC_ROLES
_ENTERS = frozenset({COORDINATOR, HTC_CLERK, SERVICE})
_DECIDES = frozenset({APPROVER, PAYER_APPROVER})

PERMISSIONS: Final = MappingProxyType(
    {
        "register_infusion": _ENTERS,
        "enrol_infusion": frozenset({COORDINATOR, SERVICE}),
        "record_fact": _ENTERS | {HTC_PHYSICIAN},
        "correct_fact": _ENTERS,
        "correct_infusion": _ENTERS,
        "retract_fact": _ENTERS,
        "propose_waiver": frozenset({COORDINATOR}),
        "approve_waiver": _DECIDES,
        "list_infusions": _READERS,
        "read_infusion": _READERS,
        "read_timeline": _READERS,
        "read_schedule": _READERS,
        "read_evidence": _READERS,
        "list_determinations": _READERS,
        "propose_determination": frozenset({COORDINATOR, WORKER, SERVICE}),
        "approve_determination": _DECIDES,
        "return_determination": _DECIDES,
        "list_refund_triggers": _MONEY_READERS,
        "export_triggers": _MONEY_READERS - {WORKER},
        "list_data_request_windows": _READERS,
        "list_worklist": frozenset({COORDINATOR, APPROVER, AUDITOR, WORKER, SERVICE}) | HTC_ROLES,
        "judge_data_request": frozenset({COORDINATOR, APPROVER, AUDITOR, SERVICE}) | PAYER_ROLES,
        "record_data_request": frozenset({COORDINATOR, PAYER_ANALYST, SERVICE}),
        "answer_data_request": _ENTERS,
        "decline_data_request": _ENTERS,
        "list_agreements": _READERS,
        "read_agreement": _READERS,
        "list_htcs": _READERS | {OPERATOR, ARBITRATOR},
        "list_payers": _READERS | {OPERATOR, ARBITRATOR},
        "list_manufacturers": _READERS | {OPERATOR, ARBITRATOR},
    }
)
"""Operation (the route's name) -> roles, after the table of roles and resources; `service` also needs the scope."""

OPEN: Final = frozenset({"healthz", "readyz", "version", "openapi"})
"""Operations that need no key, since they say nothing about anybody."""


def may(role: str, operation: str, scopes: frozenset[str] = frozenset()) -> bool:
    """Whether a role may do an operation; a service key also needs the operation among its scopes."""
    allowed = role in PERMISSIONS.get(operation, frozenset())
    return allowed and (role != SERVICE or operation in scopes)
