"""`oba doctor`: whether everything is as it must be, and the command that mends what is not."""

import typer
from rich.text import Text

from adapters.cli.checks.examine import examine
from adapters.cli.opened import read_settings
from adapters.cli.terminal import REFUSED, AsJson, console, tell_json

COLOURS = {"good": "green", "warning": "yellow", "bad": "red"}


def doctor(as_json: AsJson = False) -> None:
    """Look at Python, engine, stores, keys, roles, views and outbox; exit code 1 where something must be mended."""
    findings = list(examine(read_settings()))
    if as_json:
        tell_json([vars(finding) for finding in findings])
    else:
        screen = console()
        for finding in findings:
            screen.print(
                Text(f"{finding.verdict:8}", COLOURS[finding.verdict]) + Text(f"{finding.name}: {finding.says}")
            )
            if finding.mend:
                screen.print(Text(f"{'':8}mend: {finding.mend}"))
    if any(finding.verdict == "bad" for finding in findings):
        raise typer.Exit(REFUSED)
