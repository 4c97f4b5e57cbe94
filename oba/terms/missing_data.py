"""What a milestone becomes when its evidence is missing, by the cause that was recorded (C37, settled A9, D4)."""

from typing import Literal, TypeAlias

from oba.facts.follow_up import MissingCause
from oba.terms.block import Block

MissingPolicy: TypeAlias = Literal["fail", "pass", "exclude", "refer"]


class MissingData(Block):
    """One policy for each cause; `none_given` holds when no cause was recorded."""

    patient: MissingPolicy
    provider: MissingPolicy
    payer: MissingPolicy
    manufacturer: MissingPolicy
    none_given: MissingPolicy

    def policy(self, cause: MissingCause) -> MissingPolicy:
        """The policy for a cause."""
        policy: MissingPolicy = getattr(self, cause)
        return policy
