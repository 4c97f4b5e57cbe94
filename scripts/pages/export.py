"""The page of the payer export, from the columns as they are written."""

from adapters.exports.triggers import COLUMNS_VERSION, END_MARK, columns

OPENING = """# Export of refund triggers

This page is written by `python -m scripts.pages` from the columns; a test checks that it is current.

`oba export triggers --payer P --period 2026Q4 --format csv`, or `GET /v1/exports/triggers?payer=P&period=2026Q4`.

Two files belong together. The detail file has one line for each trigger and each adjustment whose determination was
approved in the quarter (local date) in favour of the payer. The totals file names the detail file, counts its lines,
sums them for each currency, gives the SHA-256 of its bytes, and ends with `{end}`. The same lines give the same bytes.

CSV as RFC 4180 says, in UTF-8, lines end with CR LF, texts in quotation marks, numbers without. A text that a
spreadsheet would take for a formula begins with an apostrophe. A later column comes at the end, and gives the columns a
new version.

Version of the columns: `{version}`.
"""


def page() -> str:
    """The whole page as Markdown."""
    rows = [f"| {place} | `{one.name}` | {one.kind} | {one.meaning} |" for place, one in enumerate(columns(), start=1)]
    heading = "| # | column | content | meaning |\n|--:|---|---|---|"
    return "\n".join([OPENING.format(end=END_MARK, version=COLUMNS_VERSION), heading, *rows]) + "\n"
