"""What differs between two versions, in words that name the clause."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oba.document.differences import differences
from oba.terms.document import Document
from tests.support.documents import AGREEMENT, PAYER_RULE, a_document

FIRST = a_document(AGREEMENT)


def said(after: Document, before: Document = FIRST) -> list[str]:
    return [one.says for one in differences(before, after)]


def changed(**changes: Any) -> Document:
    return a_document(AGREEMENT, **changes)


def milestone(**changes: Any) -> dict[str, Any]:
    return {**AGREEMENT["milestones"][0], **changes}


def test_the_same_document_does_not_differ() -> None:
    assert said(FIRST) == []


def test_a_threshold_is_told_with_its_clause_and_both_values() -> None:
    criterion = {**AGREEMENT["criteria"]["activity"], "threshold": "12"}
    assert said(changed(criteria={"activity": criterion})) == [
        'clause 5.1: criteria.activity.threshold changes from "5" to "12"'
    ]


def test_what_stands_above_every_clause_is_told_without_one() -> None:
    assert said(changed(title="Another")) == [f'title changes from "{FIRST.title}" to "Another"']


def test_members_of_a_list_are_told_apart_by_their_id() -> None:
    later = milestone(id="month-24", clause="4.2", due={"amount": 24, "unit": "months"})
    (only,) = differences(FIRST, changed(milestones=[later, milestone()]))
    assert (only.path, only.clause, only.before) == ("milestones.month-24", "4.2", None)
    assert only.says.startswith("clause 4.2: milestones.month-24 is new: {")
    (gone,) = differences(changed(milestones=[later, milestone()]), FIRST)
    assert (gone.path, gone.after) == ("milestones.month-24", None)
    assert gone.says.startswith("clause 4.2: milestones.month-24 is gone; it was {")


def test_a_clause_that_was_renumbered_is_told_under_its_new_number() -> None:
    renumbered = changed(milestones=[milestone(clause="4.9")])
    assert said(renumbered) == ['clause 4.9: milestones.month-12.clause changes from "4.1" to "4.9"']


def test_another_kind_of_block_is_told_as_a_whole() -> None:
    window = {"kind": "range_from_anchor", "opens": {"amount": 11, "unit": "months"},
              "closes": {"amount": 13, "unit": "months"}}  # fmt: skip
    (only,) = differences(FIRST, changed(milestones=[milestone(window=window)]))
    assert (only.path, only.clause) == ("milestones.month-12.window", "4.1")


def test_plain_lists_are_told_by_place_or_as_a_whole() -> None:
    one, two = (changed(parties={"manufacturer": "M", "payers": payers}) for payers in (["A"], ["B"]))
    assert said(two, one) == ['parties.payers.0 changes from "A" to "B"']
    both = changed(parties={"manufacturer": "M", "payers": ["A", "B"]})
    assert said(both, one) == ['parties.payers changes from ["A"] to ["A","B"]']


def test_two_kinds_of_documents_differ_as_wholes() -> None:
    (only,) = differences(FIRST, a_document(PAYER_RULE))
    assert only.path == ""


@given(st.sampled_from(["title", "currency", "month_end", "adults_only", "ends_on"]))
def test_there_and_back_the_same_places_differ(name: str) -> None:
    values = {"title": "X", "currency": "EUR", "month_end": "next_first_of_month", "adults_only": False,
              "ends_on": "2030-01-01"}  # fmt: skip
    after = changed(**{name: values[name]})
    there, back = differences(FIRST, after), differences(after, FIRST)
    assert [(one.path, one.before, one.after) for one in there] == [(one.path, one.after, one.before) for one in back]
