"""The list of all facts, in the order in which people meet them; one word of `kind` for each."""

from typing import Annotated, TypeAlias, get_args

from pydantic import Field, TypeAdapter

from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Fact
from oba.facts.baseline import BaselineRecorded
from oba.facts.bleed import BleedLogged
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.coverage import AgreementAssumedByPayer, CareTransferred, CoverageChanged
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_inhibitor import FixInhibitorTested
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.follow_up import FollowUpResumed, LostToFollowUp, MissingCauseRecorded
from oba.facts.infused import Infused
from oba.facts.life_event import (
    CarcinomaFound,
    Hospitalised,
    LiverTransplanted,
    NonFactorProphylaxisStarted,
    PatientDied,
    Retreated,
    WeightMeasured,
)
from oba.facts.liver_panel import LiverPanelMeasured
from oba.facts.offset import OffsetReceived
from oba.facts.prednisone import PrednisoneDoseChanged, PrednisoneStarted, PrednisoneStopped
from oba.facts.prophylaxis import ProphylaxisStarted, ProphylaxisStopped
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded

AnyFact: TypeAlias = Annotated[
    Infused
    | BaselineRecorded
    | EnrolledUnderAgreement
    | EnrolmentEnded
    | FixActivityMeasured
    | LiverPanelMeasured
    | FixInhibitorTested
    | BleedLogged
    | FixProductUsed
    | ProphylaxisStarted
    | ProphylaxisStopped
    | PrednisoneStarted
    | PrednisoneDoseChanged
    | PrednisoneStopped
    | MilestoneAssessed
    | CoverageChanged
    | AgreementAssumedByPayer
    | CareTransferred
    | ConsentGiven
    | ConsentWithdrawn
    | LostToFollowUp
    | FollowUpResumed
    | MissingCauseRecorded
    | PatientDied
    | LiverTransplanted
    | Hospitalised
    | NonFactorProphylaxisStarted
    | Retreated
    | CarcinomaFound
    | WeightMeasured
    | OffsetReceived
    | AdjudicatorAnswered
    | ExclusionRecorded,
    Field(discriminator="kind"),
]

FACT_TYPES: tuple[type[Fact], ...] = get_args(get_args(AnyFact)[0])
FACT_BY_KIND: dict[str, type[Fact]] = {fact.kind_name(): fact for fact in FACT_TYPES}
ANY_FACT: TypeAdapter[Fact] = TypeAdapter(AnyFact)
