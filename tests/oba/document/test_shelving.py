"""Documents on the shelf: registered once, amended by a later version, ended; a version is never edited."""

from datetime import UTC, date, datetime
from typing import Any

from oba.document.commands import AmendDocument, AnyDocumentCommand, EndDocument, RegisterDocument
from oba.document.decide import decide_document
from oba.document.events import DocumentAmended, DocumentEnded, DocumentRegistered
from oba.document.shelf import shelf_of
from oba.facts.base import Body
from oba.facts.recorded import Drafted, Recorded
from oba.identity import derived_id, document_stream_id
from oba.problems import Refusal
from oba.terms.agreement import Agreement
from oba.terms.document import Document, terms_hash
from tests.support.documents import AGREEMENT, FOLLOW_UP_PLAN, PAYER_RULE, a_document

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
FIRST = a_document(AGREEMENT)
SECOND = a_document(AGREEMENT, effective_on="2024-01-01")
Log = tuple[Recorded[Body], ...]


def registered(document: Document) -> RegisterDocument:
    return RegisterDocument.model_validate({**head("register", terms_hash(document)), "document": document})


def amended(document: Document, replaces: Document | str = FIRST) -> AmendDocument:
    version = replaces if isinstance(replaces, str) else terms_hash(replaces)
    fields = {"replaces": version, "signed_on": "2023-12-01", "binds": "new_infusions", "document": document}
    return AmendDocument.model_validate({**head("amend", terms_hash(document)), **fields})


def ended(document_id: str = FIRST.id, on: str = "2025-12-31") -> EndDocument:
    fields = {"document_id": document_id, "ends_on": on, "reason": "expired"}
    return EndDocument.model_validate({**head("end", document_id), **fields})


def head(*parts: object) -> dict[str, Any]:
    return {"command_id": derived_id("test", *parts), "actor": "PER-1"}


def decided(stream: Log, command: AnyDocumentCommand) -> tuple[Drafted[Body], ...]:
    answer = decide_document(stream, command, NOW)
    assert not isinstance(answer, Refusal), answer
    return answer


def after(*commands: AnyDocumentCommand) -> Log:
    stream: Log = ()
    for command in commands:
        for event in decided(stream, command):
            content = {name: getattr(event, name) for name in Drafted.model_fields}
            position = len(stream) + 1
            stream = (*stream, Recorded[Body].model_construct(**content, position=position, recorded_at=NOW))
    return stream


def refusal(stream: Log, command: AnyDocumentCommand) -> tuple[str, str, str | None]:
    answer = decide_document(stream, command, NOW)
    assert isinstance(answer, Refusal)
    (problem,) = answer.problems
    return answer.kind, problem.code, problem.pointer


def test_a_document_is_registered_under_its_content_hash() -> None:
    (event,) = decided((), registered(FIRST))
    assert event.body == DocumentRegistered(content_hash=terms_hash(FIRST), document=FIRST)
    assert (event.stream_id, event.version, event.actor) == (document_stream_id(FIRST.id), 1, "PER-1")
    assert event.event_id == derived_id("event", event.command_id, 0)
    assert (event.occurred_on, event.occurred_at) == (NOW.date(), NOW)


def test_the_same_version_is_registered_once() -> None:
    assert decided(after(registered(FIRST)), registered(FIRST)) == ()


def test_another_version_is_an_amendment_not_a_registration() -> None:
    answer = refusal(after(registered(FIRST)), registered(SECOND))
    assert answer == ("conflict", "document-exists", "/id")


def test_a_document_that_contradicts_itself_is_refused() -> None:
    backwards = a_document(AGREEMENT, ends_on="2019-12-31")
    assert refusal((), registered(backwards))[:2] == ("invalid", "ends-before-start")
    later = a_document(AGREEMENT, effective_on="2024-01-01", ends_on="2023-12-31")
    assert refusal(after(registered(FIRST)), amended(later))[:2] == ("invalid", "ends-before-start")


def test_an_amendment_replaces_the_latest_version_from_a_later_day() -> None:
    stream = after(registered(FIRST))
    (event,) = decided(stream, amended(SECOND))
    body = event.body
    assert isinstance(body, DocumentAmended)
    assert (body.replaces, body.content_hash, body.effective_on) == (
        terms_hash(FIRST),
        terms_hash(SECOND),
        date(2024, 1, 1),
    )
    assert (event.version, body.signed_on, body.binds) == (2, date(2023, 12, 1), "new_infusions")


def test_the_same_amendment_is_made_once() -> None:
    assert decided(after(registered(FIRST), amended(SECOND)), amended(SECOND)) == ()


def test_an_amendment_of_something_unknown_is_refused() -> None:
    assert refusal((), amended(SECOND)) == ("invalid", "unknown-version", "/replaces")
    assert refusal(after(registered(FIRST)), amended(SECOND, "0" * 64)) == ("invalid", "unknown-version", "/replaces")


def test_two_amendments_of_one_version_are_refused() -> None:
    third = a_document(AGREEMENT, effective_on="2025-01-01")
    stream = after(registered(FIRST), amended(SECOND))
    assert refusal(stream, amended(third)) == ("conflict", "replaced-already", "/replaces")
    decided(stream, amended(third, SECOND))


def test_an_amendment_that_takes_effect_with_or_before_the_replaced_version_is_refused() -> None:
    same_day = a_document(AGREEMENT, title="Another title")
    answer = refusal(after(registered(FIRST)), amended(same_day))
    assert answer == ("conflict", "overlapping-versions", "/document/effective_on")


def test_an_amendment_cannot_change_the_kind_of_a_document() -> None:
    rule = a_document(PAYER_RULE, id=FIRST.id, effective_on="2024-01-01")
    assert refusal(after(registered(FIRST)), amended(rule)) == ("invalid", "other-kind", "/document/kind")


def test_an_ended_document_is_not_amended_any_more() -> None:
    stream = after(registered(FIRST), ended())
    assert refusal(stream, amended(SECOND)) == ("conflict", "document-ended", "/replaces")


def test_a_document_ends_once_on_a_day() -> None:
    stream = after(registered(FIRST), amended(SECOND))
    (event,) = decided(stream, ended())
    assert event.body == DocumentEnded(content_hash=terms_hash(SECOND), ends_on=date(2025, 12, 31), reason="expired")
    assert refusal(after(registered(FIRST), ended()), ended()) == ("conflict", "document-ended", None)


def test_an_unknown_document_cannot_end() -> None:
    assert refusal((), ended()) == ("not_found", "unknown-document", None)


def test_the_shelf_holds_every_version_of_every_document() -> None:
    rule, plan = a_document(PAYER_RULE), a_document(FOLLOW_UP_PLAN)
    shelf = shelf_of((*after(registered(FIRST), amended(SECOND)), *after(registered(rule)), *after(registered(plan))))
    assert shelf.agreements == {terms_hash(FIRST): FIRST, terms_hash(SECOND): SECOND}
    assert shelf.payer_rules == {terms_hash(rule): rule}
    assert shelf.follow_up_plans == {terms_hash(plan): plan}


def test_the_end_of_a_document_ends_every_version_on_the_shelf_under_its_own_hash() -> None:
    rule, plan = a_document(PAYER_RULE), a_document(FOLLOW_UP_PLAN)
    streams = (
        *after(registered(FIRST), amended(SECOND), ended()),
        *after(registered(rule), ended(rule.id)),
        *after(registered(plan), ended(plan.id)),
    )
    shelf = shelf_of(streams)
    assert {one.ends_on for one in shelf.agreements.values()} == {date(2025, 12, 31)}
    assert list(shelf.agreements) == [terms_hash(FIRST), terms_hash(SECOND)]
    assert [one.ends_on for one in shelf.payer_rules.values()] == [date(2025, 12, 31)]
    assert list(shelf.follow_up_plans.values()) == [plan]


def test_a_document_that_ends_by_itself_before_keeps_its_own_end() -> None:
    short = a_document(AGREEMENT, ends_on="2024-06-30")
    (agreement,) = shelf_of(after(registered(short), ended())).agreements.values()
    assert isinstance(agreement, Agreement)
    assert agreement.ends_on == date(2024, 6, 30)
