"""What a life is made from: Day 0, place, payer, level of expression, and the turn that gives some lives a name."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

AgreementName: TypeAlias = Literal["hemgenix-illustrative", "hemgenix-illustrative-12"]
AGREEMENTS: tuple[AgreementName, ...] = get_args(AgreementName)
"""The agreements of the shelf under which lives of the demo are enrolled."""

MILESTONE_MONTHS = {"m3": 3, "m6": 6, "m12": 12, "m24": 24, "m36": 36, "m60": 60}
ORDINARY = "ordinary life"


@dataclass(frozen=True)
class Script:
    """The given circumstances of one life; everything else is derived from them and from `number`."""

    number: int
    day_0: date
    htc_id: str
    payer_id: str
    agreement_id: AgreementName
    steady_iu_per_dl: float
    """One-stage FIX activity at steady state, in IU/dL."""
    name: str = ORDINARY
    dose_share_percent: Decimal = Decimal(100)
    titre: Decimal = Decimal(0)
    steroids: bool = False
    keeps_prophylaxis: bool = False
    """The prophylaxis of before goes on and on."""
    fades_from_month: float | None = None
    returns_on: date | None = None
    """A new prophylaxis schedule begins on this day."""
    missed: frozenset[str] = frozenset()
    died_on: date | None = None
    covered_anew: tuple[date, str] | None = None
    """First day of another payer's cover, and that payer."""
    contaminated: str | None = None
    """The milestone whose first sample was drawn too soon after a FIX dose."""
    mistyped: str | None = None
    """The milestone whose value was entered with the point in the wrong place, and corrected after the decision."""
    late_bleed: tuple[date, date] | None = None
    """Onset of a bleed, and the day it was logged long after."""
