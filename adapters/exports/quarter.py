"""A calendar quarter as the period of an export: written 2026Q4 by people, 42026 (QYYYY) in files."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WRITTEN = re.compile(r"([0-9]{4})Q([1-4])", re.ASCII)


@dataclass(frozen=True)
class Quarter:
    """Three calendar months; both ends belong to it."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """Read `2026Q4`; ValueError for any other spelling, and outside the years 1900 to 2198."""
        match = _WRITTEN.fullmatch(text)
        if match is None or not 1900 <= int(match[1]) <= 2198:
            raise ValueError("write a period as year, Q and quarter, such as 2026Q4")
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """The last day."""
        following = date(self.year + self.number // 4, 3 * (self.number % 4) + 1, 1)
        return following - timedelta(days=1)

    @property
    def qyyyy(self) -> str:
        """The five digits by which rebate files name a quarter."""
        return f"{self.number}{self.year}"

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"
