"""Whether a refund is taken back when its failure is (C36, settled F12)."""

from datetime import date
from typing import assert_never

from oba.dates import MonthEnd, shift_months
from oba.terms.refund.clawback import Clawback, NeverTakenBack, TakenBackInFull, TakenBackWithin


def clawback(terms: Clawback | None, month_end: MonthEnd, *, approved_on: date, superseded_on: date) -> bool:
    """Whether what was triggered on the first day is credited on the second; without a clause it is.

    The anniversary of the approval itself is still within its months (settled B5).
    """
    if terms is None:
        return True
    match terms.takes_back:
        case TakenBackInFull():
            return True
        case TakenBackWithin(months=months):
            return superseded_on <= shift_months(approved_on, months, month_end)
        case NeverTakenBack():
            return False
        case _:  # pragma: no cover
            assert_never(terms.takes_back)
