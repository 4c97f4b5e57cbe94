"""Opening the stores for one command, and closing them again; what stands in the way is told as a problem."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from adapters.bootstrap import Services, open_services
from adapters.cli.standing import STANDS_IN_THE_WAY, standing
from adapters.cli.terminal import refuse, refused
from adapters.postgresql import address_of
from adapters.settings import Settings
from oba.problems import Problem, problems_of

IN_AN_ENVIRONMENT = {
    "int_parsing": ("a whole number is needed here", "write a whole number, such as 8321, or unset the variable"),
    "int_from_float": ("a whole number is needed here", "write a whole number, such as 8321, or unset the variable"),
    "bool_type": ("yes or no is needed here", "write true or false, or unset the variable"),
    "bool_parsing": ("yes or no is needed here", "write true or false, or unset the variable"),
}
"""What is said of values that the environment gives as text: sentence and remedy by the kind of mistake."""


def read_settings() -> Settings:
    """The settings of this deployment; a wrong one is told with the name of its variable."""
    try:
        return Settings()
    except ValidationError as error:
        kinds = [str(detail["type"]) for detail in error.errors(include_url=False, include_input=False)]
        refused(_of_variable(kind, problem) for kind, problem in zip(kinds, problems_of(error), strict=True))


def _of_variable(kind: str, problem: Problem) -> Problem:
    """A problem of one setting, with the name of its variable in place of a pointer."""
    name = (problem.pointer or "").strip("/")
    variable = name if name.isupper() else f"OBA_{name.upper()}"
    if kind not in IN_AN_ENVIRONMENT:
        return problem.model_copy(update={"pointer": variable})
    message, remedy = IN_AN_ENVIRONMENT[kind]
    return Problem(code="invalid-type", message=message, remedy=remedy, pointer=variable)


def place_of(settings: Settings) -> str:
    """Where the stores of a deployment lie, as people are told: a folder, or a database and its host."""
    return str(settings.home if settings.database_url is None else address_of(settings.database_url))


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Services]:
    """The three stores, open for one command; stores that must not be used are told and left alone."""
    chosen = settings or read_settings()
    with refusing(chosen):
        services = open_services(chosen)
        try:
            yield services
        finally:
            services.close()


@contextmanager
def refusing(settings: Settings) -> Iterator[None]:
    """Stores that must not be used, a database that does not answer and a place that is none, told as a problem."""
    try:
        yield
    except STANDS_IN_THE_WAY as error:
        told = standing(error, settings)
        refuse(told.code, told.says, told.mend)
    except OSError as error:
        if error.filename is None:
            raise
        refuse("no-such-place", f"{error.filename}: {error.strerror}", "name a place where this user may write")
