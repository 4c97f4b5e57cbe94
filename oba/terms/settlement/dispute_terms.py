"""How a line of a statement is disputed: by when, on which codes, in which steps (C48)."""

from typing import Annotated, Literal

from pydantic import Field

from oba.terms.block import Block, Name, Part
from oba.terms.settlement.claim_window import Days


class Step(Part):
    """One step of a dispute with its clock; the next begins on the day after it ended without an agreement."""

    name: Name
    days: Days


class DisputeTerms(Block):
    """The undisputed part is payable whatever is disputed; steps follow each other, arbitration is the last."""

    answer_within_days: Days
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=10)]
    arbitration: Literal["binding", "not_binding", "none"]
    tolling: Literal["claim_window_stops", "claim_window_runs"]
    """Whether the claim window stands still while a dispute is open."""
