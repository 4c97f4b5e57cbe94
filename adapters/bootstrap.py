"""The composition root: the only place that chooses which store, clock and mailer the product runs on."""

from dataclasses import dataclass

from adapters.clock import DemoClock, SystemClock
from adapters.documents.shelf import shipped_reference
from adapters.log.log import Log
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

    def close(self) -> None:
        """Close the three stores."""
        self.tracker.close()
        self.views.engine.dispose()


def open_services(settings: Settings) -> Services:
    """The three stores, the projector between them, and the way notices leave the house."""
    tracker = open_tracker(settings)
    views = Views(open_views(settings.views_file))
    projector = BatchProjector(tracker.log, views, tracker.reference)
    return Services(settings, tracker, views, projector, notifier_of(settings))


def open_tracker(settings: Settings) -> Tracker:
    """Log and records of a deployment, made where they are missing, under the clock that its records call for."""
    records = open_records(settings.records_file, settings.keys_folder, beside=(settings.log_file,))
    clock = clock_of(records)
    return Tracker(Log(settings.log_file, clock), records, clock, shipped_reference())


def clock_of(records: Records) -> Clock:
    """The demo's clock where the records carry the mark of a demo, the machine's otherwise."""
    return SystemClock() if records.demo.instant() is None else DemoClock(records.demo)


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
