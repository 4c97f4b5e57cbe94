"""One stated amount, once, for the first milestone that is not met (C23)."""

from typing import Literal

from oba.terms.failure_component import LimitedComponent
from oba.terms.stated import NotNegativeAmount
from oba.units import Percent


class FlatAmount(LimitedComponent):
    """An amount that is owed once; a percentage that a source prints beside it is kept and never computed with."""

    kind: Literal["flat_amount"]
    amount: NotNegativeAmount
    percent: Percent | None = None
    """What a source prints beside the amount: amounts come before percentages (fixture F5)."""
