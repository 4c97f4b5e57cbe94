"""The date of a failure that a rule about money looks at; each such rule names its own (settled F2)."""

from typing import Literal, TypeAlias

NamedDate: TypeAlias = Literal["first_failure", "confirmation", "determination", "milestone_due"]
"""The day of the decisive fact, of its confirmation, of the approval, or the due date of the milestone."""
