"""The open stores: at which revision, how durable, how far the views, what waits in the outbox."""

from datetime import timedelta
from typing import Final

from adapters.bootstrap import Services
from adapters.cli.checks.finding import Finding
from adapters.database import POSTGRESQL, reading
from adapters.records.schema import RECORDS
from adapters.records.worker_ticks import SELDOM
from adapters.views.schema import VIEWS

SYNCHRONOUS_FULL: Final = 2
MOST_EVENTS_BEHIND: Final = 1_000
LONGEST_BEHIND: Final = timedelta(minutes=1)


def revisions() -> Finding:
    """Stores that could be opened are those of this release."""
    return Finding("schema", "good", f"of this release: records {RECORDS.head}, views {VIEWS.head}")


def durability(services: Services) -> Finding:
    """Log and records wait until the disk has the data."""
    found = services.tracker.log.recorder.durability()
    if not found.safe:
        return Finding(
            "durability",
            "bad",
            f"the log may lose what it confirmed: {found.says}",
            "set what it names, then oba doctor",
        )
    if services.tracker.records.engine.dialect.name != POSTGRESQL:
        with reading(services.tracker.records.engine) as connection:
            level = int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
        if level < SYNCHRONOUS_FULL:
            return Finding("durability", "bad", f"records with synchronous={level} may lose what they confirmed")
    return Finding("durability", "good", f"log and records: {found.says}")


def views_behind(services: Services) -> Finding:
    """How far the views are behind the log, in events and in time."""
    log, positions = services.tracker.log, services.views.positions()
    if stopped := sorted(one.view for one in positions if one.problem):
        says = f"stopped before a document that cannot be read: {', '.join(stopped)}"
        return Finding("views", "bad", says, "use a release that knows the document, then: oba projections retry")
    head = log.head()
    slowest = min((one.position for one in positions), default=0)
    waiting = log.touched(slowest, 1)
    says, age = f"{head - slowest} of {head} events behind", timedelta(0)
    # The events of a demo are stamped by its own clock, whose years say nothing of how long anybody has waited.
    if waiting and services.tracker.records.demo.instant() is None:
        age = services.tracker.now() - waiting[0].recorded_at
        says += f", the oldest for {spoken(age)}"
    if head - slowest > MOST_EVENTS_BEHIND or age > LONGEST_BEHIND:
        return Finding("views", "warning", says, "oba worker")
    return Finding("views", "good", says)


def dead_letters(services: Services) -> Finding:
    """Infusions that a view could not fold: lists leave them out, and no payment rests on it."""
    letters = services.views.dead_letters()
    if not letters:
        return Finding("dead letters", "good", "every infusion is folded into every view")
    first = min(letters, key=lambda one: one.position)
    infusions, views = len({one.infusion_id for one in letters}), sorted({one.view for one in letters})
    says = (
        f"{infusions} infusions are incomplete in {', '.join(views)}; "
        f"the first since position {first.position} ({first.problem})"
    )
    return Finding("dead letters", "bad", says, "oba projections retry; where it stays, a later release is needed")


def outbox(services: Services) -> Finding:
    """Notices that could not be delivered yet; none is ever given up."""
    waiting = [row for row in services.tracker.records.outbox.rows("due") if row.last_problem]
    if waiting:
        mend = "check the address in the directory and OBA_SMTP_HOST, then: oba worker"
        reasons = ", ".join(sorted({str(row.last_problem) for row in waiting}))
        return Finding("outbox", "warning", f"{len(waiting)} notices wait: {reasons}", mend)
    return Finding("outbox", "good", "nothing waits for a second attempt")


def workers(services: Services) -> Finding:
    """When a worker last came to the end of a tick: without one no reminder leaves the house."""
    seen, tick = services.tracker.records.worker_ticks.newest(), services.settings.tick_seconds
    if seen is None:
        return Finding("worker", "warning", "none has looked yet", "oba worker")
    age = max(services.wall.now() - seen, timedelta(0))
    if age > timedelta(seconds=10 * tick) + SELDOM:
        return Finding("worker", "warning", f"last looked {spoken(age)} ago, expected every {tick} s", "oba worker")
    return Finding("worker", "good", f"last looked {spoken(age)} ago")


def spoken(age: timedelta) -> str:
    """A length of time in the largest unit of which it has two: "119 s", "47 h", "12 days"."""
    seconds = int(age.total_seconds())
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
