"""Opening the stores for one command, and closing them again; what stands in the way is told as a problem."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from adapters.bootstrap import Services, open_services
from adapters.cli.terminal import refuse, refused
from adapters.database import UnsafeStore
from adapters.log.refusals import UnsafeConnection
from adapters.settings import Settings
from oba.problems import problems_of


def read_settings() -> Settings:
    """The settings of this deployment; a wrong one is told with the name of its variable."""
    try:
        return Settings()
    except ValidationError as error:
        refused(
            problem.model_copy(update={"pointer": f"OBA_{(problem.pointer or '').strip('/').upper()}"})
            for problem in problems_of(error)
        )


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Services]:
    """The three stores, open for one command; stores that must not be used are told and left alone."""
    try:
        services = open_services(settings or read_settings())
    except (UnsafeStore, UnsafeConnection) as error:
        refuse("unsafe-store", str(error), "oba doctor says what to do")
    try:
        yield services
    finally:
        services.close()
