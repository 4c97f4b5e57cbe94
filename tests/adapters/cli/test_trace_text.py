"""A trace reads the same on a terminal and in a file."""

from datetime import date
from io import StringIO

from rich.console import Console

from adapters.cli.trace_text import lines_of, tree_of
from oba.identity import derived_id
from oba.trace import Rejected, Trace, Used, Wanted

FACT = derived_id("test", "fact")
DAY = date(2026, 1, 16)
TRACE = Trace(
    step="determination",
    sentence="m24 is open",
    clause="3.4",
    reason="evidence_may_still_come",
    because=(
        Trace(
            step="compare",
            sentence="is the value > 5 IU/dL?",
            verdict="unknown",
            used=(Used(fact_id=FACT, kind="fix_activity_measured", occurred_on=DAY, says="FIX activity 4 IU/dL"),),
            rejected=(
                Rejected(
                    fact_id=FACT,
                    kind="fix_activity_measured",
                    occurred_on=DAY,
                    reason="contaminated",
                    sentence="too soon",
                ),
            ),
            wanted=(Wanted(what="a clean sample", until=DAY), Wanted(what="an attestation")),
            unverified=("half-life of ALPROLIX 86.5 h [R]",),
        ),
    ),
)
LINES = [
    "m24 is open (evidence may still come) clause 3.4",
    "is the value > 5 IU/dL? -> unknown",
    "used: FIX activity 4 IU/dL, 2026-01-16",
    "left out: fix activity measured, 2026-01-16: too soon",
    "wanted: a clean sample, by 2026-01-16",
    "wanted: an attestation",
    "unverified: half-life of ALPROLIX 86.5 h [R]; an approval needs the agreement to state this value",
]


def test_a_trace_is_told_line_by_line_each_step_further_in() -> None:
    assert [line.strip() for line in lines_of(TRACE)] == LINES
    assert [len(line) - len(line.lstrip()) for line in lines_of(TRACE)] == [0, 2, 4, 4, 4, 4, 4]


def test_a_terminal_shows_the_same_words_as_a_tree() -> None:
    screen = Console(file=StringIO(), width=200)
    screen.print(tree_of(TRACE))
    assert isinstance(screen.file, StringIO)
    assert [line.lstrip("│├└─ ").rstrip() for line in screen.file.getvalue().splitlines()] == LINES
