"""What is written and read: facts through the command path, and whole streams of 100 events in the order of a log."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from adapters.bootstrap import open_tracker
from adapters.documents.shelf import shipped_documents
from adapters.records.identity import Identity
from adapters.registration import NewInfusion
from adapters.settings import Settings
from adapters.tracker import Tracker
from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Body
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.infused import Infused
from oba.facts.recorded import Drafted, Source
from oba.identity import derived_id, infusion_id
from oba.infusion.commands import RecordFact, When
from oba.problems import Refusal
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash
from scripts import bench_determination

EVENTS_OF_A_STREAM = bench_determination.FACTS
DAY_0 = date(2024, 1, 1)
DAYS = 300
"""Facts lie on so many days after Day 0."""
SOURCE = Source(system="bench")
HTC = "bench"


def furnish(settings: Settings) -> None:
    """The directory and the documents that the samples name."""
    tracker = open_tracker(settings)
    htc = {"kind": "htc", "htc_id": HTC, "name": "Bench", "time_zone": "America/Chicago"}
    htc |= {"designated_from": "2020-01-01", "city": "Bench", "state": "IL"}
    problems = tracker.records.import_directory([htc])
    if isinstance(problems, tuple):
        raise SystemExit("; ".join(str(problem) for problem in problems))
    for document in shipped_documents():
        accepted(tracker.register_document(document, actor="bench"))
    tracker.close()


def infusion_of(tracker: Tracker, name: str) -> UUID:
    """Register the infusion of an invented patient; the same name again is refused."""
    identity = Identity(given_name="Synthetic", family_name=f"Number {name}", born_on=DAY_0.replace(year=1980))
    new = NewInfusion.model_validate(
        {
            "product": "HEMGENIX",
            "htc_id": HTC,
            "occurred_on": DAY_0.isoformat(),
            "weight_kg": "80",
            "volume_ml": "160",
            "vials": 16,
            "kit_lots": [f"SYNTHETIC-{name}"],
            "ndc": "00053-0100-10",
            "dose_share_percent": "100",
        }
    )
    command_id = derived_id("bench", "infusion", name)
    answer = tracker.register_infusion(identity, new, actor="bench", source=SOURCE, command_id=command_id)
    return UUID(accepted(answer)["infusion_id"])


def fact_of(infusion: UUID, name: str, place: int) -> RecordFact:
    """The command that reports one measurement."""
    fact = {"kind": "fix_activity_measured", "value": "38.6", "unit": "IU/dL"}
    fact |= {"assay": "one_stage", "laboratory": "central"}
    return RecordFact(
        command_id=derived_id("bench", "fact", name, place),
        correlation_id=derived_id("bench", "fact", name, place),
        infusion_id=infusion,
        actor="bench",
        when=When(occurred_on=DAY_0 + timedelta(days=1 + place % DAYS)),
        fact=ANY_FACT.validate_python(fact),
        source=SOURCE,
    )


def accepted(answer: object) -> dict[str, str]:
    """What was answered; SystemExit with the problems where it was refused."""
    if isinstance(answer, Refusal):
        raise SystemExit("; ".join(str(problem) for problem in answer.problems))
    content: dict[str, str] = getattr(answer, "answer", {})
    return content


def interleaved(streams: int) -> Iterator[list[Drafted[Body]]]:
    """Streams of 100 events each as they would arrive: the first event of every stream, then the second of each."""
    agreement = bench_determination.the_agreement()
    sample = [event.body for event in bench_determination.stream()]
    days = [event.occurred_on for event in bench_determination.stream()]
    sample[2] = enrolled_under(agreement)
    days[2] = bench_determination.DAY_0
    for place, (body, day) in enumerate(zip(sample, days, strict=True)):
        yield [_event(number, place, body, day) for number in range(streams)]


def enrolled_under(agreement: Agreement) -> EnrolledUnderAgreement:
    """The enrolment of the sample, so that every fold has milestones to judge."""
    return EnrolledUnderAgreement.model_validate(
        {
            "agreement_id": agreement.id,
            "terms_hash": terms_hash(agreement),
            "payer_id": agreement.parties.payers[0],
            "price_basis": agreement.price.kind,
            "price": "3500000.00",
            "currency": agreement.currency,
            "consent_version": "consent-1",
        }
    )


def stream_id(number: int) -> UUID:
    """The infusion of a stream of the sample."""
    return infusion_id(_token(number))


def _token(number: int) -> UUID:
    return derived_id("bench", "patient", number)


def _event(number: int, place: int, body: Body, day: date) -> Drafted[Body]:
    own = body.model_copy(update={"patient_token": _token(number)}) if isinstance(body, Infused) else body
    event_id = derived_id("bench", "event", number, place)
    return Drafted[Body](
        event_id=event_id,
        stream_id=stream_id(number),
        version=place + 1,
        occurred_on=day,
        actor="bench",
        source=SOURCE,
        command_id=event_id,
        correlation_id=event_id,
        body=own,
    )
