"""The page of the columns in which facts are imported."""

from adapters.imports.fact_columns import COLUMNS_VERSION, IMPORTED, columns

OPENING = """# Facts as CSV

This page is written by `python -m scripts.pages` from the columns; a test checks that it is current.

`oba import facts FILE --as PERSON --dry-run`, then the same without `--dry-run`. One row is one fact of one infusion.
Every row is checked by the same code as any other command, on what the rows before it would leave. All rows are
recorded, or none; every problem names row and column. The same file a second time records nothing more.

A file holds the columns that it needs, in any order, under these names; a cell that says nothing stays empty. Numbers
are written with a point (`38.6`), days `YYYY-MM-DD`, instants with their offset. UTF-8, commas.

Version of the columns: `{version}`.

Kinds: {kinds}.
"""


def page() -> str:
    """The whole page as Markdown."""
    opening = OPENING.format(version=COLUMNS_VERSION, kinds=", ".join(f"`{kind}`" for kind in IMPORTED))
    rows = [f"| `{one.name}` | {one.form.replace('_', ' ')} | {_kinds(one.kinds)} |" for one in columns()]
    return "\n".join([opening, "| column | written | kinds |\n|---|---|---|", *rows]) + "\n"


def _kinds(kinds: tuple[str, ...]) -> str:
    return "all" if len(kinds) == len(IMPORTED) else ", ".join(f"`{kind}`" for kind in kinds)
