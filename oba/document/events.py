"""Everything that can ever have happened to an agreement, payer rule or follow-up plan."""

from typing import ClassVar, Literal, TypeAlias, get_args

from oba.dates import Day
from oba.facts.base import Body
from oba.later import WithLaterFields
from oba.terms.amendment import Binds, Migration
from oba.terms.document import AnyDocument
from oba.units import Code, Digest


class DocumentRegistered(WithLaterFields, Body):
    """The first version of a document; one that holds from before its effective date names who signed it (C03)."""

    STREAM: ClassVar[str] = "document"
    LATER: ClassVar[frozenset[str]] = frozenset({"signed_by"})
    kind: Literal["registered"] = "registered"
    content_hash: Digest
    document: AnyDocument
    signed_by: tuple[Code, ...] = ()


class DocumentAmended(WithLaterFields, Body):
    """A later version: since when, who signed it, and what it does to infusions already under way (C51)."""

    STREAM: ClassVar[str] = "document"
    LATER: ClassVar[frozenset[str]] = frozenset({"migration", "signed_by", "may_reduce_issued"})
    kind: Literal["amended"] = "amended"
    content_hash: Digest
    replaces: Digest
    effective_on: Day
    signed_on: Day
    binds: Binds
    document: AnyDocument
    migration: Migration | None = None
    """Which milestones of infusions under way it reaches; named where it binds all infusions."""
    signed_by: tuple[Code, ...] = ()
    """The parties that signed; what is retroactive needs all of them."""
    may_reduce_issued: bool = False
    """Whether what was issued under an earlier version may become less (settled E1)."""


class DocumentEnded(Body):
    """No new infusion falls under the document after this day; obligations survive."""

    STREAM: ClassVar[str] = "document"
    kind: Literal["ended"] = "ended"
    content_hash: Digest
    ends_on: Day
    reason: Code


DocumentBody: TypeAlias = DocumentRegistered | DocumentAmended | DocumentEnded
DOCUMENT_EVENT_TYPES: tuple[type[Body], ...] = get_args(DocumentBody)
