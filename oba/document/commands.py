"""Everything that anyone can ask of a document's stream."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from oba.dates import Day
from oba.terms.amendment import Binds, Migration
from oba.terms.document import AnyDocument
from oba.units import Code, Digest


class DocumentCommand(BaseModel):
    """What every command on a document carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: UUID
    actor: Code


class RegisterDocument(DocumentCommand):
    """Put the first version of a document on the shelf; a retroactive one names all parties as signing."""

    kind: Literal["register_document"] = "register_document"
    document: AnyDocument
    signed_by: tuple[Code, ...] = ()


class AmendDocument(DocumentCommand):
    """Add a later version: signed when and by whom, and what it does to infusions under way (C51)."""

    kind: Literal["amend_document"] = "amend_document"
    document: AnyDocument
    replaces: Digest
    signed_on: Day
    binds: Binds
    migration: Migration | None = None
    """Named where the amendment binds all infusions, and only there."""
    signed_by: tuple[Code, ...] = ()
    may_reduce_issued: bool = Field(default=False, strict=True)


class EndDocument(DocumentCommand):
    """End a document: no new infusion falls under it after the day."""

    kind: Literal["end_document"] = "end_document"
    document_id: Code
    ends_on: Day
    reason: Code


AnyDocumentCommand: TypeAlias = Annotated[RegisterDocument | AmendDocument | EndDocument, Field(discriminator="kind")]
