"""Who may look into the evidence behind a refund, how far back, and how long it is kept (C49)."""

from typing import Annotated

from pydantic import Field

from oba.terms.block import Block
from oba.terms.settlement.claim_window import Days

Months = Annotated[int, Field(strict=True, ge=1, le=600)]


class AuditRight(Block):
    """An audit is announced `notice_days` ahead, at most so often in a calendar year, and looks so many months back."""

    look_back_months: Months
    notice_days: Days
    most_per_year: Annotated[int, Field(strict=True, ge=1, le=12)]
    retention_years: Annotated[int, Field(strict=True, ge=1, le=50)]
