"""How every command speaks: answers on stdout, problems on stderr, one meaning for each exit code."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from oba.dates import read_day, read_instant
from oba.problems import Problem

GOOD = 0
REFUSED = 1
USAGE = 2
DIFFERENCES = 3

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def day(text: str) -> date:
    """A day given on the command line; another spelling is wrong usage."""
    try:
        return read_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def instant(text: str) -> datetime:
    """An instant with its offset given on the command line; a bare date is wrong usage."""
    try:
        return read_instant(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


AsOf = Annotated[date | None, typer.Option("--as-of", parser=day, metavar="YYYY-MM-DD", help="The day asked about.")]
KnownAt = Annotated[
    datetime | None,
    typer.Option("--known-at", parser=instant, metavar="INSTANT", help="Use only what was recorded by this instant."),
]


def tell(text: str) -> None:
    """Print one answer for people."""
    typer.echo(text)


def tell_json(content: Any) -> None:
    """Print one answer for programs."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str))


def tell_rows(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a heading, columns aligned, without colours or frames that a pipe would stumble over."""
    table = [list(heading), *[list(row) for row in rows]]
    widths = [max(len(row[column]) for row in table) for column in range(len(heading))]
    for row in table:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def console() -> Console:
    """The terminal with its colours; plain text without a terminal, and where NO_COLOR is set."""
    return Console(highlight=False, soft_wrap=True)


def note(text: str) -> None:
    """Say on stderr what is going on."""
    typer.echo(text, err=True)


def refused(problems: Iterable[Problem], *, as_json: bool = False) -> NoReturn:
    """Tell every problem on stderr, with what mends it, and leave with exit code 1."""
    told = tuple(problems)
    if as_json:
        plain = [problem.model_dump(mode="json", exclude_none=True) for problem in told]
        typer.echo(json.dumps({"problems": plain}, indent=2, ensure_ascii=False), err=True)
    else:
        for problem in told:
            typer.echo(str(problem), err=True)
    raise typer.Exit(REFUSED)


def refuse(code: str, message: str, remedy: str, *, as_json: bool = False) -> NoReturn:
    """Refuse for one reason."""
    refused([Problem(code=code, message=message, remedy=remedy)], as_json=as_json)
