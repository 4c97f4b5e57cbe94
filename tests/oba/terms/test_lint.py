"""The linter as a whole; each of its checks has a failing document among the vectors of `invalid/`."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from oba.problems import Problem
from oba.terms.document import Document, read_document
from oba.terms.lint import AGREEMENT_CHECKS, FOLLOW_UP_PLAN_CHECKS, PAYER_RULE_CHECKS, lint
from tests.support.documents import AGREEMENT, a_document
from tests.support.vectors.questions import DocumentVector
from tests.support.vectors.reading import read_vectors, vector_files


def invalid_documents() -> list[Document]:
    """The documents of the vectors that the models take, and that the linter may refuse."""
    vectors = [told.vector for path in vector_files() if path.parent.name == "invalid" for told in read_vectors(path)]
    read = [read_document(vector.document) for vector in vectors if isinstance(vector, DocumentVector)]
    return [document for document in read if not isinstance(document, tuple)]


CHECKS: tuple[tuple[str, Callable[[Any], Iterable[Problem]]], ...] = (
    *(("agreement", check) for check in AGREEMENT_CHECKS),
    *(("payer_rule", check) for check in PAYER_RULE_CHECKS),
    *(("follow_up_plan", check) for check in FOLLOW_UP_PLAN_CHECKS),
)


@pytest.mark.parametrize(("kind", "check"), CHECKS, ids=[check.__name__.strip("_") for _, check in CHECKS])
def test_every_check_of_the_linter_has_a_failing_document(kind: str, check: Callable[[Any], Iterable[Problem]]) -> None:
    assert any(list(check(document)) for document in invalid_documents() if document.kind == kind)


def test_a_threshold_below_a_negation_is_looked_at_as_well() -> None:
    inner = {**AGREEMENT["criteria"]["activity"], "unit": "bleeds per year"}
    document = a_document(AGREEMENT, criteria={"activity": {"kind": "not", "clause": "5.1", "of": inner}})
    (problem,) = lint(document)
    assert (problem.code, problem.pointer) == ("unit-does-not-fit", "/criteria/activity/of/unit")


def test_every_problem_says_what_mends_it() -> None:
    twice = [AGREEMENT["milestones"][0], AGREEMENT["milestones"][0]]
    found = lint(a_document(AGREEMENT, milestones=twice))
    assert {problem.code for problem in found} == {"milestone-twice", "overlapping-windows"}
    assert all(problem.remedy and problem.clause for problem in found)
