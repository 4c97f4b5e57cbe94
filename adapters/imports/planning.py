"""What an import would record: each row decided by the same code as any other command, on the rows before it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from adapters.answer import flags_of, sealing
from adapters.imports.csv_table import MOST_PROBLEMS, CsvRow, Table
from adapters.imports.fact_columns import IMPORTED, LEADING, Leaf, column_of, leaves, read_cell
from adapters.imports.report import RowReport
from adapters.local_time import fix_when
from adapters.records.directory import Person
from adapters.reported_by import reporters, reports_about
from adapters.tracker import Tracker
from oba.dates import read_day, read_instant
from oba.evidence import Item
from oba.facts.assessment import MilestoneAssessed
from oba.facts.base import Body, Fact
from oba.facts.recorded import Drafted, Recorded, Source
from oba.identity import derived_id
from oba.infusion.commands import RecordFact, When
from oba.infusion.decide import decide
from oba.infusion.state import InfusionState, evolve
from oba.infusion.surroundings import Surroundings
from oba.problems import Problem, Refusal, problems_of


@dataclass
class Plan:
    """The rows in their order, the events that they lead to, and the plain references that must be kept with them."""

    rows: tuple[RowReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    drafted: tuple[Drafted[Body], ...] = ()
    references: dict[UUID, set[str]] = field(default_factory=dict)


class _Wrong(Exception):
    """A row cannot be recorded; its problems, not yet at their row."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


class Planning:
    """One pass over a file."""

    def __init__(
        self,
        tracker: Tracker,
        table: Table,
        file_sha256: str,
        person: Person,
        system: str,
    ) -> None:
        self._tracker = tracker
        self._table = table
        self._file = file_sha256
        self._person = person
        self._source = Source(system=system, document_digest=file_sha256)
        self._states: dict[str, InfusionState] = {}
        self._surroundings: dict[str, Surroundings] = {}
        self._drafted: list[Drafted[Body]] = []
        self._references: dict[UUID, set[str]] = defaultdict(set)
        self._seen: set[frozenset[tuple[str, str]]] = set()

    def plan(self) -> Plan:
        """Every row decided, or every problem at its row and column."""
        reports: list[RowReport] = []
        problems: list[Problem] = []
        for row in self._table.rows:
            try:
                reports.append(self._row(row))
            except _Wrong as wrong:
                problems.extend(self._at(row, problem) for problem in wrong.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
        return Plan(tuple(reports), tuple(problems), tuple(self._drafted), dict(self._references))

    def _row(self, row: CsvRow) -> RowReport:
        code = row.cells.get("infusion_code", "")
        self._check_role(row.cells.get("kind", ""))
        state = self._state(code)
        command = self._command(row, state)
        earlier = [event.event_id for event in state.events if event.command_id == command.command_id]
        about: dict[str, Any] = {"row": row.number, "infusion_code": code, "kind": command.fact.kind}
        if earlier:
            return RowReport(**about, result="recorded_before", event_ids=tuple(earlier))
        repeated = self._repeated(row, state, command)
        events = self._decided(state, command)
        self._states[code] = self._after(state, events)
        self._drafted.extend(events)
        flags = (*flags_of(events), *self._sealing(state, self._states[code]), *repeated)
        return RowReport(**about, result="ready", event_ids=tuple(event.event_id for event in events), flags=flags)

    def _check_role(self, kind: str) -> None:
        """The role of the person must report this kind; a kind that is not imported is refused as such later."""
        if kind in IMPORTED and self._person.role not in reporters(kind):
            remedy = f"have it imported by: {', '.join(sorted(reporters(kind)))}"
            raise _Wrong(_problem("kind-not-allowed", "the role of the person does not report this", remedy, "kind"))

    def _state(self, code: str) -> InfusionState:
        if code not in self._states:
            infusion_id = self._tracker.infusion_by_code(code)
            state = self._tracker.state(infusion_id) if infusion_id else None
            if state is None or not reports_about(self._person, state):
                raise _Wrong(_problem("unknown-infusion", "no such infusion", "use its code", "infusion_code"))
            self._states[code] = state
        return self._states[code]

    def _command(self, row: CsvRow, state: InfusionState) -> RecordFact:
        fact, accession = self._fact(row, state)
        self._check_attestation(fact)
        return RecordFact(
            command_id=derived_id("import", self._file, row.number),
            infusion_id=state.infusion_id,
            actor=self._person.person_id,
            when=self._when(row, state),
            fact=fact,
            source=self._source.model_copy(update={"accession_digest": accession}),
        )

    def _check_attestation(self, fact: Fact) -> None:
        own = not isinstance(fact, MilestoneAssessed) or fact.attested_by == self._person.person_id
        if self._person.role == "htc_physician" and not own:
            message, remedy = "a physician attests in their own name", "name yourself"
            raise _Wrong(_problem("attest-yourself", message, remedy, "attested_by"))

    def _fact(self, row: CsvRow, state: InfusionState) -> tuple[Any, str | None]:
        kind = row.cells.get("kind", "")
        if kind not in IMPORTED:
            remedy = f"use one of {', '.join(IMPORTED)}"
            raise _Wrong(_problem("unknown-kind", "the kind is not imported", remedy, "kind"))
        known = leaves(IMPORTED[kind])
        stray = [name for name in row.cells if name not in known and name not in LEADING]
        if stray:
            message, remedy = "this kind has no such field", "empty the cell"
            raise _Wrong(*(_problem("not-of-this-kind", message, remedy, name) for name in stray))
        content = self._content(row, known, state)
        try:
            return IMPORTED[kind].model_validate(content), content.get("accession_digest")
        except ValidationError as error:
            raise _Wrong(*problems_of(error)) from None

    def _content(self, row: CsvRow, known: dict[str, Leaf], state: InfusionState) -> dict[str, Any]:
        content: dict[str, Any] = {}
        problems: list[Problem] = []
        for leaf in known.values():
            text = row.cells.get(leaf.column)
            if text is None:
                if leaf.empty_is_none:
                    _put(content, leaf.path, None)
                continue
            try:
                value = read_cell(leaf, text)
            except ValueError as error:
                problems.append(_of(error, leaf.column))
                continue
            _put(content, leaf.path, self._digest(value, state) if leaf.form == "reference" else value)
        if problems:
            raise _Wrong(*problems)
        return content

    def _digest(self, accession: str, state: InfusionState) -> str:
        digest = self._tracker.records.vault.digest("accession", accession)
        self._references[state.infused.patient_token].add(digest)
        return digest

    def _when(self, row: CsvRow, state: InfusionState) -> When:
        day, instant = row.cells.get("occurred_on"), row.cells.get("occurred_at")
        column = "occurred_on"
        try:
            read_on = read_day(day) if day else None
            column = "occurred_at"
            read_at = read_instant(instant) if instant else None
        except ValueError as error:
            raise _Wrong(_of(error, column)) from None
        when = fix_when(read_on, read_at, self._tracker.zone(state))
        if isinstance(when, Refusal):
            raise _Wrong(*when.problems)
        return when

    def _repeated(self, row: CsvRow, state: InfusionState, command: RecordFact) -> tuple[str, ...]:
        """Whether the row says what an earlier row or a recorded fact says already; both may be true."""
        cells = frozenset(row.cells.items())
        again = cells in self._seen
        self._seen.add(cells)
        if again:
            return ("same_as_earlier_row",)
        same = any(item.fact == command.fact and _then(item, command.when) for item in state.everything.items)
        return ("same_as_recorded_fact",) if same else ()

    def _decided(self, state: InfusionState, command: RecordFact) -> tuple[Drafted[Body], ...]:
        htc_id = state.htc_id
        if htc_id not in self._surroundings:
            self._surroundings[htc_id] = self._tracker.surroundings(htc_id)
        decided = decide(state, command, self._surroundings[htc_id])
        if isinstance(decided, Refusal):
            raise _Wrong(*decided.problems)
        return decided

    def _after(self, state: InfusionState, events: tuple[Drafted[Body], ...]) -> InfusionState:
        now = self._surroundings[state.htc_id].now
        last = max((event.position for event in state.events), default=0)
        for number, event in enumerate(events, start=1):
            state = evolve(state, _as_if_recorded(event, last + number, now))
        return state

    @staticmethod
    def _sealing(before: InfusionState, after: InfusionState) -> tuple[str, ...]:
        return sealing(before.events, after.events[before.version :])

    def _at(self, row: CsvRow, problem: Problem) -> Problem:
        """The problem at its row and column; a missing column is said in its pointer."""
        name = column_of(problem)
        place = self._table.places.get(name)
        return problem.model_copy(update={"line": row.number, "column": place, "pointer": f"/{name}" if name else None})


def _put(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        content = content.setdefault(name, {})
    content[path[-1]] = value


def _then(item: Item[Fact], when: When) -> bool:
    return (item.occurred_on, item.occurred_at) == (when.occurred_on, when.occurred_at)


def _of(error: ValueError, column: str) -> Problem:
    message, _, remedy = str(error).partition("; ")
    return _problem("invalid-value", message, remedy or "correct the cell", column)


def _problem(code: str, message: str, remedy: str, column: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, pointer=f"/{column}")


def _as_if_recorded(event: Drafted[Body], position: int, recorded_at: datetime) -> Recorded[Body]:
    """The event as the later rows of the file meet it; the log stamps it anew when the file is taken."""
    return Recorded[Body].model_construct(**dict(event), position=position, recorded_at=recorded_at)
