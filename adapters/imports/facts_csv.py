"""Facts from a spreadsheet: the dry run does everything that the import does, except append.

All rows are decided in order, each on what the rows before it would leave; then all events go into the log in one
append, or none. A row's command id follows from the file's hash and the row's number, so the same file twice does
nothing.
"""

import hashlib

from adapters.imports.csv_table import Table, read_table
from adapters.imports.fact_columns import COLUMNS_VERSION, WANTED, names
from adapters.imports.planning import Plan, Planning
from adapters.imports.report import ImportReport
from adapters.log.refusals import StaleVersion
from adapters.tracker import Tracker
from oba.problems import Problem

SYSTEM = "csv-import"
_UNKNOWN_PERSON = Problem(
    code="unknown-person", message="the directory does not hold this person", remedy="enter the person first"
)
_BUSY = Problem(
    code="busy", message="others write to the same infusions at this moment", remedy="import the file again in a moment"
)


def import_facts(
    tracker: Tracker,
    content: bytes,
    *,
    actor: str,
    dry_run: bool,
    system: str = SYSTEM,
) -> ImportReport:
    """Import a CSV file of facts, or say row by row what would happen.

    The actor is a person of the directory: their role decides which kinds of facts they report, their organisation
    about which infusions; any other infusion is an unknown one.
    """
    file_sha256 = hashlib.sha256(content).hexdigest()
    person = tracker.records.directory.person(actor)
    if person is None:
        return _report(file_sha256, dry_run, Plan(problems=(_UNKNOWN_PERSON,)))
    table = read_table(content, names(), WANTED)
    if not isinstance(table, Table):
        return _report(file_sha256, dry_run, Plan(problems=table))
    for _ in range(tracker.ATTEMPTS):
        plan = Planning(tracker, table, file_sha256, person, system).plan()
        if dry_run or plan.problems or _committed(tracker, plan):
            return _report(file_sha256, dry_run, plan)
    return _report(file_sha256, dry_run, Plan(problems=(_BUSY,)))


def _committed(tracker: Tracker, plan: Plan) -> bool:
    """Whether all events went into the log; False where a stream has moved on meanwhile, and nothing was written."""
    for holder, digests in plan.references.items():
        tracker.records.vault.keep(digests, holder)
    try:
        if plan.drafted:
            tracker.log.append(plan.drafted)
    except StaleVersion:
        return False
    return True


def _report(file_sha256: str, dry_run: bool, plan: Plan) -> ImportReport:
    rows = plan.rows
    if not dry_run and not plan.problems:
        done = {"result": "recorded"}
        rows = tuple(row.model_copy(update=done) if row.result == "ready" else row for row in rows)
    return ImportReport(
        file_sha256=file_sha256,
        columns_version=COLUMNS_VERSION,
        dry_run=dry_run,
        rows=rows,
        problems=plan.problems,
    )
