"""Checks of ambiguities: readings that do not fit, and terms that are not written as the governing one says (C52)."""

from collections.abc import Callable, Iterable, Iterator

from oba.problems import Problem
from oba.terms.agreement import Agreement
from oba.terms.ambiguity import Ambiguity
from oba.terms.changing import read_as

OF_ALL_READINGS = frozenset({"unused-criterion"})
"""What may be so under one reading: a criterion that only another reading uses."""


def _ambiguities_have_their_own_names(agreement: Agreement) -> Iterator[Problem]:
    """Two ambiguities, or two readings of one, never share a name."""
    names = [ambiguity.name for ambiguity in agreement.ambiguities]
    for place, ambiguity in enumerate(agreement.ambiguities):
        pointer = f"/ambiguities/{place}"
        if ambiguity.name in names[:place]:
            yield _problem("ambiguity-twice", "two ambiguities have one name", "rename one", pointer, ambiguity)
        readings = [reading.name for reading in ambiguity.readings]
        for number, name in enumerate(readings):
            if name in readings[:number]:
                at = f"{pointer}/readings/{number}/name"
                yield _problem("reading-twice", "two readings have one name", "rename one", at, ambiguity)


def _a_listed_reading_governs(agreement: Agreement) -> Iterator[Problem]:
    """The governing reading is one of the readings."""
    for place, ambiguity in enumerate(agreement.ambiguities):
        names = [reading.name for reading in ambiguity.readings]
        if ambiguity.governing_reading not in names:
            yield _problem(
                "unknown-reading",
                "the governing reading is not listed",
                f"name one of {', '.join(names)}",
                f"/ambiguities/{place}/governing_reading",
                ambiguity,
            )


def readings_fit(agreement: Agreement, checks: Iterable[Callable[[Agreement], Iterable[Problem]]]) -> Iterator[Problem]:
    """Every reading is a sound document again, as far as the terms as written are; the governing one alters nothing."""
    kept = tuple(checks)
    told = {(problem.code, problem.pointer) for check in kept for problem in check(agreement)}
    as_written = agreement.model_copy(update={"ambiguities": ()})
    for place, ambiguity in enumerate(agreement.ambiguities):
        for number, reading in enumerate(ambiguity.readings):
            pointer = f"/ambiguities/{place}/readings/{number}"
            read = read_as(agreement, reading)
            if isinstance(read, tuple):
                yield from (_at_reading(problem, pointer, ambiguity) for problem in read)
                continue
            if reading.name == ambiguity.governing_reading and read != as_written:
                yield _problem(
                    "governing-reading-not-written",
                    "the terms are not written as the governing reading says",
                    "write the terms so, and give the changes to the other readings",
                    f"{pointer}/changes",
                    ambiguity,
                )
            for problem in (problem for check in kept for problem in check(read)):
                if problem.code not in OF_ALL_READINGS and (problem.code, problem.pointer) not in told:
                    yield _of_reading(problem, pointer, ambiguity)


def _at_reading(problem: Problem, pointer: str, ambiguity: Ambiguity) -> Problem:
    """A problem of one change, or of the reading as a whole."""
    path = problem.pointer
    return problem.model_copy(
        update={"pointer": f"{pointer}/changes{path}" if path else pointer, "clause": ambiguity.clause}
    )


def _of_reading(problem: Problem, pointer: str, ambiguity: Ambiguity) -> Problem:
    """A contradiction of the document as the reading has it."""
    message = f"read so, {problem.message} ({problem.pointer})"
    return problem.model_copy(update={"message": message, "pointer": pointer, "clause": ambiguity.clause})


CHECKS: tuple[Callable[[Agreement], Iterator[Problem]], ...] = (
    _ambiguities_have_their_own_names,
    _a_listed_reading_governs,
)


def _problem(code: str, message: str, remedy: str, pointer: str, ambiguity: Ambiguity) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=pointer, clause=ambiguity.clause)
