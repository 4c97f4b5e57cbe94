"""Answers about versions, amendments and readings."""

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

from adapters.documents.shelf import shipped_reference
from oba.dates import LAST_DAY
from oba.determination.determination import Determination
from oba.determination.question import Question
from oba.document.commands import AmendDocument, AnyDocumentCommand, EndDocument, RegisterDocument
from oba.document.coverage import Term, coverage, term_of
from oba.document.decide import decide_document
from oba.document.shelf import shelf_of, versions
from oba.evidence import FOR_EVER
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded
from oba.governing import Course, governed, versions_from
from oba.identity import derived_id
from oba.infusion.questions import failure_of
from oba.problems import Refusal
from oba.readings import under_every_reading
from oba.refund.base import base_amount
from oba.refund.circumstances import circumstances_of
from oba.refund.owed import owed
from oba.refund.refused import RefundRefused
from oba.terms.agreement import Agreement
from oba.terms.document import Document, terms_hash
from tests.support.events import INFUSION
from tests.support.vectors.asked import agreement_of, clocks_of, evidence_of, sound_document
from tests.support.vectors.questions_of_versions import AmendmentTold, ReadingsVector, VersionsVector
from tests.support.vectors.reading import Told, change_place

Answer = dict[str, Any]
FIRST = "v1"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def versions_answer(vector: VersionsVector, told: Told) -> Answer:
    shelved = _Shelved(vector)
    refused = shelved.fill()
    return {"refused": refused, **({} if refused else {**_governs(vector, shelved), **_coverage(vector, shelved)})}


class _Shelved:
    """The stream of the document of a vector, and how its versions are called."""

    def __init__(self, vector: VersionsVector) -> None:
        self.vector = vector
        self.stream: tuple[Recorded[Body], ...] = ()
        self.names: dict[str, str] = {}
        self.content: dict[str, Any] = deepcopy(vector.document)

    def fill(self) -> tuple[str, ...]:
        """Register, amend and end as the vector tells; the problems of the first refusal."""
        document = _document(self.content)
        refused = self._put(FIRST, document, RegisterDocument, {"signed_by": self.vector.signed_by}, BEGINNING)
        for amendment in self.vector.amendments:
            refused = refused or self._amend(amendment)
        if self.vector.ended_on is not None and not refused:
            ended = {"document_id": document.id, "ends_on": self.vector.ended_on, "reason": "expired"}
            refused = self._do(EndDocument.model_validate({**self._head(), **ended}), BEGINNING)
        return refused

    def _amend(self, amendment: AmendmentTold) -> tuple[str, ...]:
        for path, value in amendment.change.items():
            change_place(self.content, path.split("."), value)
        told = amendment.model_dump(exclude={"id", "change", "recorded_at"})
        told["replaces"] = versions(self.stream)[-1][0]
        document = _document(self.content)
        return self._put(amendment.id, document, AmendDocument, told, amendment.recorded_at or BEGINNING)

    def _put(
        self, name: str, document: Document, kind: type[AnyDocumentCommand], told: dict[str, Any], at: datetime
    ) -> tuple[str, ...]:
        self.names[terms_hash(document)] = name
        return self._do(kind.model_validate({**self._head(), **told, "document": document}), at)

    def _head(self) -> dict[str, Any]:
        return {"command_id": derived_id("test", len(self.stream)), "actor": "PER-1"}

    def _do(self, command: AnyDocumentCommand, at: datetime) -> tuple[str, ...]:
        decided = decide_document(self.stream, command, at)
        if isinstance(decided, Refusal):
            assert all(problem.remedy for problem in decided.problems)
            return tuple(f"{problem.pointer} {problem.code}" for problem in decided.problems)
        for event in decided:
            content = {name: getattr(event, name) for name in Drafted.model_fields}
            position = len(self.stream) + 1
            recorded = Recorded[Body].model_construct(**content, position=position, recorded_at=at)
            self.stream = (*self.stream, recorded)
        return ()


def _document(content: dict[str, Any]) -> Document:
    document = sound_document(content)
    assert isinstance(document, Document)
    return document


def _governs(vector: VersionsVector, shelved: _Shelved) -> Answer:
    shelf = shelf_of(shelved.stream)
    if not shelf.agreements:
        return {}
    as_of = vector.as_of or LAST_DAY
    enrolled = next(version for version, name in shelved.names.items() if name == vector.enrolled_under)
    chosen = versions_from(shelf, enrolled, as_of=as_of, known_at=vector.known_at or FOR_EVER)
    found = governed(chosen, Course(day_0=vector.day_0, as_of=as_of, approved_on=dict(vector.approved)))
    return {
        "governs": {one.obligation.name: shelved.names[one.version.terms_hash] for one in found},
        "due_on": {one.obligation.name: one.obligation.due_on for one in found},
    }


def _coverage(vector: VersionsVector, shelved: _Shelved) -> Answer:
    terms = [
        _term(document, shelved.names[version], place > 0, vector.ended_on)
        for place, (version, document) in enumerate(versions(shelved.stream))
    ]
    for other in vector.beside:
        content = deepcopy(vector.document)
        for path, value in other.change.items():
            change_place(content, path.split("."), value)
        terms.append(_term(_document(content), other.id, False, None))
    found = coverage(vector.document["id"], terms, vector.horizon)
    asked: list[date] = list(vector.expect.version_on)
    return {
        "spans": tuple((one.version, one.first, one.last) for one in found.spans),
        "version_on": {day.isoformat(): found.version_on(day) for day in asked},
        "gaps_and_overlaps": tuple(fault.problem.code for fault in found.faults),
    }


def _term(document: Document, name: str, amends: bool, ended_on: date | None) -> Term:
    term = term_of(document, name, amends=amends)
    return term if ended_on is None else Term(term.name, term.first, min(term.last or ended_on, ended_on), amends)


def readings(vector: ReadingsVector, told: Told) -> Answer:
    agreement, clocks, evidence = agreement_of(vector.document), clocks_of(vector), evidence_of(vector, told)
    assert evidence.infused is not None
    share = evidence.infused.fact.dose_share_percent
    question = Question(
        infusion_id=INFUSION,
        agreement=agreement,
        terms_hash=terms_hash(agreement),
        milestone=vector.milestone,
        day_0=vector.day_0,
        evidence=evidence,
        reference=shipped_reference(),
        as_of=clocks.as_of,
        known_at=clocks.known_at,
    )

    def pays(agreement: Agreement, determination: Determination) -> int | None:
        failure = failure_of(determination, agreement)
        base = base_amount(agreement, vector.price, share, day_0=vector.day_0)
        around = circumstances_of(agreement, evidence, agreement.parties.payers[0])
        lines = owed(agreement, base, (failure,) if failure is not None else (), around)
        return None if isinstance(lines, RefundRefused) else sum(line.amount for line in lines)

    found = under_every_reading(question, pays)
    return {
        "agree": found.agree,
        "findings": {one.reading: one.finding for one in found.readings},
        "first_failures": {one.reading: one.first_failure_on for one in found.readings},
        "pays": {one.reading: one.pays for one in found.readings},
        "accords": {finding: one.says for finding, one in found.accords.items()},
        "says": found.says,
    }
