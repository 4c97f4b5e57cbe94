"""The columns in which facts are imported: the fields of every fact, parts of a part with a point (`lead_in.first`).

An accession number stands as printed in the column `accession`; it becomes a keyed digest before anything is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, assert_never, get_args, get_origin

from pydantic import BaseModel

from oba.facts.any_fact import FACT_TYPES
from oba.facts.base import Fact
from oba.facts.coverage import AgreementAssumedByPayer
from oba.facts.enrolment import EnrolledUnderAgreement, EnrolmentEnded
from oba.facts.infused import Infused
from oba.facts.offset import OffsetReceived
from oba.facts.ruling import AdjudicatorAnswered, ExclusionRecorded
from oba.problems import Problem

COLUMNS_VERSION = "facts-1"
Form: TypeAlias = Literal["text", "whole_number", "true_or_false", "reference"]

NOT_IMPORTED = (
    Infused,
    EnrolledUnderAgreement,
    EnrolmentEnded,
    AgreementAssumedByPayer,
    OffsetReceived,
    AdjudicatorAnswered,
    ExclusionRecorded,
)
"""An infusion needs an identity, an enrolment a price, a ruling its document: they come by their own commands."""
IMPORTED: dict[str, type[Fact]] = {fact.kind_name(): fact for fact in FACT_TYPES if fact not in NOT_IMPORTED}
WANTED = ("infusion_code", "kind")
LEADING = ("infusion_code", "kind", "occurred_on", "occurred_at")
_REFERENCES = {"accession_digest": "accession"}
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/#-]{0,63}", re.ASCII)
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Leaf:
    """One field of a fact as a column: where it lies, how its cell is read, and whether an empty cell says `none`."""

    column: str
    path: tuple[str, ...]
    form: Form
    empty_is_none: bool


@dataclass(frozen=True)
class ImportColumn:
    """A column for people: its name, how a cell is written, and the kinds of facts that have it."""

    name: str
    form: str
    kinds: tuple[str, ...]


@cache
def leaves(fact: type[Fact]) -> dict[str, Leaf]:
    """The columns of one kind of fact."""
    return {leaf.column: leaf for leaf in _leaves(fact, ())}


def columns() -> tuple[ImportColumn, ...]:
    """The column dictionary, in the order in which a template has them."""
    every = tuple(IMPORTED)
    written = {
        "infusion_code": "INF-XXXX-XXXX-C",
        "kind": "one of the kinds",
        "occurred_on": "YYYY-MM-DD, local date at the HTC",
        "occurred_at": "YYYY-MM-DDThh:mm:ss with offset; instead of, or in agreement with, occurred_on",
    }
    found = {name: ImportColumn(name, form, every) for name, form in written.items()}
    for kind, fact in IMPORTED.items():
        for leaf in leaves(fact).values():
            kinds = found[leaf.column].kinds if leaf.column in found else ()
            found[leaf.column] = ImportColumn(leaf.column, leaf.form, (*kinds, kind))
    return tuple(found.values())


def names() -> tuple[str, ...]:
    """The names of all columns."""
    return tuple(column.name for column in columns())


def _leaves(model: type[BaseModel], above: tuple[str, ...]) -> Iterator[Leaf]:
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        inner, may_be_none = _inner(field.annotation)
        path = (*above, name)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _leaves(inner, path)
        else:
            column = ".".join((*above, _REFERENCES.get(name, name)))
            yield Leaf(column, path, _form(name, inner), may_be_none and field.is_required())


def _inner(annotation: Any) -> tuple[Any, bool]:
    """The type inside `Annotated` and `| None`, and whether None may be said."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        return _inner(rest[0])[0], True
    return annotation, False


def _form(name: str, inner: Any) -> Form:
    if name in _REFERENCES:
        return "reference"
    if inner is bool:
        return "true_or_false"
    return "whole_number" if inner is int else "text"


def read_cell(leaf: Leaf, text: str) -> Any:
    """A cell as the value of its field; ValueError with sentence and remedy where it is written otherwise."""
    match leaf.form:
        case "whole_number":
            if not _WHOLE_NUMBER.fullmatch(text):
                raise ValueError("the cell is not a whole number; write digits only")
            return int(text)
        case "true_or_false":
            if text.lower() not in _TRUTH:
                raise ValueError("the cell is neither true nor false; write true or false")
            return _TRUTH[text.lower()]
        case "reference":
            if not _REFERENCE.fullmatch(text):
                raise ValueError("the reference does not have the agreed form; give 1 to 64 letters, digits, . _ / # -")
            return text
        case "text":
            return text
        case _:  # pragma: no cover
            assert_never(leaf.form)


def column_of(problem: Problem) -> str:
    """The column at which a problem of a fact points."""
    parts = (problem.pointer or "").strip("/").split("/")
    inner = parts[1:] if parts[0] == "fact" or parts[0] in IMPORTED else parts
    return ".".join(_REFERENCES.get(part, part) for part in inner)
