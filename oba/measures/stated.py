"""What a measure of two states returns: whether what it looks for has happened, and when that was confirmed."""

from dataclasses import dataclass
from datetime import date

from oba.measures.measured import Measured
from oba.trace import Verdict


@dataclass(frozen=True)
class Stated:
    """`happened` is true, false or unknown; `measured` holds the trace, the decisive day and the facts."""

    happened: Verdict
    measured: Measured
    confirmed_on: date | None = None
    """The day of the later of two results, where a second one had to confirm the first (C20)."""
