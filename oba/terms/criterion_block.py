"""What every criterion shares: it is a block, and it may bear a name by which a refund or a trace speaks of it."""

from typing import ClassVar

from oba.terms.block import Block, Name


class CriterionBlock(Block):
    """A criterion; a named part that is false is told with the determination, for weights by part (C28)."""

    LATER: ClassVar[frozenset[str]] = frozenset({"name"})

    name: Name | None = None
