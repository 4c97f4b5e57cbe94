"""The register of ambiguities: a clause that can be read in several ways, and each way by its name (C52)."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from oba.terms.block import Block, Name, Part, Sentence

Path = Annotated[str, Field(strict=True, pattern=r"^[a-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+){0,20}$")]
"""A place in the document, such as `criteria.expression.threshold` or `milestones.m12.due`; members of a list are
named by their id or name, or counted from 0.
"""


def _exact(value: Any) -> Any:
    """Plain values without floats, as the rest of a document."""
    if isinstance(value, float):
        raise ValueError('a number with a point is written in quotes; write it as a text, such as "5.0"')
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        _exact(member)
    return value


Plain = Annotated[Any, AfterValidator(_exact)]


class TermsReading(Part):
    """One way of reading the clause: what the terms would say, place by place; none where they say it already."""

    name: Name
    sentence: Sentence | None = None
    """The reading in words."""
    changes: dict[Path, Plain] = Field(default_factory=dict, max_length=40)


class Ambiguity(Block):
    """A question that the clause leaves open, its readings, and the one that governs.

    The terms are written as the governing reading says; another reading is the document with its changes put in.
    """

    name: Name
    question: Sentence
    readings: tuple[TermsReading, ...] = Field(min_length=2, max_length=10)
    governing_reading: Name
