"""Answers of single components of a refund."""

from fractions import Fraction
from typing import Any

from oba.dates import FIRST_DAY
from oba.determination.determination import RefundLine
from oba.identity import derived_id
from oba.refund.component_lines import component_lines
from oba.refund.failure import Failure
from oba.refund.ground import Determined, Ground
from oba.refund.instalment_states import instalment_states
from oba.refund.refused import RefundRefused
from oba.refund.volume import volume_refunds
from oba.refund.volume_unit import VolumeUnit
from tests.support.vectors.questions_of_components import (
    ComponentVector,
    ExpectComponentLine,
    GroundedVector,
    InstalmentsVector,
    Unit,
    VolumeVector,
)
from tests.support.vectors.reading import Told

Answer = dict[str, Any]


def component(vector: ComponentVector, _: Told) -> Answer:
    found = component_lines(vector.document, ground_of(vector))
    if isinstance(found, RefundRefused):
        return _refused(found)
    assert all(line.component == vector.document.kind and line.clause == vector.document.clause for line in found)
    expected = vector.expect.lines or ()
    lines = tuple(_line(line, *expected[place : place + 1]) for place, line in enumerate(found))
    return {"lines": lines, "in_full": found}


def _line(line: RefundLine, *expected: ExpectComponentLine) -> Answer:
    """The line, with its formula where the vector states one in its place."""
    formula = {"formula": line.formula} if any(one.formula for one in expected) else {}
    return {"milestone": line.milestone, "amount": line.amount, **formula}


def instalments(vector: InstalmentsVector, _: Told) -> Answer:
    ground = ground_of(vector)
    parts = instalment_states(vector.document, ground)
    lines = component_lines(vector.document, ground)
    if isinstance(parts, RefundRefused):
        assert parts == lines, "both say why"
        return _refused(parts)
    assert not isinstance(lines, RefundRefused)
    return {
        "states": {part.id: part.state for part in parts},
        "due_on": {part.id: part.due_on for part in parts},
        "amounts": {part.id: part.amount for part in parts},
        "because": {part.id: part.because for part in parts},
        "paid": sum(part.amount for part in parts if part.state == "paid"),
        "refunded": {line.milestone: sum(x.amount for x in lines if x.milestone == line.milestone) for line in lines},
    }


def volume(vector: VolumeVector, _: Told) -> Answer:
    names = {derived_id("test", "unit", unit.id): unit.id for unit in vector.units}
    found = volume_refunds(vector.document, map(_unit, vector.units), vector.rounding)
    amounts = {names[one.unit.infusion_id]: one.amount for one in found}
    return {"order": tuple(amounts), "amounts": amounts, "total": sum(amounts.values())}


def ground_of(vector: GroundedVector) -> Ground:
    return Ground(
        base=vector.base,
        failures=tuple(
            Failure(
                milestone=one.milestone,
                first_failure_on=one.first_failure_on,
                place=place,
                due_on=one.due_on,
                confirmed_on=one.confirmed_on,
                determined_on=one.determined_on,
                failed_parts=one.failed_parts,
                share=Fraction(one.share),
            )
            for place, one in enumerate(vector.failures)
        ),
        rounding=vector.rounding,
        day_0=vector.day_0,
        month_end=vector.month_end,
        determined=tuple(
            Determined(one.milestone, one.finding, FIRST_DAY, one.determined_on, one.tier, one.was_met_on)
            for one in vector.determined
        ),
        as_of=vector.as_of,
        instalments_cancelled_on=vector.cancelled_on,
        infusion_id=derived_id("test", "unit", vector.unit) if vector.unit is not None else None,
        units=tuple(map(_unit, vector.units)),
    )


def _unit(unit: Unit) -> VolumeUnit:
    return VolumeUnit(derived_id("test", "unit", unit.id), unit.infused_on, unit.base)


def _refused(found: RefundRefused) -> Answer:
    assert all(problem.clause and problem.message and problem.remedy for problem in found.problems)
    return {"refused": tuple(problem.code for problem in found.problems)}
