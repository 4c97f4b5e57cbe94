"""A trace as a tree of lines: the same words on a terminal and in a file."""

from collections.abc import Iterator

from rich.tree import Tree

from oba.trace import Trace


def tree_of(trace: Trace) -> Tree:
    """The trace for a terminal."""
    tree = Tree(_sentence(trace), guide_style="dim")
    for line in _notes(trace):
        tree.add(line)
    for step in trace.because:
        tree.add(tree_of(step))
    return tree


def lines_of(trace: Trace, level: int = 0) -> Iterator[str]:
    """The trace as lines with two spaces for each level."""
    yield f"{'  ' * level}{_sentence(trace)}"
    for line in _notes(trace):
        yield f"{'  ' * (level + 1)}{line}"
    for step in trace.because:
        yield from lines_of(step, level + 1)


def _sentence(trace: Trace) -> str:
    said = [trace.sentence]
    if trace.verdict is not None and not trace.sentence.endswith(trace.verdict):
        said.append(f"-> {trace.verdict}")
    reason = (trace.reason or "").replace("_", " ")
    if reason not in trace.sentence:
        said.append(f"({reason})")
    if trace.clause is not None:
        said.append(f"clause {trace.clause}")
    return " ".join(said)


def _notes(trace: Trace) -> Iterator[str]:
    for one in trace.used:
        yield f"used: {one.says}, {one.occurred_on}"
    for left_out in trace.rejected:
        said = left_out.says or left_out.kind.replace("_", " ")
        yield f"left out: {said}, {left_out.occurred_on}: {left_out.sentence}"
    for wanted in trace.wanted:
        yield f"wanted: {wanted.what}" + (f", by {wanted.until}" if wanted.until else "")
    for one_way in trace.turned_by:
        yield f"would change the answer: {one_way}"
    for row in trace.unverified:
        yield f"unverified: {row}; an approval needs the agreement to state this value"
