"""Deductible, minimum payable and minimum refund, in this order (C30, settled F6)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from oba.determination.determination import RefundLine
from oba.money import write_amount_for_reading
from oba.refund.left import Cut, Left, Taken, take_earliest
from oba.terms.refund.any_component import RefundTerms
from oba.terms.refund.deductibles import Deductible, MinimumPayable, MinimumRefund, Per

Step = Callable[[tuple[Left, ...]], Taken]


def deductibles(terms: RefundTerms, left: tuple[Left, ...]) -> Taken:
    """The lines less the deductible; then nothing below what is payable at all; then at least the minimum refund."""
    found = Taken(left)
    for block in (terms.deductible, terms.minimum_payable, terms.minimum_refund):
        if block is not None:
            found = found.after(_per(block.per, _step(block), found.left))
    return found


def _step(block: Deductible | MinimumPayable | MinimumRefund) -> Step:
    amount = write_amount_for_reading(block.amount)
    match block:
        case Deductible():
            cut = Cut("deductible", block.clause, f"deductible of {amount} for each {block.per}")
            return lambda left: take_earliest(left, block.amount, cut)
        case MinimumPayable():
            cut = Cut("minimum_payable", block.clause, f"less than {amount} for each {block.per} is not refunded")
            return lambda left: _nothing_below(block.amount, cut, left)
        case MinimumRefund():
            cut = Cut("minimum_refund", block.clause, f"at least {amount} is refunded for each {block.per}")
            return lambda left: _at_least(block.amount, cut, left)
        case _:  # pragma: no cover
            assert_never(block)


def _nothing_below(amount: int, cut: Cut, left: tuple[Left, ...]) -> Taken:
    cents = Taken(left).cents
    return take_earliest(left, cents, cut) if cents < amount else Taken(left)


def _at_least(amount: int, cut: Cut, left: tuple[Left, ...]) -> Taken:
    """What is missing is added to the earliest line of which something is left; where nothing is, nothing is owed."""
    missing = amount - Taken(left).cents
    place = next((number for number, one in enumerate(left) if one.cents > 0), None)
    if place is None or missing <= 0:
        return Taken(left)
    raised = replace(left[place], cents=left[place].cents + missing)
    return Taken((*left[:place], raised, *left[place + 1 :]), (cut.line(raised.milestone, missing),))


def _per(per: Per, step: Step, left: tuple[Left, ...]) -> Taken:
    """The step for each group of lines by itself; the lines keep their order."""
    places: dict[int, Left] = {}
    lines: list[RefundLine] = []
    for group in _groups(per, left):
        found = step(tuple(left[place] for place in group))
        places.update(zip(group, found.left, strict=True))
        lines.extend(found.lines)
    return Taken(tuple(places[place] for place in range(len(left))), tuple(lines))


def _groups(per: Per, left: tuple[Left, ...]) -> Iterator[tuple[int, ...]]:
    match per:
        case "line":
            yield from ((place,) for place in range(len(left)))
        case "milestone":
            for milestone in dict.fromkeys(one.milestone for one in left):
                yield tuple(place for place, one in enumerate(left) if one.milestone == milestone)
        case "infusion":
            yield tuple(range(len(left)))
        case _:  # pragma: no cover
            assert_never(per)
