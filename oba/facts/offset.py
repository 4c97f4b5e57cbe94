"""What others have paid for the same outcome: it is taken off the refund where an agreement says so (C32)."""

from typing import ClassVar, Literal

from pydantic import Field

from oba.facts.base import Fact
from oba.money import Amount, Currency
from oba.units import Code


class OffsetReceived(Fact):
    """An amount was received from somebody else; it counts from when it is recorded (settled F6)."""

    SEALED_WITHOUT_CONSENT: ClassVar[bool] = False
    kind: Literal["offset_received"] = "offset_received"
    agreement_id: Code
    received_from: Code
    """Which rebate or payment of others it is, as the agreement's offsets name it."""
    amount: Amount = Field(gt=0)
    currency: Currency

    def says(self) -> str:
        return f"an amount received from {self.received_from} towards {self.agreement_id}"
