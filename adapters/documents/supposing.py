"""What if: facts that nobody reported, put beside those of a file, and judged without storing anything."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from adapters.documents.reading import Reading
from oba.problems import Problem
from oba.schedule import Obligation
from oba.terms.agreement import Agreement
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.parts_within import parts_within


@dataclass(frozen=True)
class Supposed:
    """One thing that is supposed: FIX activity at a milestone, as a result such as `4.1` or `<1`, in IU/dL."""

    milestone: str
    comparator: str
    value: str

    def __str__(self) -> str:
        return f"{self.comparator}{self.value}"


_SUPPOSED = re.compile(
    r"(?P<milestone>[a-z][a-z0-9_-]*)=(?P<comparator>[<>]=?|)(?P<value>[0-9]{1,15}(\.[0-9]{1,12})?)", re.ASCII
)


def read_supposed(text: str) -> Supposed | Problem:
    """`m12=4.1` as what it supposes; another spelling is a problem with its remedy."""
    match = _SUPPOSED.fullmatch(text)
    if match is None:
        remedy = "write milestone and value, such as m12=4.1 or m12=<1"
        return Problem(code="not-a-supposition", message="this is no milestone with a FIX activity", remedy=remedy)
    return Supposed(match["milestone"], match["comparator"], match["value"])


def supposing(
    agreement: Agreement, reading: Reading, obligations: Sequence[Obligation], supposed: Sequence[Supposed]
) -> Reading | tuple[Problem, ...]:
    """The facts as they would be: results in the window of each milestone give way to the supposed one on its due date.

    The supposed result is of the assay and laboratory that the criterion asks for, drawn and recorded on the due date.
    """
    dated = {one.name: one for one in obligations}
    problems = tuple(problem for one in supposed for problem in _problems(agreement, dated, one))
    if problems:
        return problems
    gone = frozenset(index for one in supposed for index in _giving_way(reading.content, dated[one.milestone]))
    kept = [(index, plain) for index, plain in enumerate(reading.content) if index not in gone]
    added = [_result(agreement, dated[one.milestone], one) for one in supposed]
    places = {f"/{new}{rest}": place for new, (old, _) in enumerate(kept) for rest, place in _below(reading, old)}
    places |= {"": reading.places[""]} | {f"/{len(kept) + number}": reading.places[""] for number in range(len(added))}
    return replace(reading, content=[*(plain for _, plain in kept), *added], places=places)


def _below(reading: Reading, index: int) -> Iterator[tuple[str, Any]]:
    root = f"/{index}"
    for pointer, place in reading.places.items():
        if pointer == root or pointer.startswith(f"{root}/"):
            yield pointer[len(root) :], place


def _problems(agreement: Agreement, dated: dict[str, Obligation], supposed: Supposed) -> Iterator[Problem]:
    if supposed.milestone not in dated:
        yield Problem(
            code="unknown-milestone",
            message="the agreement has no such milestone with dates",
            remedy=f"name one of {', '.join(dated)}",
        )
    elif _asked(agreement, supposed.milestone) is None:
        yield Problem(
            code="no-activity-asked",
            message="the criterion of this milestone does not look at FIX activity",
            remedy="suppose other facts with --add FILE",
        )


def _asked(agreement: Agreement, milestone: str) -> FactorActivity | None:
    """The first FIX activity that the criterion of a milestone looks at."""
    criterion = agreement.criteria[agreement.milestone(milestone).criterion]
    return next((part for _, part in parts_within(criterion) if isinstance(part, FactorActivity)), None)


def _giving_way(content: list[Any], obligation: Obligation) -> Iterator[int]:
    """The places of the results drawn in the window, and of the corrections and retractions of them."""
    results = {index for index, plain in enumerate(content) if _is_drawn_in(plain, obligation)}
    names = {content[index].get("id") for index in results} - {None}
    for index, plain in enumerate(content):
        named = plain.get("corrects") or plain.get("retracts") or {}
        if index in results or named.get("fact") in names:
            yield index


def _is_drawn_in(plain: dict[str, Any], obligation: Obligation) -> bool:
    return plain.get("kind") == "fix_activity_measured" and _day(plain) in obligation.window


def _day(plain: dict[str, Any]) -> date:
    if "occurred_on" in plain:
        return date.fromisoformat(str(plain["occurred_on"]))
    return datetime.fromisoformat(str(plain["occurred_at"])).date()


def _result(agreement: Agreement, obligation: Obligation, supposed: Supposed) -> dict[str, Any]:
    asked = _asked(agreement, supposed.milestone)
    assert asked is not None, "a supposition about another milestone was refused before"
    return {
        "id": f"supposed-{supposed.milestone}",
        "kind": "fix_activity_measured",
        "occurred_on": obligation.due_on.isoformat(),
        "comparator": supposed.comparator,
        "value": supposed.value,
        "unit": "IU/dL",
        "assay": asked.assay,
        "laboratory": "central" if asked.laboratory == "any" else asked.laboratory,
        "source": "supposed",
    }
