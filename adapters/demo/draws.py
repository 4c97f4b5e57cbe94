"""Numbers that look drawn and are worked out: each row is derived from a name, so every machine tells the same tale."""

import hashlib
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
_STEPS = 2**64


class Draws:
    """An endless row of numbers derived from a name; the same name gives the same row for ever."""

    def __init__(self, *name: object) -> None:
        self._name = "/".join(str(part) for part in name)
        self._taken = 0

    def share(self) -> float:
        """A number between 0 and 1, neither of the two."""
        self._taken += 1
        digest = hashlib.sha256(f"{self._name}#{self._taken}".encode()).digest()
        return (int.from_bytes(digest[:8], "big") + 0.5) / _STEPS

    def whole(self, first: int, last: int) -> int:
        """A whole number from first to last, both possible."""
        return first + min(int(self.share() * (last - first + 1)), last - first)

    def bell(self, mean: float, spread: float) -> float:
        """A number from a normal distribution; `spread` is its standard deviation."""
        return NormalDist(mean, spread).inv_cdf(self.share())

    def wait(self, per_day: float) -> float:
        """Days until the next event of a rate per day."""
        return -math.log(self.share()) / per_day

    def happens(self, probability: float) -> bool:
        """Whether something of that probability happens."""
        return self.share() < probability

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the other."""
        return choices[self.whole(0, len(choices) - 1)]
