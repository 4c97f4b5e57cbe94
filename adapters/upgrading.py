"""`oba db upgrade`: the three stores of a deployment are made, or brought to this release; twice changes nothing.

SQLite files are made by whoever opens them; the schemas of PostgreSQL are made by their owner (`owning.py`).
"""

from adapters.bootstrap import open_services
from adapters.database import reading
from adapters.migrating import stands_at
from adapters.owning import Upgraded, upgrade_schemas
from adapters.records.engine import open_engine
from adapters.records.schema import RECORDS
from adapters.settings import Settings
from adapters.views.engine import open_views_file
from adapters.views.schema import VIEWS

_LOG_FILE = "1"
"""The only revision of a log file that there is."""


def upgrade_stores(settings: Settings, *, demo: bool = False) -> tuple[Upgraded, ...]:
    """Make what is missing, then open the stores as the application does and bring the views up to the log.

    `demo` lets the application stamp events on PostgreSQL by a clock of its own, from then on; files need no leave.
    UnsafeStore says what stands in the way, and the line that mends it; a store is then as it was before.
    """
    done = _of_files(settings) if settings.database_url is None else upgrade_schemas(settings, demo=demo)
    services = open_services(settings)
    try:
        services.projector.catch_up()
    finally:
        services.close()
    return done


def _of_files(settings: Settings) -> tuple[Upgraded, ...]:
    """What opening the three files is going to do."""
    log = _LOG_FILE if settings.log_file.is_file() else None
    records = views = None
    if settings.records_file.is_file():
        with reading(engine := open_engine(settings.records_file)) as connection:
            records = stands_at(connection)
        engine.dispose()
    if settings.views_file.is_file():
        with reading(engine := open_views_file(settings.views_file)) as connection:
            views = stands_at(connection)
        engine.dispose()
    return (
        Upgraded("log", log, _LOG_FILE),
        Upgraded(RECORDS.name, records, RECORDS.head),
        Upgraded(VIEWS.name, views, VIEWS.head),
    )
