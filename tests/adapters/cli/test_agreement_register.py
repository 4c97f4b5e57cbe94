"""`oba agreement register` and `oba agreement list`."""

import json
from pathlib import Path

import pytest

from adapters.bootstrap import open_services
from adapters.documents.shelf import shelf_files, shipped_documents
from oba.document.events import DocumentRegistered
from oba.terms.document import terms_hash
from tests.adapters.cli.conftest import Oba
from tests.support.place import Place

SHIPPED = {document.id: document for document in shipped_documents()}


@pytest.fixture(autouse=True)
def stores(oba: Oba) -> None:
    """Stores with their tables."""
    assert oba("db", "upgrade").exit_code == 0


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_document_of_any_kind_is_registered_and_the_same_again_changes_nothing(
    name: str, oba: Oba, place: Place
) -> None:
    first = json.loads(oba("agreement", "register", name, "--json").stdout)
    again = json.loads(oba("agreement", "register", name, "--json").stdout)
    version = terms_hash(SHIPPED[name])
    assert first == {"id": name, "kind": SHIPPED[name].kind, "terms_hash": version, "registered": True}
    assert again == {**first, "registered": False}
    (event,) = documents(place)
    assert event.content_hash == version


def test_what_is_printed_for_people_names_id_and_whole_content_hash(oba: Oba) -> None:
    version = terms_hash(SHIPPED["hemgenix-illustrative"])
    assert oba("agreement", "register", "hemgenix-illustrative").stdout == (
        f"registered agreement hemgenix-illustrative\nterms_hash {version}\n"
    )
    assert oba("agreement", "register", "hemgenix-illustrative").stdout == (
        f"on the shelf already: agreement hemgenix-illustrative\nterms_hash {version}\n"
    )


def test_a_document_is_registered_by_a_person_of_the_directory(oba: Oba, directory: Path, place: Place) -> None:
    refused = oba("agreement", "register", "hemgenix-illustrative", "--as", "nobody")
    assert (refused.exit_code, "unknown-person" in refused.stderr) == (1, True)
    assert documents(place) == ()
    assert oba("agreement", "register", "hemgenix-illustrative", "--as", "coordinator-a").exit_code == 0
    assert actors(place) == ["coordinator-a"]


def test_a_wrong_document_is_refused_with_file_line_and_column_and_nothing_is_registered(
    oba: Oba, tmp_path: Path, place: Place
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(shelf_text().replace("month_end:", "month_ends:", 1), encoding="utf-8")
    result = oba("agreement", "register", file)
    assert result.exit_code == 1
    assert "unknown-field" in result.stderr
    assert f"{file}:" in result.stderr
    assert documents(place) == ()


def test_what_the_shelf_refuses_has_file_line_and_column(oba: Oba, tmp_path: Path, place: Place) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(shelf_text(), encoding="utf-8")
    assert oba("agreement", "register", file).exit_code == 0
    file.write_text(shelf_text().replace("adults_only: true", "adults_only: false", 1), encoding="utf-8")
    line = next(number for number, row in enumerate(shelf_text().splitlines(), start=1) if row.startswith("id:"))
    result = oba("agreement", "register", file)
    assert result.exit_code == 1
    assert f"{file}:{line}:" in result.stderr
    assert "document-exists" in result.stderr
    assert len(documents(place)) == 1


def test_the_list_names_every_registered_version(oba: Oba) -> None:
    assert json.loads(oba("agreement", "list", "--json").stdout) == []
    for name in SHIPPED:
        oba("agreement", "register", name)
    rows = json.loads(oba("agreement", "list", "--json").stdout)
    assert {row["id"]: (row["kind"], row["terms_hash"]) for row in rows} == {
        name: (document.kind, terms_hash(document)) for name, document in SHIPPED.items()
    }
    said = oba("agreement", "list").stdout
    assert all(name in said for name in SHIPPED)


def shelf_text() -> str:
    return next(raw.decode() for name, raw in shelf_files() if name.endswith("/hemgenix-illustrative.yaml"))


def documents(place: Place) -> tuple[DocumentRegistered, ...]:
    services = open_services(place.settings)
    bodies = [event.body for event in services.tracker.log.documents()]
    services.close()
    return tuple(body for body in bodies if isinstance(body, DocumentRegistered))


def actors(place: Place) -> list[str]:
    services = open_services(place.settings)
    found = [event.actor for event in services.tracker.log.documents()]
    services.close()
    return found
