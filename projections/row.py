"""What every row shares: the infusion it is about, a key that stays the same, and which of its fields are prices."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """One row of a read model; it can be thrown away and folded again from the log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    PRICE_FIELDS: ClassVar[frozenset[str]] = frozenset()
    """Fields that only the parties of the agreement may see; an HTC is no party (decided point 5)."""

    row_key: str
    infusion_id: UUID
    infusion_code: str
    htc_id: str
    """The HTC that cares for the patient as far as the log goes."""
