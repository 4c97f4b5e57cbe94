"""The reasons of an answer as a tree."""

from oba.trace import Trace


def step(name: str, *below: Trace) -> Trace:
    return Trace(step=name, sentence=name, because=below)


def test_every_step_is_visited_depth_first() -> None:
    tree = step("a", step("b", step("c")), step("d"))
    assert [one.step for one in tree.every()] == ["a", "b", "c", "d"]


def test_a_trace_is_written_and_read_again_unchanged() -> None:
    tree = step("a", step("b"))
    assert Trace.model_validate_json(tree.model_dump_json()) == tree
