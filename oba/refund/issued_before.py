"""What was issued under an earlier version stands: a later version reduces it only if it says so (settled E1)."""

from collections.abc import Mapping

from oba.money import write_amount_for_reading
from oba.refund.left import Cut, Left, Taken, take_latest
from oba.terms.refund.any_component import RefundTerms


def issued_before(terms: RefundTerms, issued: Mapping[str, int], left: tuple[Left, ...]) -> Taken:
    """The lines of these milestones as they were issued; the others have what the rules leave beside them.

    Together never more than by the rules of this version, unless so much was issued already.
    """
    if not issued:
        return Taken(left)
    clause = terms.several_failures.clause
    standing = Taken(())
    for milestone, cents in sorted(issued.items()):
        own = tuple(one for one in left if one.milestone == milestone)
        standing = _both(standing, _as_issued(milestone, own, cents, clause))
    others = tuple(one for one in left if one.milestone not in issued)
    excess = standing.cents + Taken(others).cents - max(Taken(left).cents, standing.cents)
    words = f"{write_amount_for_reading(standing.cents)} was issued under an earlier version and counts"
    return _both(standing, take_latest(others, excess, Cut("issued_before", clause, words)))


def _as_issued(milestone: str, own: tuple[Left, ...], cents: int, clause: str) -> Taken:
    words = f"{write_amount_for_reading(cents)} was issued under an earlier version and stands"
    cut, missing = Cut("issued_before", clause, words), cents - Taken(own).cents
    if missing <= 0:
        return take_latest(own, -missing, cut)
    line = cut.line(milestone, missing)
    return Taken((*own, Left(line, missing)), (line,))


def _both(one: Taken, other: Taken) -> Taken:
    return Taken((*one.left, *other.left), (*one.lines, *other.lines))
