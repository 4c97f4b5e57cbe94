"""What a payer is owed for one infusion, shared among its beneficiaries (C34, settled F7, F11)."""

from fractions import Fraction

from oba.money import Rounding
from oba.refund.running_totals import running_shares
from oba.terms.refund.beneficiaries import Beneficiaries


def beneficiaries(terms: Beneficiaries | None, payee: str, cents: int, rounding: Rounding) -> dict[str, int]:
    """Each beneficiary's part in cents of the total to date of one payee; without shares the payee has it all.

    What is due for a period is the difference between two totals to date.
    """
    if terms is None:
        return {payee: cents}
    parts = running_shares(cents, [Fraction(share.share) for share in terms.shares], rounding)
    found: dict[str, int] = {}
    for share, part in zip(terms.shares, parts, strict=True):
        name = payee if share.to == "payee" else share.to
        found[name] = found.get(name, 0) + part
    return found
