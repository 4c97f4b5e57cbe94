"""A facts file: a list of what was reported about one infusion, with both clocks; read into events without a store.

Each entry carries `kind` and the fields of that fact, `occurred_on` or `occurred_at`, and where they matter
`recorded_at` and a name `id`. `corrects: {fact, reason}` makes it a correction, `retracts: {fact, reason}` takes a
fact back; `source` names the system that it came from.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.documents.reading import Reading
from adapters.local_time import zone_of
from oba.dates import Day, Instant, read_instant
from oba.facts.any_fact import ANY_FACT
from oba.facts.base import Body
from oba.facts.correction import CorrectionReason, FactCorrected, FactRetracted, RetractionReason
from oba.facts.recorded import Recorded, Source
from oba.identity import content_hash, derived_id, infusion_id
from oba.problems import Problem, problems_of
from oba.units import Code

PATIENT_TOKEN = derived_id("facts-file", "patient")
"""Stands for the patient of a facts file, who has no identity and lies in no vault."""
INFUSION_ID = infusion_id(PATIENT_TOKEN)
_SOURCE = Source(system="facts-file")


class _Corrects(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fact: Code
    reason: CorrectionReason
    source_sequence: int | None = None


class _Retracts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fact: Code
    reason: RetractionReason


class _Envelope(BaseModel):
    """What an entry says besides its fact."""

    model_config = ConfigDict(extra="forbid")

    id: Code | None = None
    occurred_on: Day | None = None
    occurred_at: Instant | None = None
    recorded_at: Instant | None = None
    corrects: _Corrects | None = None
    retracts: _Retracts | None = None
    source: Code | None = None
    """The system that the fact came from; left out, the file itself."""

    @property
    def day(self) -> date:
        """The local date: as given, or that of the instant with its own offset."""
        if self.occurred_on is not None:
            return self.occurred_on
        if self.occurred_at is not None:
            return self.occurred_at.date()
        raise ValueError("the day is missing")

    def at_the_htc(self, zone: ZoneInfo | None) -> "_Envelope":
        """The instant with the offset that holds at the HTC, so that its date is the local day."""
        if zone is None or self.occurred_at is None:
            return self
        return self.model_copy(update={"occurred_at": read_instant(self.occurred_at.astimezone(zone))})

    @property
    def known_from(self) -> datetime:
        """When it was recorded: as given, or with the event itself, a bare day counting as its last second in UTC."""
        at = self.recorded_at or self.occurred_at
        return at.astimezone(UTC) if at else datetime.combine(self.day, time(23, 59, 59), tzinfo=UTC)


@dataclass(frozen=True)
class _Entry:
    index: int
    envelope: _Envelope
    fields: dict[str, Any]

    @property
    def event_id(self) -> UUID:
        return fact_id(self.envelope.id) if self.envelope.id else derived_id("facts-file", "entry", self.index)


def fact_id(name: str) -> UUID:
    """The id of a fact that the file names: the name itself where it is a UUID, otherwise derived from it."""
    try:
        return UUID(name)
    except ValueError:
        return derived_id("facts-file", "fact", name)


def read_facts(
    reading: Reading, *, enrolment: Mapping[str, Any] | None = None
) -> tuple[Recorded[Body], ...] | tuple[Problem, ...]:
    """The events of the file in knowledge order (recorded_at, then place in the file), or everything that is wrong.

    `enrolment` fills fields that an enrolment leaves out, such as `agreement_id` and `terms_hash` of the agreement
    at hand. A plain `kit_lots` list is turned into digests, and the patient token may be left out.
    """
    if not isinstance(reading.content, list) or not reading.content:
        return (reading.placed(_NOT_A_LIST),)
    entries: list[tuple[_Entry, Body]] = []
    problems: list[Problem] = []
    zone = _zone(reading.content)
    for index, plain in enumerate(reading.content):
        try:
            entry = _entry(index, plain, zone)
            entries.append((entry, _body(entry, enrolment or {})))
        except _Wrong as wrong:
            problems.extend(reading.placed(problem) for problem in wrong.problems)
    problems.extend(reading.placed(problem) for problem in _unknown_references([entry for entry, _ in entries]))
    return tuple(problems) or _in_knowledge_order(entries)


class _Wrong(Exception):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(str(len(problems)))
        self.problems = problems


_NOT_A_LIST = Problem(
    code="not-a-list",
    message="a facts file is a list of facts",
    remedy="begin each fact with `- kind: ...`",
    pointer="",
)


def _zone(content: list[Any]) -> ZoneInfo | None:
    """The zone of the HTC that the infusion names; None where it names none that is known."""
    names = [entry.get("time_zone") for entry in content if isinstance(entry, dict) and entry.get("kind") == "infused"]
    return zone_of(names[0]) if names and isinstance(names[0], str) else None


def _entry(index: int, plain: Any, zone: ZoneInfo | None) -> _Entry:
    root = f"/{index}"
    if not isinstance(plain, dict):
        raise _Wrong((_NOT_A_LIST.model_copy(update={"pointer": root}),))
    envelope = {name: value for name, value in plain.items() if name in _Envelope.model_fields}
    try:
        fields = {name: value for name, value in plain.items() if name not in envelope}
        entry = _Entry(index, _Envelope(**envelope).at_the_htc(zone), fields)
    except ValidationError as error:
        raise _Wrong(problems_of(error, root)) from None
    on, at = entry.envelope.occurred_on, entry.envelope.occurred_at
    if on is None and at is None:
        missing = "add occurred_on as YYYY-MM-DD, or occurred_at as an instant with its offset at the HTC"
        raise _Wrong((Problem(code="missing-field", message="the day is missing", remedy=missing, pointer=root),))
    if on is not None and at is not None and at.date() != on:
        remedy = "give the instant with the offset at the HTC, so that its date is the local day"
        contradiction = "day and instant contradict each other"
        raise _Wrong(
            (Problem(code="day-mismatch", message=contradiction, remedy=remedy, pointer=f"{root}/occurred_on"),)
        )
    return entry


def _body(entry: _Entry, enrolment: Mapping[str, Any]) -> Body:
    root = f"/{entry.index}"
    try:
        if (retracts := entry.envelope.retracts) is not None:
            return FactRetracted(fact_id=fact_id(retracts.fact), reason=retracts.reason, **entry.fields)
        fact = ANY_FACT.validate_json(json.dumps(_completed(entry.fields, enrolment), default=str))
        if (corrects := entry.envelope.corrects) is None:
            return fact
        return FactCorrected.model_validate(
            {**corrects.model_dump(exclude={"fact"}), "fact_id": fact_id(corrects.fact), "content": fact}
        )
    except ValidationError as error:
        raise _Wrong(problems_of(error, root)) from None


def _completed(fields: dict[str, Any], enrolment: Mapping[str, Any]) -> dict[str, Any]:
    match fields.get("kind"):
        case "infused":
            lots = fields.get("kit_lots")
            digests = {"kit_lot_digests": [content_hash(lot) for lot in lots]} if isinstance(lots, list) else {}
            rest = {name: value for name, value in fields.items() if name != "kit_lots" or not digests}
            return {"patient_token": PATIENT_TOKEN, **digests, **rest}
        case "enrolled_under_agreement":
            return {**enrolment, **fields}
        case "fix_product_used" if isinstance(bleed := fields.get("bleed_fact_id"), str):
            return {**fields, "bleed_fact_id": fact_id(bleed)}
        case _:
            return fields


def _unknown_references(entries: list[_Entry]) -> Iterator[Problem]:
    known: set[UUID] = set()
    for entry in entries:
        if entry.event_id in known:
            yield Problem(
                code="doubled-id",
                message="two entries carry the same id",
                remedy="give every entry its own id",
                pointer=f"/{entry.index}/id",
            )
        known.add(entry.event_id)
    for entry in entries:
        named = entry.envelope.corrects or entry.envelope.retracts
        if named is not None and fact_id(named.fact) not in known:
            field = "corrects" if entry.envelope.corrects else "retracts"
            yield Problem(
                code="unknown-fact",
                message="no entry of the file has this id",
                remedy="name the `id` of the entry that is meant",
                pointer=f"/{entry.index}/{field}/fact",
            )


def _in_knowledge_order(entries: list[tuple[_Entry, Body]]) -> tuple[Recorded[Body], ...]:
    ordered = sorted(entries, key=lambda pair: (pair[0].envelope.known_from, pair[0].index))
    return tuple(_recorded(position, entry, body) for position, (entry, body) in enumerate(ordered, start=1))


def _recorded(position: int, entry: _Entry, body: Body) -> Recorded[Body]:
    return Recorded[Body](
        event_id=entry.event_id,
        stream_id=INFUSION_ID,
        version=position,
        occurred_on=entry.envelope.day,
        occurred_at=entry.envelope.occurred_at,
        actor="facts-file",
        source=Source(system=entry.envelope.source) if entry.envelope.source else _SOURCE,
        command_id=entry.event_id,
        correlation_id=entry.event_id,
        body=body,
        position=position,
        recorded_at=entry.envelope.known_from,
    )
