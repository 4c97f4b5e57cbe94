"""What every building block shares: it is closed, frozen, and cites the clause it comes from."""

from typing import Annotated

from pydantic import ConfigDict, Field

from oba.later import WithLaterFields

Clause = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9.,()\- ]{0,39}$")]
Name = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Sentence = Annotated[str, Field(strict=True, min_length=1, max_length=2_000)]


class Part(WithLaterFields):
    """A part of a document: closed (an unknown key is an error) and frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Block(Part):
    """A part that carries its clause and may quote it."""

    clause: Clause
    quote: Sentence | None = None
