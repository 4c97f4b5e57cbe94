"""Deductible, minimum payable and minimum refund, which act in this order (C30, settled F6)."""

from typing import Literal, TypeAlias

from oba.terms.block import Block
from oba.terms.refund.base import PositiveAmount

Per: TypeAlias = Literal["line", "milestone", "infusion"]
"""What the amount is counted for: each line of a component, all lines of a milestone, or all lines of the infusion."""


class Deductible(Block):
    """The first part of what is owed is not refunded."""

    amount: PositiveAmount
    per: Per


class MinimumPayable(Block):
    """Less than this is not refunded at all; exactly this is."""

    amount: PositiveAmount
    per: Per


class MinimumRefund(Block):
    """Whatever is refunded is refunded with at least this amount."""

    amount: PositiveAmount
    per: Per
