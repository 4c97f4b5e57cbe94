"""The list of criteria that the language knows, and those that combine others (C19, Kleene logic; C20, C21)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from oba.terms.block import Part
from oba.terms.criteria.change_from_baseline import ChangeFromBaseline
from oba.terms.criteria.compare import Compare
from oba.terms.criteria.compare_with_baseline import CompareWithBaseline
from oba.terms.criteria.latch import Cure, LatchedFailure
from oba.terms.criteria.prophylaxis_free import ProphylaxisFree
from oba.terms.criteria.state import State
from oba.terms.criteria.sustained import (
    AtEveryMeasurement,
    EarlierMilestones,
    JudgedMeasurements,
    NoDropFromPeak,
    UnknownBetween,
)
from oba.terms.criteria.tiers import TierBlock
from oba.terms.criteria.treat_as_failure import TreatAsFailure
from oba.terms.criterion_block import CriterionBlock


class All(CriterionBlock):
    """False if any part is false; unknown if none is false and one is unknown."""

    kind: Literal["all"]
    of: tuple["Criterion", ...] = Field(min_length=1, max_length=20)


class AnyOf(CriterionBlock):
    """True if any part is true; unknown if none is true and one is unknown."""

    kind: Literal["any"]
    of: tuple["Criterion", ...] = Field(min_length=1, max_length=20)


class Not(CriterionBlock):
    """True becomes false, false becomes true, unknown stays."""

    kind: Literal["not"]
    of: "Criterion"


class KOfN(CriterionBlock):
    """True as soon as k parts are true, false as soon as more than n - k are false."""

    kind: Literal["k_of_n"]
    k: int = Field(strict=True, ge=1, le=20)
    of: tuple["Criterion", ...] = Field(min_length=1, max_length=20)


class Implies(CriterionBlock):
    """False only where the premise is true and the conclusion false."""

    kind: Literal["implies"]
    premise: "Criterion"
    conclusion: "Criterion"


class Tiers(TierBlock):
    """The tier that the number of true parts reaches; unknown while the undecided parts leave more than one open."""

    of: tuple["Criterion", ...] = Field(min_length=1, max_length=20)


class MilestoneSeries(Part):
    """A criterion judged at each milestone of the series, in the order of their due dates."""

    kind: Literal["milestones"]
    earlier: EarlierMilestones
    of: "Criterion"


class AtEachMilestone(Part):
    """The criterion holds at each milestone of the series."""

    kind: Literal["at_each_milestone"]
    earlier: EarlierMilestones
    of: "Criterion"


class NoKConsecutiveFailures(Part):
    """Nowhere in the series do k members fail in a row; the k-th confirms what the first began (C20)."""

    kind: Literal["no_k_consecutive_failures"]
    k: int = Field(strict=True, ge=2, le=60)
    unknown_between: UnknownBetween
    over: Annotated[MilestoneSeries | JudgedMeasurements, Field(discriminator="kind")]


SustainedForm: TypeAlias = Annotated[
    AtEachMilestone | AtEveryMeasurement | NoKConsecutiveFailures | NoDropFromPeak, Field(discriminator="kind")
]


class Sustained(CriterionBlock):
    """What "sustained" means in this agreement (C20)."""

    kind: Literal["sustained"]
    form: SustainedForm


class Latch(CriterionBlock):
    """A failure of the criterion at a milestone stands at the later ones, until it is cured as named (C21)."""

    kind: Literal["latch"]
    earlier: EarlierMilestones
    failure: LatchedFailure
    cure: Cure
    of: "Criterion"


OnMeasure: TypeAlias = Compare | CompareWithBaseline | ChangeFromBaseline | TreatAsFailure | ProphylaxisFree | State
"""The criteria that ask a measure or an event; a new one is named here and judged in `oba/criteria/judge.py`."""
Criterion: TypeAlias = Annotated[
    All | AnyOf | Not | KOfN | Implies | Tiers | Sustained | Latch | OnMeasure, Field(discriminator="kind")
]
for _recursive in (All, AnyOf, Not, KOfN, Implies, Tiers, MilestoneSeries, AtEachMilestone):
    _recursive.model_rebuild()
NoKConsecutiveFailures.model_rebuild()
Sustained.model_rebuild()
Latch.model_rebuild()


def parts_of(criterion: Criterion) -> tuple[tuple[str, Criterion], ...]:
    """The criteria right below one, each with its place below it; none for a criterion that asks a measure."""
    match criterion:
        case All() | AnyOf() | KOfN() | Tiers():
            return tuple((f"/of/{place}", part) for place, part in enumerate(criterion.of))
        case Not() | Latch():
            return (("/of", criterion.of),)
        case Implies():
            return (("/premise", criterion.premise), ("/conclusion", criterion.conclusion))
        case Sustained(form=AtEachMilestone() as form):
            return (("/form/of", form.of),)
        case Sustained(form=NoKConsecutiveFailures(over=MilestoneSeries() as series)):
            return (("/form/over/of", series.of),)
        case _:
            return ()


def every_criterion(criterion: Criterion, pointer: str) -> tuple[tuple[str, Criterion], ...]:
    """A criterion and all below it, each with its place in the document, in the order of the terms."""
    below = (found for place, part in parts_of(criterion) for found in every_criterion(part, pointer + place))
    return ((pointer, criterion), *below)
