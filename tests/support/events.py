"""The events of one infusion as tests tell them: each fact with its two clocks, in the order of recording."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from oba.dates import LAST_DAY
from oba.evidence import FOR_EVER, Evidence, known
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Body, Fact
from oba.facts.baseline import BaselineRecorded
from oba.facts.bleed import BleedLogged
from oba.facts.correction import FactCorrected, FactRetracted
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.fix_activity import FixActivityMeasured
from oba.facts.fix_product_use import FixProductUsed
from oba.facts.infused import Infused
from oba.facts.recorded import Recorded, Source
from oba.identity import content_hash, derived_id, infusion_id

PATIENT_TOKEN = derived_id("test", "patient")
INFUSION = infusion_id(PATIENT_TOKEN)
DAY_0 = date(2026, 1, 15)
SOURCE = Source(system="test")


def noon(day: date) -> datetime:
    """Noon of a day in UTC: where nothing else is said, a fact is recorded at noon of the day after it."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def an_infusion(**changes: Any) -> Infused:
    """A full dose of HEMGENIX for an adult of 70 kg."""
    plain: dict[str, Any] = {
        "product": "HEMGENIX",
        "htc_id": "HTC-1",
        "time_zone": "America/Chicago",
        "patient_token": PATIENT_TOKEN,
        "adult_on_day_0": True,
        "weight_kg": "70",
        "volume_ml": "140",
        "vials": 14,
        "kit_lot_digests": [content_hash("lot")],
        "ndc": "00053-0140-14",
        "dose_share_percent": "100",
    }
    return Infused.model_validate({**plain, **changes})


def an_enrolment(agreement_id: str, terms_hash: str, **changes: Any) -> EnrolledUnderAgreement:
    """An enrolment of one payer at a price of 3.5 million dollars."""
    plain: dict[str, Any] = {
        "agreement_id": agreement_id,
        "terms_hash": terms_hash,
        "payer_id": "PAYER-1",
        "price_basis": "list_price_at_infusion",
        "price": "3500000.00",
        "currency": "USD",
        "consent_version": "v1",
    }
    return EnrolledUnderAgreement.model_validate({**plain, **changes})


def a_result(value: str = "40", **changes: Any) -> FixActivityMeasured:
    """A final one-stage FIX activity of the central laboratory in IU/dL."""
    plain: dict[str, Any] = {"value": value, "unit": "IU/dL", "assay": "one_stage", "laboratory": "central"}
    return FixActivityMeasured.model_validate({**plain, **changes})


def a_dose(product: str | None = "IDELVION", **changes: Any) -> FixProductUsed:
    """3000 IU of a FIX product, given for prophylaxis."""
    return FixProductUsed.model_validate({"product": product, "iu": "3000", "purpose": "prophylaxis", **changes})


def a_bleed(site: str = "knee_left", **changes: Any) -> BleedLogged:
    """A spontaneous untreated bleed into a joint."""
    plain: dict[str, Any] = {"site": site, "location": "joint", "cause": "spontaneous", "treated": False}
    return BleedLogged.model_validate({**plain, **changes})


def a_baseline(bleeds: int = 4, **changes: Any) -> BaselineRecorded:
    """A lead-in of 365 days before Day 0 with so many bleeds, all of them of every kind."""
    kinds = dict.fromkeys(("all", "treated", "spontaneous", "joint"), bleeds)
    lead_in = {"first": DAY_0 - timedelta(days=365), "last": DAY_0 - timedelta(days=1)}
    return BaselineRecorded.model_validate({"lead_in": lead_in, "bleeds": kinds, **changes})


def an_assessment(milestone: str = "m12", through: date | None = None, **changes: Any) -> MilestoneAssessed:
    """A visit that attests bleed log and FIX use as complete through one day."""
    plain: dict[str, Any] = {
        "milestone": milestone,
        "bleed_log_complete_through": through,
        "fix_use_complete_through": through,
        "attested_by": "PHYSICIAN-1",
    }
    return MilestoneAssessed.model_validate({**plain, **changes})


class History:
    """What was recorded about one infusion; what is told later is recorded later, unless the test says when."""

    def __init__(self, day_0: date = DAY_0, *, infused: bool = True) -> None:
        self.day_0 = day_0
        self.events: list[Recorded[Body]] = []
        if infused:
            self.tell(an_infusion(), on=day_0)

    def tell(
        self, body: Body, *, on: date | None = None, at: datetime | None = None, recorded_at: datetime | None = None
    ) -> UUID:
        """Record a body that happened on a day or at an instant; the answer is the event's id."""
        day = on or (at.date() if at is not None else self.day_0)
        number = len(self.events) + 1
        event_id = derived_id("test", "event", number)
        self.events.append(
            Recorded[Body](
                event_id=event_id,
                stream_id=INFUSION,
                version=number,
                occurred_on=day,
                occurred_at=at,
                actor="CLERK-1",
                source=SOURCE,
                command_id=event_id,
                correlation_id=event_id,
                body=body,
                position=number,
                recorded_at=recorded_at or noon(day + timedelta(days=1)),
            )
        )
        return event_id

    def correct(self, fact_id: UUID, content: Fact, *, on: date, **told: Any) -> UUID:
        """Record a correction of a fact with its whole new content (settled A2)."""
        sequence = told.pop("source_sequence", None)
        correction = FactCorrected(
            fact_id=fact_id, reason="transcription_error", content=content, source_sequence=sequence
        )
        return self.tell(correction, on=on, **told)

    def retract(self, fact_id: UUID, *, on: date, **told: Any) -> UUID:
        """Record that a fact is taken back."""
        return self.tell(FactRetracted(fact_id=fact_id, reason="entered_in_error"), on=on, **told)

    def evidence(self, *, as_of: date = LAST_DAY, known_at: datetime = FOR_EVER) -> Evidence:
        """The evidence of this history for a pair of clocks."""
        return known(self.events, known_at=known_at, as_of=as_of)
