"""Everything that can ever have happened to an agreement, payer rule or follow-up plan."""

from typing import ClassVar, Literal, TypeAlias, get_args

from oba.dates import Day
from oba.facts.base import Body
from oba.terms.document import AnyDocument
from oba.units import Code, Digest


class DocumentRegistered(Body):
    """The first version of a document."""

    STREAM: ClassVar[str] = "document"
    kind: Literal["registered"] = "registered"
    content_hash: Digest
    document: AnyDocument


class DocumentAmended(Body):
    """A later version, and whether it binds infusions already under way (C51)."""

    STREAM: ClassVar[str] = "document"
    kind: Literal["amended"] = "amended"
    content_hash: Digest
    replaces: Digest
    effective_on: Day
    signed_on: Day
    binds: Literal["new_infusions", "all_infusions"]
    document: AnyDocument


class DocumentEnded(Body):
    """No new infusion falls under the document after this day; obligations survive."""

    STREAM: ClassVar[str] = "document"
    kind: Literal["ended"] = "ended"
    content_hash: Digest
    ends_on: Day
    reason: Code


DocumentBody: TypeAlias = DocumentRegistered | DocumentAmended | DocumentEnded
DOCUMENT_EVENT_TYPES: tuple[type[Body], ...] = get_args(DocumentBody)
