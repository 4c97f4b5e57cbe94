"""Where a document comes from and how it must be labelled (decided point 16)."""

from typing import Literal, TypeAlias

from oba.dates import Day
from oba.terms.block import Part, Sentence

DocumentLabel: TypeAlias = Literal["illustrative", "executed"]


class SourceNote(Part):
    """A source with its date; what it is a source for is said in `for_what`."""

    title: Sentence
    dated: Day | None = None
    for_what: Sentence
