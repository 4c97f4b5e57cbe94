"""Documents are closed: what is not known is refused, and the hash is the name of a version."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.shelf import shipped_documents
from oba.terms.agreement import Agreement
from oba.terms.document import read_document, terms_hash
from oba.terms.lint import lint
from oba.terms.missing_data import MissingData
from tests.support.documents import AGREEMENT, FOLLOW_UP_PLAN, PAYER_RULE, a_document

CONTENTS = {"agreement": AGREEMENT, "payer_rule": PAYER_RULE, "follow_up_plan": FOLLOW_UP_PLAN}


def problems(content: Any) -> dict[str | None, str]:
    found = read_document(content)
    assert isinstance(found, tuple)
    assert all(problem.remedy for problem in found)
    return {problem.pointer: problem.code for problem in found}


@pytest.mark.parametrize("kind", CONTENTS)
def test_each_kind_is_read_written_and_read_again(kind: str) -> None:
    document = a_document(CONTENTS[kind])
    assert document.kind == kind
    again = read_document(document.model_dump(mode="json"))
    assert again == document
    assert lint(document) == ()


def test_what_ships_is_sound_and_labelled_illustrative() -> None:
    documents = shipped_documents()
    assert documents
    for document in documents:
        assert lint(document) == ()
        assert document.label == "illustrative"


@pytest.mark.parametrize("kind", CONTENTS)
def test_an_unknown_key_is_refused_at_its_place(kind: str) -> None:
    assert problems({**CONTENTS[kind], "surprise": 1}) == {"/surprise": "unknown-field"}


@pytest.mark.parametrize("kind", CONTENTS)
def test_every_key_but_the_optional_ones_must_be_given(kind: str) -> None:
    optional = {"ends_on", "alerts"}
    for key in CONTENTS[kind]:
        if key not in optional and key != "kind":
            without = {name: value for name, value in CONTENTS[kind].items() if name != key}
            assert problems(without) == {f"/{key}": "missing-field"}


@pytest.mark.parametrize("content", [None, [], "text", 5, {}])
def test_what_is_no_document_is_refused(content: object) -> None:
    assert problems(content)


def test_all_problems_are_told_at_once() -> None:
    found = problems({**AGREEMENT, "currency": "XXX", "signed_on": "yesterday", "month_end": "later"})
    assert set(found) == {"/currency", "/signed_on", "/month_end"}


@given(st.permutations(list(AGREEMENT)))
def test_the_order_of_keys_does_not_change_the_hash(keys: list[str]) -> None:
    shuffled = a_document({key: AGREEMENT[key] for key in keys})
    assert terms_hash(shuffled) == terms_hash(a_document(AGREEMENT))


@pytest.mark.parametrize("change", [{"title": "Another"}, {"ends_on": "2030-01-01"}, {"adults_only": False}])
def test_any_change_is_another_version(change: dict[str, Any]) -> None:
    assert terms_hash(a_document(AGREEMENT, **change)) != terms_hash(a_document(AGREEMENT))


def test_a_milestone_is_found_by_its_name_and_missed_aloud() -> None:
    agreement = a_document(AGREEMENT)
    assert isinstance(agreement, Agreement)
    assert agreement.milestone("month-12").id == "month-12"
    with pytest.raises(KeyError):
        agreement.milestone("month-13")


def test_each_cause_has_its_own_policy() -> None:
    terms = MissingData(
        clause="6.1", patient="exclude", provider="fail", payer="pass", manufacturer="refer", none_given="fail"
    )
    policies = [terms.policy(cause) for cause in ("patient", "provider", "payer", "manufacturer", "none_given")]
    assert policies == ["exclude", "fail", "pass", "refer", "fail"]


@pytest.mark.parametrize("clause", ["", " 4.2", "4.2\n", "a" * 41, "4.2;"])
def test_a_clause_is_short_and_plain(clause: str) -> None:
    assert problems({**AGREEMENT, "late_evidence": {"clause": clause, "rule": "keep"}}) == {
        "/late_evidence/clause": "invalid-form"
    }
