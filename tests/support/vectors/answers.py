"""What the engine answers to a vector, in the form in which the vector states its expectation."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.support.vectors.answers_of_bleeds import change, garwood, yearly
from tests.support.vectors.answers_of_components import component, instalments, volume
from tests.support.vectors.answers_of_criteria import logic, looking_back, series
from tests.support.vectors.answers_of_documents import document, outcome, payer_rule, refund, superseding
from tests.support.vectors.answers_of_events import count, cover, eligibility, state
from tests.support.vectors.answers_of_kits import kit
from tests.support.vectors.answers_of_lives import life
from tests.support.vectors.answers_of_money import MONEY_ANSWERS
from tests.support.vectors.answers_of_rules import (
    Answer,
    comparisons,
    criterion,
    due_dates,
    evidence,
    local_dates,
    measure,
    window,
)
from tests.support.vectors.answers_of_schedules import schedule
from tests.support.vectors.answers_of_settlement import SETTLEMENT_ANSWERS
from tests.support.vectors.answers_of_versions import readings, versions_answer
from tests.support.vectors.questions import (
    ComparisonsVector,
    CriterionVector,
    DocumentVector,
    DueDatesVector,
    EvidenceVector,
    LocalDatesVector,
    MeasureVector,
    OutcomeVector,
    PayerRuleVector,
    RefundVector,
    SupersedingVector,
    WindowVector,
)
from tests.support.vectors.questions_of_bleeds import ChangeVector, GarwoodVector, YearlyVector
from tests.support.vectors.questions_of_components import ComponentVector, InstalmentsVector, VolumeVector
from tests.support.vectors.questions_of_criteria import LogicVector, LookingBackVector, SeriesVector
from tests.support.vectors.questions_of_events import CountVector, CoverVector, EligibilityVector, StateVector
from tests.support.vectors.questions_of_kits import KitVector
from tests.support.vectors.questions_of_lives import LifeVector
from tests.support.vectors.questions_of_schedules import ScheduleVector
from tests.support.vectors.questions_of_versions import ReadingsVector, VersionsVector
from tests.support.vectors.reading import Told
from tests.support.vectors.vector import Vector


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
    SeriesVector: series,
    LookingBackVector: looking_back,
    OutcomeVector: outcome,
    SupersedingVector: superseding,
    PayerRuleVector: payer_rule,
    RefundVector: refund,
    LifeVector: life,
    DocumentVector: document,
    VersionsVector: versions_answer,
    ReadingsVector: readings,
    ScheduleVector: schedule,
    StateVector: state,
    CountVector: count,
    CoverVector: cover,
    EligibilityVector: eligibility,
    **SETTLEMENT_ANSWERS,
    **MONEY_ANSWERS,
    ComponentVector: component,
    InstalmentsVector: instalments,
    VolumeVector: volume,
    KitVector: kit,
    GarwoodVector: garwood,
    YearlyVector: yearly,
    ChangeVector: change,
}


def asserted(vector: Vector) -> Iterator[tuple[str, Any]]:
    """What the vector asserts: the keys that it writes, and nothing else."""
    expect = vector.expect  # type: ignore[attr-defined]
    for name in sorted(expect.model_fields_set):
        yield name, expect.model_dump(exclude_unset=True)[name]
