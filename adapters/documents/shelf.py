"""The documents and reference tables that ship with the product, read from the package itself."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from adapters.documents.reading import Reading
from adapters.documents.yaml_reader import read_yaml, read_yaml_with_problems
from oba.problems import Problem
from oba.reference.tables import Reference
from oba.terms.document import Document, read_document
from oba.terms.lint import lint

ROOMS = ("agreements", "payer_rules", "follow_up")


class ShelfIsBroken(Exception):
    """A file that ships with the product cannot be read; the release is wrong, not the user."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def read_document_file(raw: bytes, *, file: str) -> Document | tuple[Problem, ...]:
    """Read one document from the bytes of a YAML or JSON file; every problem has file, line and column.

    What the file, the models and the checks find is told together as far as each can look.
    """
    reading, problems = read_yaml_with_problems(raw, file=file)
    if reading is None:
        return problems
    document = read_document(reading.content)
    found = document if isinstance(document, tuple) else lint(document)
    placed = (reading.placed(problem) for problem in found)
    every = (*(reading.with_clause(one) for one in problems), *(one for one in placed if not _follows(one, problems)))
    return in_order(every) if every or isinstance(document, tuple) else document


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems as a reader of the file meets them."""
    return tuple(sorted(problems, key=lambda one: (one.file or "", one.line or 0, one.column or 0)))


def _follows(problem: Problem, earlier: tuple[Problem, ...]) -> bool:
    """Whether a problem only says that a value which could not be read is not there."""
    here = problem.pointer or ""
    return any(one.pointer is not None and f"{here}/".startswith(f"{one.pointer}/") for one in earlier)


def shelf_files() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every document on the shelf, in the order of rooms and names."""
    for room in ROOMS:
        for path in sorted(_yaml_files(files("oba") / "shelf" / room), key=lambda path: path.name):
            yield f"oba/shelf/{room}/{path.name}", path.read_bytes()


@cache
def shipped_documents() -> tuple[Document, ...]:
    """Every document on the shelf; ShelfIsBroken with all problems when one cannot be read."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for file, raw in shelf_files():
        document = read_document_file(raw, file=file)
        if isinstance(document, tuple):
            problems.extend(document)
        else:
            documents.append(document)
    if problems:
        raise ShelfIsBroken(tuple(problems))
    return tuple(documents)


@cache
def shipped_reference() -> Reference:
    """The reference tables of this release; ShelfIsBroken when they cannot be read."""
    raw = (files("oba") / "reference" / "reference.yaml").read_bytes()
    reading = read_yaml(raw, file="oba/reference/reference.yaml")
    if not isinstance(reading, Reading):
        raise ShelfIsBroken(reading)
    return Reference.model_validate(reading.content)


def _yaml_files(folder: Traversable) -> list[Traversable]:
    return [path for path in folder.iterdir() if path.name.endswith(".yaml")] if folder.is_dir() else []
