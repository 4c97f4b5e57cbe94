"""The roles that a person or a service can act in; one list for directory and keys."""

from typing import Literal, TypeAlias, get_args

Role: TypeAlias = Literal[
    "coordinator",
    "approver",
    "htc_clerk",
    "htc_physician",
    "payer_analyst",
    "payer_approver",
    "manufacturer_finance",
    "arbitrator",
    "auditor",
    "operator",
    "worker",
    "service",
]
ROLES: tuple[str, ...] = get_args(Role)
