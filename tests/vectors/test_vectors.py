"""Every golden vector: the engine answers what was derived by hand. One id for each vector."""

import json

import pytest

from tests.support.vectors.answers import answer, asserted
from tests.support.vectors.comparing import differences
from tests.support.vectors.reading import ROOT, Told, read_vectors, vector_files
from tests.support.vectors.reasons import FILE, digest_of
from tests.support.vectors.schema import schema


def told_vectors() -> list[Told]:
    return [told for path in vector_files() for told in read_vectors(path)]


VECTORS = told_vectors()
REASONS: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("told", VECTORS, ids=lambda told: told.vector.id)
def test_the_engine_answers_as_derived(told: Told) -> None:
    found = answer(told)
    expected = dict(asserted(told.vector))
    assert expected, "a vector asserts something"
    assert differences(expected, found) == []


@pytest.mark.parametrize("told", VECTORS, ids=lambda told: told.vector.id)
def test_the_reasons_are_those_of_the_edition(told: Told) -> None:
    assert digest_of(told) == REASONS.get(told.vector.id), (
        "the engine says something else here; if that is meant, write it down with "
        "`python -m tests.support.vectors.reasons` and say in the changelog what changed"
    )


def test_no_two_vectors_have_one_name() -> None:
    names = [told.vector.id for told in VECTORS]
    assert sorted(names) == sorted(set(names))


def test_the_schema_is_current() -> None:
    written = json.loads((ROOT / "schema.json").read_text(encoding="utf-8"))
    assert written == schema(), "run python -m tests.support.vectors.schema"


def test_every_room_holds_vectors() -> None:
    assert {path.parent.name for path in vector_files()} >= {
        "factor_activity",
        "bleeding_rate",
        "prophylaxis",
        "evidence",
        "calendar",
        "three_valued_logic",
        "outcome",
        "payer_rule",
        "table_by_milestone",
        "flat_percentage",
        "end_to_end",
        "invalid",
    }
