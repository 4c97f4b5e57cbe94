"""A validator's pointer leads to the line that an editor shows."""

from adapters.documents.reading import Reading
from adapters.documents.yaml_reader import read_yaml
from oba.problems import Problem


def placed(pointer: str | None) -> tuple[str | None, int | None, int | None]:
    reading = read_yaml(b"kind: agreement\nlist:\n  - a: 1\n  - a: 2\n", file="a.yaml")
    assert isinstance(reading, Reading)
    one = reading.placed(Problem(code="c", message="m", remedy="r", pointer=pointer))
    return one.pointer, one.line, one.column


def test_a_field_is_placed_at_its_key() -> None:
    assert placed("/list/1/a") == ("/list/1/a", 4, 5)


def test_kinds_that_a_validator_names_are_left_out_of_the_pointer() -> None:
    assert placed("/agreement/list/1/compare/a") == ("/list/1/a", 4, 5)


def test_a_missing_field_is_placed_at_the_map_that_lacks_it() -> None:
    assert placed("/list/0/b") == ("/list/0", 3, 5)


def test_a_problem_of_the_whole_is_placed_at_the_top() -> None:
    assert placed(None) == (None, 1, 1)
    assert placed("/list/7") == ("/list", 2, 1)
