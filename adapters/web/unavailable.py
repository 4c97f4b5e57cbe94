"""A store that does not answer is no fault of the request: 503, and the same key gets its answer later."""

import logging
import sqlite3
from typing import Final

import psycopg
from eventsourcing.persistence import ConnectionPoolClosedError, InterfaceError, InternalError, OperationalError
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError as RecordsInterfaceError
from sqlalchemy.exc import InternalError as RecordsInternalError
from sqlalchemy.exc import OperationalError as RecordsOperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from adapters.database import UnsafeStore
from adapters.log.refusals import LogUnavailable, UnsafeConnection
from adapters.mishap import said_of
from adapters.web.problem import Refused, answer_problem, refused

SECONDS: Final = "2"
MEANS_AWAY: Final = (
    LogUnavailable,
    UnsafeConnection,
    UnsafeStore,
    OperationalError,
    InterfaceError,
    InternalError,
    ConnectionPoolClosedError,
    RecordsOperationalError,
    RecordsInterfaceError,
    RecordsInternalError,
    PoolExhausted,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
    sqlite3.OperationalError,
    sqlite3.InterfaceError,
)
"""What the stores raise when they are full, locked, read-only, restarting, unsafe or not there.

The server calls it an internal error when it is read-only, as after a failover, or has ended an idle transaction. What
it says of a wrong row or a wrong statement is not among these: that is a fault of ours, and it stays one.
"""
_LOG = logging.getLogger("oba.web")


def away() -> Refused:
    """The answer while a store is away."""
    problem = refused(
        503,
        "store-unavailable",
        "a store does not answer at this moment",
        "send it again with the same key in a moment; nothing is done twice",
    )
    problem.headers["Retry-After"] = SECONDS
    return problem


def install(app: FastAPI) -> None:
    """Answer for every store that is away."""

    def of_store(request: Request, error: Exception) -> JSONResponse:
        _LOG.error("request %s met a store that does not answer: %s", request.state.request_id, said_of(error))
        return answer_problem(request.state.request_id, away())

    for kind in MEANS_AWAY:
        app.add_exception_handler(kind, of_store)
