"""One percentage of the base, once, for the first milestone that is not met (C23)."""

from typing import Literal

from oba.terms.failure_component import LimitedComponent
from oba.units import Percent


class FlatPercentage(LimitedComponent):
    """A percentage of the base that is owed once, whatever fails after."""

    kind: Literal["flat_percentage"]
    percent: Percent
