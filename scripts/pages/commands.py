"""The page of all commands, so that it cannot say anything else than `oba --help`."""

from collections.abc import Iterator
from typing import Any

import typer

from adapters.cli.app import app

OPENING = """# Commands

This page is written by `python -m scripts.pages` from the commands; a test checks that it is current.

Data go to stdout, problems to stderr. Exit codes: 0 good, 1 refused, 2 wrong usage, 3 differences found. `--json`
answers in JSON, problems too. `NO_COLOR` turns colours off. Periods are written `2026Q4`, days `YYYY-MM-DD`, instants
with their offset. `OBA_HOME` names the folder of the stores (default `var`).
"""


def page() -> str:
    """The whole page as Markdown."""
    root = typer.main.get_command(app)
    return "\n".join([OPENING, *_commands("oba", root)]).rstrip() + "\n"


def _commands(name: str, command: Any) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is None:
        yield from _command(name, command)
        return
    for word, one in below.items():
        yield from _commands(f"{name} {word}", one)


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    words = " ".join(_argument(one) for one in arguments)
    yield f"## {f'{name} {words}'.strip()}\n"
    yield f"{' '.join((command.help or '').split())}\n"
    yield f"{command.epilog}\n"
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if options:
        yield "| option | meaning |\n|---|---|"
        for one in options:
            yield f"| `{', '.join([*one.opts, *one.secondary_opts])}` | {one.help or ''} |"
        yield ""


def _argument(argument: Any) -> str:
    word = argument.metavar or argument.name.upper()
    return str(word if argument.required or word.startswith("[") else f"[{word}]")
