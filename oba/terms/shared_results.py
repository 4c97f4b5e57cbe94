"""Whose a result is that lies in the windows of several milestones (C07, settled B6)."""

from typing import Literal, TypeAlias

from oba.terms.block import Block

Sharing: TypeAlias = Literal[
    "every_milestone", "earlier_milestone", "later_milestone", "nearer_due_then_earlier", "nearer_due_then_later"
]


class SharedResults(Block):
    """One result may serve `every_milestone`, or it belongs to one of those whose windows hold its day.

    `nearer_due` is the milestone whose due date is nearer in days; of two that are equally near, the one that the
    second half of the word says.
    """

    serves: Sharing
