"""What the engine answers to a vector, in the form in which the vector states its expectation."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.support.vectors.answers_of_documents import document, life, outcome, payer_rule, refund, superseding
from tests.support.vectors.answers_of_rules import (
    Answer,
    comparisons,
    criterion,
    due_dates,
    evidence,
    local_dates,
    logic,
    measure,
    window,
)
from tests.support.vectors.questions import (
    ComparisonsVector,
    CriterionVector,
    DocumentVector,
    DueDatesVector,
    EvidenceVector,
    LifeVector,
    LocalDatesVector,
    LogicVector,
    MeasureVector,
    OutcomeVector,
    PayerRuleVector,
    RefundVector,
    SupersedingVector,
    Vector,
    WindowVector,
)
from tests.support.vectors.reading import Told


def answer(told: Told) -> Answer:
    """The engine's answer to one vector."""
    vector = told.vector
    return ANSWERS[type(vector)](vector, told)


ANSWERS: dict[type[Vector], Callable[[Any, Told], Answer]] = {
    DueDatesVector: due_dates,
    LocalDatesVector: local_dates,
    WindowVector: window,
    EvidenceVector: evidence,
    ComparisonsVector: comparisons,
    MeasureVector: measure,
    CriterionVector: criterion,
    LogicVector: logic,
    OutcomeVector: outcome,
    SupersedingVector: superseding,
    PayerRuleVector: payer_rule,
    RefundVector: refund,
    LifeVector: life,
    DocumentVector: document,
}


def asserted(vector: Vector) -> Iterator[tuple[str, Any]]:
    """What the vector asserts: the keys that it writes, and nothing else."""
    expect = vector.expect  # type: ignore[attr-defined]
    for name in sorted(expect.model_fields_set):
        yield name, expect.model_dump(exclude_unset=True)[name]
