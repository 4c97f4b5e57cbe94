"""Every document that ships has vectors of its own, and every fixture of the public figures is one."""

from pathlib import Path

import pytest

from adapters.documents.shelf import shelf_files
from tests.support.vectors.reading import ROOT, Told, read_file, read_vectors, vector_files

SHIPPED = [Path(file).stem for file, _ in shelf_files()]
FIXTURES = ("F1", "F2", "F4", "F5", "F7", "F8", "F11", "F13", "F16", "G1", "G2", "G3")
EVERY_AGREEMENT = (
    "met",
    "not-met",
    "at-the-threshold",
    "known-too-late",
    "corrected",
    "missing-patient",
    "missing-provider",
    "missing-payer",
    "missing-manufacturer",
    "missing-none-given",
    "death-related",
    "change-of-payer",
    "withdrawal",
)
"""How the vectors end that each agreement has, beside those of its days."""


def of_the_shelf(document: str) -> list[Told]:
    return list(read_vectors(ROOT / "shelf" / f"{document}.yaml"))


@pytest.mark.parametrize("document", SHIPPED)
def test_every_document_that_ships_has_a_file_of_vectors_that_asks_about_it(document: str) -> None:
    assert read_file(ROOT / "shelf" / f"{document}.yaml").content["given"]["document"] == document
    assert of_the_shelf(document)


@pytest.mark.parametrize("document", [Path(file).stem for file, _ in shelf_files() if "/agreements/" in file])
def test_every_agreement_that_ships_is_asked_what_can_become_of_a_milestone(document: str) -> None:
    ids = [told.vector.id for told in of_the_shelf(document)]
    assert [end for end in EVERY_AGREEMENT if not any(one.endswith(f"-{end}") for one in ids)] == []


@pytest.mark.parametrize("fixture", FIXTURES)
def test_every_fixture_of_public_figures_is_a_vector(fixture: str) -> None:
    rules = (one["rule"] for path in vector_files() for one in read_file(path).content["vectors"])
    assert any(f"fixture {fixture}" in rule.replace(";", ",").split(", ") for rule in rules)
