"""What an amendment says of itself: since when, for which infusions, and who signed it (C03, C51)."""

from datetime import date, datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

Binds: TypeAlias = Literal["new_infusions", "all_infusions"]
Migration: TypeAlias = Literal["governing_version_date", "milestones_due_from_effect", "milestones_not_determined"]
"""Which milestones of infusions under way an amendment reaches that binds all infusions.

`governing_version_date`: those that the agreement's own rule for the governing version gives to it;
`milestones_due_from_effect`: those due on or after the day on which it takes effect;
`milestones_not_determined`: those that nobody had approved before that day.
"""


class Amendment(BaseModel):
    """The amendment that brought a version, as the shelf keeps it beside the version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    replaces: str
    """The content hash of the version before it."""
    reaches_from: date
    """The day from which it holds: its retroactive day, else the effective day, and never before it was signed
    unless both parties signed.
    """
    signed_on: date
    recorded_at: datetime
    binds: Binds
    migration: Migration
    may_reduce_issued: bool
    """Whether what was issued under an earlier version may become less (settled E1)."""
