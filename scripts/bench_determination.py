"""How long one determination takes: the last milestone of an infusion followed for five years, with 100 facts."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any

from adapters.documents.facts_file import INFUSION_ID, PATIENT_TOKEN
from adapters.documents.shelf import shipped_documents, shipped_reference
from oba.dates import shift_months
from oba.determination.determination import Determination
from oba.determination.determine import determine
from oba.determination.question import Question
from oba.evidence import known
from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Body
from oba.facts.recorded import Recorded, Source
from oba.identity import derived_id
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash

AGREEMENT = "hemgenix-illustrative"
FACTS = 100
FOLLOWED_DAYS = 1_862
"""The facts lie on the days from the twentieth on."""
DAY_0 = date(2021, 9, 15)
AS_OF = date(2027, 3, 1)
KNOWN_AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def rounds(number: int) -> tuple[list[float], Determination]:
    """Milliseconds from the events of the stream to the determination, once for each round, and the answer itself."""
    agreement, events = the_agreement(), stream()
    measured: list[float] = []
    answer = determine(question_of(agreement, events))
    for _ in range(number):
        began = perf_counter()
        answer = determine(question_of(agreement, events))
        measured.append((perf_counter() - began) * 1000)
    return measured, answer


def the_agreement() -> Agreement:
    """The agreement of the shelf that is judged: FIX activity, bleeding rate and prophylaxis at six milestones."""
    return next(one for one in shipped_documents() if isinstance(one, Agreement) and one.id == AGREEMENT)


def question_of(agreement: Agreement, events: tuple[Recorded[Body], ...]) -> Question:
    """The question about the last milestone of the agreement, evidence worked out from the events."""
    return Question(
        infusion_id=INFUSION_ID,
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        milestone=agreement.every_milestone[-1].id,
        day_0=DAY_0,
        evidence=known(events, known_at=KNOWN_AT, as_of=AS_OF),
        reference=shipped_reference(),
        as_of=AS_OF,
        known_at=KNOWN_AT,
    )


def stream(length: int = FACTS) -> tuple[Recorded[Body], ...]:
    """The events of one infusion: infused, baseline, and in turn activity, bleed, dose and visit over five years."""
    facts = [(DAY_0, _infused()), (DAY_0 - timedelta(days=5), _baseline())]
    reported = length - len(facts)
    for number in range(reported):
        day = DAY_0 + timedelta(days=20 + number * FOLLOWED_DAYS // reported)
        facts.append((day, _follow_up(number, day)))
    return tuple(_recorded(place, day, fact) for place, (day, fact) in enumerate(facts, start=1))


def _follow_up(number: int, day: date) -> dict[str, Any]:
    attested = {"bleed_log_complete_through": day.isoformat(), "fix_use_complete_through": day.isoformat()}
    kinds: tuple[dict[str, Any], ...] = (
        {
            "kind": "fix_activity_measured",
            "value": "38.6",
            "unit": "IU/dL",
            "assay": "one_stage",
            "laboratory": "central",
        },
        {"kind": "bleed_logged", "site": "knee_left", "location": "joint", "cause": "spontaneous", "treated": False},
        {"kind": "fix_product_used", "product": "IDELVION", "iu": "4000", "purpose": "surgery"},
        {"kind": "milestone_assessed", "milestone": "visit", "attested_by": "physician", **attested},
    )
    return kinds[(number + 2) % len(kinds)]


def _infused() -> dict[str, Any]:
    return {
        "kind": "infused",
        "product": "HEMGENIX",
        "htc_id": "bench",
        "time_zone": "America/New_York",
        "patient_token": PATIENT_TOKEN,
        "adult_on_day_0": True,
        "weight_kg": "80",
        "volume_ml": "160",
        "vials": 16,
        "kit_lot_digests": ["a" * 64],
        "ndc": "00053-0100-10",
        "dose_share_percent": "100",
    }


def _baseline() -> dict[str, Any]:
    lead_in = {"first": shift_months(DAY_0, -8).isoformat(), "last": DAY_0.isoformat()}
    bleeds = {"all": 9, "treated": 8, "spontaneous": 5, "joint": 6}
    return {"kind": "baseline_recorded", "lead_in": lead_in, "bleeds": bleeds}


def _recorded(place: int, day: date, fact: dict[str, Any]) -> Recorded[Body]:
    event_id = derived_id("bench", place)
    return Recorded[Body](
        event_id=event_id,
        stream_id=INFUSION_ID,
        version=place,
        occurred_on=day,
        actor="bench",
        source=Source(system="bench"),
        command_id=event_id,
        correlation_id=event_id,
        body=ANY_FACT.validate_python(fact),
        position=place,
        recorded_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=30, microseconds=place),
    )
