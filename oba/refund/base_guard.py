"""The last step: one infusion never costs more under one agreement than its base, for life (settled F9)."""

from fractions import Fraction

from oba.money import round_fraction, write_amount_for_reading
from oba.refund.left import Cut, Left, Taken, take_latest
from oba.terms.agreement import Agreement


def base_guard(
    agreement: Agreement, base: int, elsewhere: int, left: tuple[Left, ...], index: Fraction = Fraction(1)
) -> Taken:
    """What exceeds the base is cut from the latest lines, each cut a negative line of its own (settled F8, F9).

    Under a joint limit what was triggered under the other agreements counts too. The base is not indexed, unless the
    terms say so (settled F5).
    """
    limit = round_fraction(base * index, "down")
    words, clause = f"never more than the base of {write_amount_for_reading(limit)}", agreement.price.clause
    joint = agreement.refund.joint_limit_with
    if joint is not None:
        others = f"{write_amount_for_reading(elsewhere)} triggered under {', '.join(joint.agreements)}"
        words, clause, limit = f"{words}, together with {others}", joint.clause, max(0, limit - elsewhere)
    return take_latest(left, Taken(left).cents - limit, Cut("base", clause, words))
