"""Loads the portfolio once: everything known at the demo clock, in the order in which it became known.

The clock of the log stands at each report's own instant while it is fed, so `recorded_at` tells the truth about when
something was known. All goes through the commands that people use, under derived ids and keys: a load that was cut off
is simply repeated. The mark of the demo is set last, and a store that bears it is left as it is.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time

from adapters.clock import FixedClock
from adapters.demo.agenda import Agenda, Approves, Looks, Reminds, Reported, looks, reports
from adapters.demo.directory import COORDINATOR, ZONES
from adapters.demo.documents import RULE_EFFECTIVE_ON, Documents, demo_documents, documents_on
from adapters.demo.entries import directory_rows
from adapters.demo.feeding import Feeding, infusion_of
from adapters.demo.life import Life
from adapters.demo.past import DemoRefused, Past
from adapters.demo.portfolio import DEFAULT_DEMO_CLOCK, SILENT, portfolio
from adapters.demo.remembering import RememberingDirectory
from adapters.documents.shelf import shipped_documents, shipped_reference
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.records.records import Records, open_records
from adapters.settings import Settings
from adapters.tracker import Tracker
from oba.identity import document_stream_id
from oba.problems import Refusal

LABEL = "synthetic demo portfolio; invented HTCs, payers, people and patients"
BEGINNING = datetime.combine(RULE_EFFECTIVE_ON, time(12, 0), tzinfo=UTC)
"""The documents of the demo are registered at this instant, before anybody is infused."""


class NotForADemo(RuntimeError):
    """The store holds something that is not of the demo; the portfolio is not mixed with it."""


@dataclass(frozen=True)
class Loaded:
    """What a load came to; `already` when the store bore the mark of the demo before, and nothing was changed."""

    clock: datetime
    already: bool
    infusions: int
    events: int


def load(settings: Settings, clock: datetime = DEFAULT_DEMO_CLOCK, say: Callable[[str], object] = SILENT) -> Loaded:
    """Load the portfolio as known at an instant into an empty store; on a demo store nothing is changed.

    NotForADemo where the store holds anything else; DemoRefused where a command of the demo is refused.
    """
    with _opened(settings) as (log, records, standing):
        marked_at = records.demo.instant()
        if marked_at is None:
            lives = portfolio()
            _refuse_foreign(log, records, lives)
            say("directory: five HTCs, three payers, one manufacturer, all invented")
            _enter_directory(records)
            records.directory = RememberingDirectory(records.engine)
            feeding = Feeding(log, records, standing, shipped_reference(), _register_documents(log, records, standing))
            say("infusions: everything known at the demo clock, in the order in which it became known")
            _feed(feeding, standing, lives, clock)
            records.demo.mark(LABEL, clock)
        return Loaded(marked_at or clock, marked_at is not None, len(log.infusion_ids()), log.head())


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Log, Records, FixedClock]]:
    standing = FixedClock(BEGINNING)
    with ExitStack() as undo:
        records = open_records(settings)
        undo.callback(records.close)
        log = open_log(settings, standing)
        undo.callback(log.close)
        yield log, records, standing


def _refuse_foreign(log: Log, records: Records, lives: tuple[Life, ...]) -> None:
    infusions = set(log.infusion_ids()) - {infusion_of(life) for life in lives}
    of_the_demo = {document_stream_id(document.id) for document in demo_documents(shipped_documents())}
    documents = {event.stream_id for event in log.documents()} - of_the_demo
    htcs = {htc.htc_id for htc in records.directory.htcs()} - set(ZONES)
    if infusions or documents or htcs:
        raise NotForADemo("the store holds what is not of the demo; load the demo into an empty folder")


def _enter_directory(records: Records) -> None:
    entered = records.import_directory(directory_rows())
    assert isinstance(entered, int), entered


def _register_documents(log: Log, records: Records, standing: FixedClock) -> Documents:
    """Register the demo's documents, where they are not on the shelf already."""
    tracker = Tracker(log, records, standing, shipped_reference())
    for document in demo_documents(shipped_documents()):
        answer = tracker.register_document(document, actor=COORDINATOR)
        if isinstance(answer, Refusal):
            raise DemoRefused(f"document {document.id}", answer)
    return documents_on(tracker.shelf())


def _feed(feeding: Feeding, standing: FixedClock, lives: tuple[Life, ...], until: datetime) -> None:
    past, agenda = Past(feeding), _agenda(feeding, lives)
    looked_until = feeding.tracker.log.last_recorded_at() or BEGINNING
    for approval in (approval for life in lives for approval in past.open(life)):
        agenda.put(approval.at, approval.task)
    for at, task in agenda.until(until):
        standing.move_to(at)
        match task:
            case Looks():
                for approval in past.look(task) if at >= looked_until else ():
                    agenda.put(approval.at, approval.task)
            case Reminds():
                if at >= looked_until:
                    past.remind(task)
            case Approves():
                past.approve(task)
            case _:
                _feed_one(feeding, task)


def _feed_one(feeding: Feeding, report: Reported) -> None:
    answer = feeding.feed(report)
    if isinstance(answer, Refusal):
        raise DemoRefused(f"life {report.life.number}, {type(report).__name__}", answer)


def _agenda(feeding: Feeding, lives: tuple[Life, ...]) -> Agenda:
    agenda = Agenda()
    for at, report in reports(lives):
        agenda.put(at, report)
    for life in lives:
        for at, look in looks(life, feeding.documents.agreements[life.script.agreement_id]):
            agenda.put(at, look)
    return agenda
