"""Whose approval makes a determination count: a role, two roles, an adjudicator, or nobody's (C45)."""

from typing import Literal, TypeAlias

from oba.terms.block import Block

Role: TypeAlias = Literal["approver", "payer_approver", "arbitrator", "worker"]


class Authority(Block):
    """Whose approval makes a determination count (C45).

    `joint`: an approver and a payer approver, two persons, in either order; `independent_adjudicator`: an arbitrator;
    `automatic`: the product approves what the engine proposed, as soon as it is proposed.
    """

    approved_by: Literal["approver", "payer_approver", "joint", "independent_adjudicator", "automatic"]

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that must approve a determination, each by another person."""
        match self.approved_by:
            case "joint":
                return ("approver", "payer_approver")
            case "independent_adjudicator":
                return ("arbitrator",)
            case "automatic":
                return ("worker",)
            case role:
                return (role,)

    @property
    def waiver_role(self) -> Role:
        """The role that must approve a waiver, which is never automatic; of two roles that of the payer, since a waiver
        gives up what the payer may claim.
        """
        match self.approved_by:
            case "automatic":
                return "approver"
            case _:
                return self.roles[-1]
