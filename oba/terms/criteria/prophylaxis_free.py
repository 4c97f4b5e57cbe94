"""The patient has not returned to continuous prophylaxis (C17)."""

from typing import Literal

from oba.terms.criterion_block import CriterionBlock
from oba.terms.measures.prophylaxis import Prophylaxis


class ProphylaxisFree(CriterionBlock):
    """True when no return lies on or before the due date of the milestone and FIX use is attested through it."""

    kind: Literal["prophylaxis_free"]
    measure: Prophylaxis
