"""Time on prophylaxis in a period is a failure by itself, whatever the rate (C15, settled C7)."""

from typing import Literal

from oba.terms.criterion_block import CriterionBlock
from oba.terms.period import Period


class TreatAsFailure(CriterionBlock):
    """False from the first day of the period on a documented prophylaxis; true when FIX use is attested through its
    end and there was none. Beside a rate it stands in an `all`.
    """

    kind: Literal["treat_as_failure"]
    what: Literal["time_on_prophylaxis"]
    period: Period
