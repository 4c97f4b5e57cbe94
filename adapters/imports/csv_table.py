"""A CSV file as a table of cells, or all that is wrong with its form; row 1 is the header, as spreadsheets count."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oba.problems import Problem

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_CELL = 200
MOST_PROBLEMS = 200
"""A file that is wrong throughout is described by its first problems."""


@dataclass(frozen=True)
class CsvRow:
    """One row by column name; empty cells are left out."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The rows of a file whose form is right, and the place of each column."""

    rows: tuple[CsvRow, ...]
    places: dict[str, int]


def read_table(content: bytes, known: Iterable[str], wanted: Iterable[str]) -> Table | tuple[Problem, ...]:
    """Read UTF-8 (with or without BOM), commas, quotation marks; every problem of form at its row and column."""
    if len(content) > MOST_BYTES:
        return (_problem("file-too-large", f"the file has more than {MOST_BYTES} bytes", "split it", None, None),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (_problem("not-utf-8", "the file is not UTF-8", "save it as CSV UTF-8", None, None),)
    try:
        lines = tuple(_lines(text))
    except csv.Error:
        remedy = "write commas between cells and close every quotation mark"
        return (_problem("not-csv", "the file cannot be read as CSV", remedy, None, None),)
    problems = tuple(_form(lines, tuple(known), tuple(wanted)))[:MOST_PROBLEMS]
    return problems or _table(lines)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers; rows without any content are passed over, as spreadsheets leave them behind."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for number, cells in enumerate(reader, start=1):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _table(lines: tuple[tuple[int, list[str]], ...]) -> Table:
    names = [name.strip() for name in lines[0][1]]
    rows = tuple(
        CsvRow(number, {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()})
        for number, cells in lines[1:]
    )
    return Table(rows=rows, places={name: place for place, name in enumerate(names, start=1)})


def _form(
    lines: tuple[tuple[int, list[str]], ...], known: tuple[str, ...], wanted: tuple[str, ...]
) -> Iterator[Problem]:
    if not lines or lines[0][0] != 1:
        yield _problem("no-header", "the first row is empty", "begin with the row of column names", 1, None)
        return
    header = [name.strip() for name in lines[0][1]]
    yield from _header(header, known, wanted)
    if len(lines) == 1:
        yield _problem("no-rows", "there is no row under the header", "add one row for each fact", None, None)
    if len(lines) - 1 > MOST_ROWS:
        yield _problem("too-many-rows", f"the file has more than {MOST_ROWS} rows", "split it", None, None)
        return
    for number, cells in lines[1:]:
        yield from _row(number, cells, header)


def _header(header: list[str], known: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[Problem]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        yield _problem("other-delimiter", "the cells are not divided by commas", "save it with commas", 1, 1)
        return
    for place, name in enumerate(header, start=1):
        if name not in known:
            yield _problem("unknown-column", "the column is not known", "use a name of the column list", 1, place)
        elif header.index(name) != place - 1:
            yield _problem("column-twice", "the column occurs twice", "keep one of them", 1, place)
    for name in wanted:
        if name not in header:
            yield _problem("missing-column", f"the column {name} is missing", "add it", 1, None)


def _row(number: int, cells: list[str], header: list[str]) -> Iterator[Problem]:
    if [cell.strip() for cell in cells] == header:
        yield _problem("header-twice", "the header occurs again", "remove this row", number, None)
        return
    if len(cells) != len(header):
        remedy = f"give {len(header)} cells; put a cell that contains a comma into quotation marks"
        place = min(len(cells), len(header)) + 1
        yield _problem("ragged-row", f"the row has {len(cells)} cells", remedy, number, place)
        return
    for place, cell in enumerate(cells, start=1):
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in cell):
            remedy = "write the cell on one line, without control characters"
            yield _problem("line-break-in-cell", "the cell has a line break, a tab or the like", remedy, number, place)
        elif len(cell) > MOST_CELL:
            remedy = f"give a code of at most {MOST_CELL} characters; free text is not taken"
            yield _problem("cell-too-long", "the cell is too long", remedy, number, place)


def _problem(code: str, message: str, remedy: str, row: int | None, column: int | None) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, line=row, column=column)
