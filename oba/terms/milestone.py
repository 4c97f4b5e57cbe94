"""An agreed time after infusion at which outcomes are judged (C06-C08)."""

from typing import Literal

from oba.dates import Offset
from oba.terms.block import Block, Name
from oba.terms.window import DayCount, Window


class Milestone(Block):
    """One milestone: due date counted from Day 0, window, grace and cure in days, and the criterion by its name.

    `judged` may trigger a refund; a `data_point` is determined and shown, and never costs anything.
    """

    id: Name
    role: Literal["judged", "data_point"]
    due: Offset
    window: Window
    grace_days: DayCount
    cure_days: DayCount
    report_by_days: DayCount
    """Days after the close of the window by which the HTC reports."""
    criterion: Name
