"""What ships with the product can be read, and says that it is illustrative."""

from adapters.documents.shelf import read_document_file, shelf_files, shipped_documents, shipped_reference
from oba.problems import Problem


def test_every_document_on_the_shelf_is_read_and_labelled_illustrative() -> None:
    documents = shipped_documents()
    assert len(documents) == len(list(shelf_files()))
    assert {document.kind for document in documents} == {"agreement", "payer_rule", "follow_up_plan"}
    assert {document.label for document in documents} == {"illustrative"}


def test_the_reference_tables_know_the_therapy_of_the_shelf() -> None:
    assert shipped_reference().therapy("HEMGENIX") is not None


def test_an_unknown_key_of_a_document_is_told_with_file_line_and_column() -> None:
    for file, raw in shelf_files():
        answer = read_document_file(raw.rstrip() + b"\nunheard_of: true\n", file=file)
        assert isinstance(answer, tuple)
        (problem,) = answer
        assert isinstance(problem, Problem)
        assert (problem.code, problem.pointer, problem.file) == ("unknown-field", "/unheard_of", file)
        assert (problem.line, problem.column) == (raw.rstrip().count(b"\n") + 2, 1)


def test_a_doubled_key_of_a_document_is_refused() -> None:
    file, raw = next(iter(shelf_files()))
    answer = read_document_file(raw.rstrip() + b"\nkind: agreement\n", file=file)
    assert isinstance(answer, tuple)
    assert [problem.code for problem in answer] == ["doubled-key"]
