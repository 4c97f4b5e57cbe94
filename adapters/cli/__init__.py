"""The command line `oba`: one file for each group of commands; data go to stdout, problems to stderr."""

from adapters.cli.app import app


def main() -> None:
    """Run `oba`; exit codes are 0 good, 1 refused, 2 wrong usage, 3 differences found."""
    app()
