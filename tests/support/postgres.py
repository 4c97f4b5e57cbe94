"""One PostgreSQL for the tests of a process, and databases in it that cost little; never skipped, never mocked."""

import os
from functools import cache

from scripts.postgres.binaries import find_binaries
from scripts.postgres.server import APP, DSN, OWNER, PASSWORD, DatabaseUrls, Server

__all__ = ["APP", "DSN", "OWNER", "PASSWORD", "DatabaseUrls", "Server", "server", "start_server"]


def start_server() -> Server:
    """The server that the environment names, else one of the programs found here; NoServer says what is missing."""
    dsn = os.environ.get(DSN)
    return Server(dsn) if dsn else Server.of(find_binaries())


@cache
def server() -> Server:
    """The one server of this process; it ends with the process at the latest."""
    return start_server()
