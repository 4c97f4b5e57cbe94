"""The facts known at an instant: corrections resolved, retracted and sealed facts set aside, each with its reason.

For a set of events reading order never matters (settled A1): knowledge order is log order, and nothing else.
"""

from oba.evidence.folding import known
from oba.evidence.items import FOR_EVER, Evidence, Item, SetAside
from oba.evidence.told import NOTHING_TOLD, Told

__all__ = ["FOR_EVER", "NOTHING_TOLD", "Evidence", "Item", "SetAside", "Told", "known"]
