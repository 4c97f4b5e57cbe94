"""Deadlines that move off weekends and holidays, by a named rule and calendar (C08, settled B4)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.dates import Day
from oba.terms.block import Block, Sentence

Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Rolling: TypeAlias = Literal["following", "modified_following", "preceding"]
"""`following`: to the next business day; `modified_following`: unless that lies in the next month, then back."""


class BusinessDays(Block):
    """Which days are no business days, and how a deadline moves off them; windows and due dates never move."""

    calendar: Sentence
    weekend: Annotated[tuple[Weekday, ...], Field(max_length=6)]
    holidays: tuple[Day, ...]
    rule: Rolling
