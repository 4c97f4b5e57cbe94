"""Facts are never edited: a correction carries the whole new content, a retraction takes a fact back, a move hands it
over.
"""

from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from oba.facts.any_fact import AnyFact
from oba.facts.base import Body
from oba.units import Code

CorrectionReason: TypeAlias = Literal[
    "transcription_error", "laboratory_corrected", "wrong_date", "wrong_unit", "wrong_assay", "source_updated"
]
RetractionReason: TypeAlias = Literal["entered_in_error", "wrong_patient", "laboratory_cancelled", "duplicate"]


class FactCorrected(Body):
    """The first fact named by `fact_id` is replaced by the content; day and instant of the content are the event's
    own.
    """

    kind: Literal["fact_corrected"] = "fact_corrected"
    fact_id: UUID
    reason: CorrectionReason
    source_sequence: int | None = Field(default=None, strict=True, ge=0)
    """The source's own order; one that is lower than what stands is superseded on arrival (settled A1)."""
    content: AnyFact


class FactRetracted(Body):
    """The fact, with all its corrections, is taken back."""

    kind: Literal["fact_retracted"] = "fact_retracted"
    fact_id: UUID
    reason: RetractionReason


class FactsMoved(Body):
    """The facts belong to another patient; they are recorded again there, and no longer count here."""

    kind: Literal["facts_moved"] = "facts_moved"
    fact_ids: tuple[UUID, ...] = Field(min_length=1)
    to_infusion_id: UUID
    approved_by: Code
