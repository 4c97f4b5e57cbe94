"""One line of `oba doctor`."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and the command that mends it."""

    name: str
    verdict: Verdict
    says: str
    mend: str | None = None
