"""The composition root: the only place that chooses which store, clock and mailer the product runs on."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from adapters.clock import DatabaseClock, DemoClock, SystemClock
from adapters.copying.arrival import settle
from adapters.documents.shelf import shipped_reference
from adapters.log.opening import open_log
from adapters.notices.folder import FolderNotifier
from adapters.notices.smtp import SmtpNotifier
from adapters.records.records import Records, open_records
from adapters.settings import Settings
from adapters.tracker import Tracker
from adapters.views.engine import open_views
from adapters.views.projector import BatchProjector
from adapters.views.views import Views
from oba.ports import Clock, Notifier


@dataclass(frozen=True)
class Services:
    """Everything that a process of the product works with."""

    settings: Settings
    tracker: Tracker
    views: Views
    projector: BatchProjector
    notifier: Notifier
    wall: Clock = field(default_factory=SystemClock)
    """The clock of leases and waits, the same for all workers of the deployment."""

    def close(self) -> None:
        """Close the three stores."""
        self.tracker.close()
        self.views.engine.dispose()


def open_services(settings: Settings) -> Services:
    """The three stores, the projector between them, and the way notices leave the house."""
    with ExitStack() as undo:
        tracker = open_tracker(settings)
        undo.callback(tracker.close)
        views = Views(open_views(settings))
        undo.callback(views.engine.dispose)
        projector = BatchProjector(tracker.log, views, tracker.reference)
        undo.pop_all()
    return Services(settings, tracker, views, projector, notifier_of(settings), wall_of(settings, tracker.records))


def open_tracker(settings: Settings) -> Tracker:
    """Log and records of a deployment, made where they are missing, under the clock that its records call for."""
    if settings.database_url is None:
        settle(settings)
    records = open_records(settings)
    with ExitStack() as undo:
        undo.callback(records.close)
        clock = clock_of(records)
        tracker = Tracker(open_log(settings, clock), records, clock, shipped_reference())
        undo.pop_all()
    return tracker


def clock_of(records: Records) -> Clock:
    """The demo's clock where the records carry the mark of a demo, the machine's otherwise."""
    return SystemClock() if records.demo.instant() is None else DemoClock(records.demo)


def wall_of(settings: Settings, records: Records) -> Clock:
    """The clock of the database where several machines may share it, the machine's own beside SQLite files."""
    return SystemClock() if settings.database_url is None else DatabaseClock(records.engine)


def notifier_of(settings: Settings) -> Notifier:
    """The mail server where one is named, files in the local outbox folder otherwise; both date by the real clock."""
    if settings.smtp_host:
        return SmtpNotifier(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            clock=SystemClock(),
            starttls=settings.smtp_starttls,
        )
    return FolderNotifier(folder=settings.outbox_folder, sender=settings.mail_from, clock=SystemClock())
