"""Whether a document may be put on the shelf: it passes the checks, it is new, and a version is never edited."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from oba.document.amending import amendment_refused, signing_problems
from oba.document.commands import AmendDocument, AnyDocumentCommand, EndDocument, RegisterDocument
from oba.document.events import DocumentAmended, DocumentEnded, DocumentRegistered
from oba.document.shelf import versions
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded, Source
from oba.identity import derived_id, document_stream_id
from oba.problems import Refusal, refuse
from oba.terms.document import terms_hash
from oba.terms.lint import lint

Decided = tuple[Drafted[Body], ...] | Refusal


def decide_document(stream: Sequence[Recorded[Body]], command: AnyDocumentCommand, now: datetime) -> Decided:
    """The event that the command leads to; nothing where the same version lies on the shelf already."""
    match command:
        case RegisterDocument():
            return _register(stream, command, now)
        case AmendDocument():
            return _amend(stream, command, now)
        case EndDocument():
            return _end(stream, command, now)
        case _:  # pragma: no cover
            assert_never(command)


def _register(stream: Sequence[Recorded[Body]], command: RegisterDocument, now: datetime) -> Decided:
    problems = lint(command.document)
    if problems:
        return Refusal(kind="invalid", problems=problems)
    version = terms_hash(command.document)
    if version in dict(versions(stream)):
        return ()
    if stream:
        return refuse(
            "conflict",
            "document-exists",
            "another version of this document is registered",
            "amend the document instead; a version is never edited",
            "/id",
        )
    unsigned = signing_problems(command.document, None, command.signed_by)
    if unsigned:
        return Refusal(kind="invalid", problems=unsigned)
    body = DocumentRegistered(content_hash=version, document=command.document, signed_by=command.signed_by)
    return _drafted(stream, command, command.document.id, body, now)


def _amend(stream: Sequence[Recorded[Body]], command: AmendDocument, now: datetime) -> Decided:
    problems = lint(command.document)
    if problems:
        return Refusal(kind="invalid", problems=problems)
    version = terms_hash(command.document)
    if any(isinstance(event.body, DocumentAmended) and event.body.content_hash == version for event in stream):
        return ()
    refused = _not_amendable(stream, command) or amendment_refused(command, versions(stream)[-1][1])
    if refused is not None:
        return refused
    body = DocumentAmended(
        content_hash=version,
        replaces=command.replaces,
        effective_on=command.document.effective_on,
        signed_on=command.signed_on,
        binds=command.binds,
        document=command.document,
        migration=command.migration,
        signed_by=command.signed_by,
        may_reduce_issued=command.may_reduce_issued,
    )
    return _drafted(stream, command, command.document.id, body, now)


def _not_amendable(stream: Sequence[Recorded[Body]], command: AmendDocument) -> Refusal | None:
    """An amendment replaces the latest version of a document that has not ended, and is of its kind."""
    known = versions(stream)
    if command.replaces not in dict(known):
        return refuse(
            "invalid",
            "unknown-version",
            "no version of this document with that content hash is registered",
            "name the version that the amendment replaces",
            "/replaces",
        )
    latest_hash, latest = known[-1]
    if any(isinstance(event.body, DocumentEnded) for event in stream):
        return refuse("conflict", "document-ended", "the document has ended", "register a new document", "/replaces")
    if command.replaces != latest_hash:
        return refuse(
            "conflict",
            "replaced-already",
            "another amendment has replaced that version",
            "amend the latest version",
            "/replaces",
        )
    if command.document.kind != latest.kind:
        return refuse(
            "invalid",
            "other-kind",
            "an amendment cannot change the kind of a document",
            "register it as a document of its own",
            "/document/kind",
        )
    return None


def _end(stream: Sequence[Recorded[Body]], command: EndDocument, now: datetime) -> Decided:
    known = versions(stream)
    if not known:
        return refuse("not_found", "unknown-document", "no such document is registered", "name a registered document")
    if any(isinstance(event.body, DocumentEnded) for event in stream):
        return refuse("conflict", "document-ended", "the document has ended already", "nothing needs to be done")
    body = DocumentEnded(content_hash=known[-1][0], ends_on=command.ends_on, reason=command.reason)
    return _drafted(stream, command, command.document_id, body, now)


def _drafted(
    stream: Sequence[Recorded[Body]], command: AnyDocumentCommand, document_id: str, body: Body, now: datetime
) -> tuple[Drafted[Body], ...]:
    return (
        Drafted[Body](
            event_id=derived_id("event", command.command_id, 0),
            stream_id=document_stream_id(document_id),
            version=len(stream) + 1,
            occurred_on=now.date(),
            occurred_at=now,
            actor=command.actor,
            source=Source(system="oba"),
            command_id=command.command_id,
            correlation_id=command.command_id,
            body=body,
        ),
    )
