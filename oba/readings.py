"""A question judged under every reading of the clauses that can be read in several ways (C52).

One ambiguity varies at a time, the others stay as their governing reading has them; the terms as they are written are
the governing reading of all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from oba.accord import Accord, accord
from oba.dates import Day
from oba.determination.determination import Determination, Finding
from oba.determination.determine import determine
from oba.determination.question import Question
from oba.money import Amount
from oba.terms.agreement import Agreement
from oba.terms.ambiguity import Ambiguity, TermsReading
from oba.terms.changing import read_as
from oba.terms.document import terms_hash

Pays: TypeAlias = Callable[[Agreement, Determination], int | None]
"""What a determination would pay by itself, in cents; None where that cannot be worked out."""

GOVERNING = "governing"
"""The name of the terms as they are written."""
NO_SUCH_MILESTONE = "no_such_milestone"
"""What stands for a finding where a reading does not have the milestone."""


class UnsoundReading(ValueError):
    """A reading that is no sound document; the linter refuses an agreement that has one."""


@dataclass(frozen=True)
class NamedReading:
    """The agreement under one reading: `governing`, or `ambiguity.reading` for one that does not govern."""

    name: str
    agreement: Agreement
    ambiguity: Ambiguity | None = None
    sentence: str | None = None


class UnderReading(BaseModel):
    """What one reading answers; the amount in cents where somebody asked what it would pay, and it can be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reading: str
    clause: str | None
    sentence: str | None
    finding: Finding | None
    """None where the reading has no such milestone."""
    first_failure_on: Day | None
    pays: Amount | None
    determination: Determination | None


class ReadingsAnswer(BaseModel):
    """The answers of all readings about one milestone; the first is the governing one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milestone: str
    readings: tuple[UnderReading, ...]

    @property
    def agree(self) -> bool:
        """Whether all readings give the same finding, first failure and amount."""
        return len({(one.finding, one.first_failure_on, one.pays) for one in self.readings}) == 1

    @property
    def accords(self) -> dict[str, Accord]:
        """For each finding that any reading gives, under which readings it holds."""
        findings = dict.fromkeys(_word(one.finding) for one in self.readings)
        return {word: accord((one.reading, _word(one.finding) == word) for one in self.readings) for word in findings}

    @property
    def says(self) -> str:
        """The answer in one sentence, such as `m12: not met only under governing; met only under sustained.each`."""
        told = "; ".join(f"{word.replace('_', ' ')} {one.says}" for word, one in self.accords.items())
        return f"{self.milestone}: {told}"


def readings_of(agreement: Agreement) -> tuple[NamedReading, ...]:
    """The agreement as written, then under each reading that does not govern, in the order of the document.

    UnsoundReading where a reading does not fit the document.
    """
    others = [
        _named(agreement, ambiguity, reading)
        for ambiguity in agreement.ambiguities
        for reading in ambiguity.readings
        if reading.name != ambiguity.governing_reading
    ]
    return (NamedReading(GOVERNING, agreement), *others)


def under_every_reading(question: Question, pays: Pays | None = None) -> ReadingsAnswer:
    """Judge one milestone under every reading; `pays` says what a determination would pay by itself."""
    answers = tuple(_under(question, reading, pays) for reading in readings_of(question.agreement))
    return ReadingsAnswer(milestone=question.milestone, readings=answers)


def question_under(question: Question, reading: NamedReading) -> Question:
    """The same question about the agreement as a reading has it; other milestones are asked under the same reading."""
    if reading.agreement is question.agreement:
        return question
    found = question.other

    def other(milestone: str) -> Question | None:
        beside = found(milestone) if found is not None else None
        return question_under(beside, reading) if beside is not None else None

    return replace(question, agreement=reading.agreement, terms_hash=terms_hash(reading.agreement), other=other)


def _under(question: Question, reading: NamedReading, pays: Pays | None) -> UnderReading:
    known = any(one.id == question.milestone for one in reading.agreement.every_milestone)
    determination = determine(question_under(question, reading)) if known else None
    return UnderReading(
        reading=reading.name,
        clause=reading.ambiguity.clause if reading.ambiguity is not None else None,
        sentence=reading.sentence,
        finding=determination.finding if determination is not None else None,
        first_failure_on=determination.first_failure_on if determination is not None else None,
        pays=_amount(reading.agreement, determination, pays),
        determination=determination,
    )


def _amount(
    agreement: Agreement,
    determination: Determination | None,
    pays: Pays | None,
) -> int | None:
    if pays is None:
        return None
    return pays(agreement, determination) if determination is not None else 0


def _named(agreement: Agreement, ambiguity: Ambiguity, reading: TermsReading) -> NamedReading:
    read = read_as(agreement, reading)
    if isinstance(read, tuple):
        raise UnsoundReading("; ".join(str(problem) for problem in read))
    return NamedReading(f"{ambiguity.name}.{reading.name}", read, ambiguity, reading.sentence)


def _word(finding: Finding | None) -> str:
    return finding or NO_SUCH_MILESTONE
