"""What a judge found about one promise: figures, and the faults in words; one line for people, one map for machines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Figure: TypeAlias = int | float | str


@dataclass(frozen=True)
class Verdict:
    """One promise on one engine; it is kept where nobody found a fault."""

    promise: str
    figures: Mapping[str, Figure]
    faults: tuple[str, ...] = field(default=())

    @property
    def is_kept(self) -> bool:
        """Whether no fault was found."""
        return not self.faults

    def line(self, **head: Figure) -> str:
        """`PROMISE P1 engine=... lost=0 PASS`."""
        figures = " ".join(f"{name}={figure}" for name, figure in {**head, **self.figures}.items())
        return f"PROMISE {self.promise} {figures} {'PASS' if self.is_kept else 'FAIL'}"

    def plain(self) -> dict[str, Any]:
        """The same as plain content."""
        return {
            "promise": self.promise,
            "kept": self.is_kept,
            "figures": dict(self.figures),
            "faults": list(self.faults),
        }


MOST_WORDS = 10


def some(words: str, found: Iterable[object]) -> tuple[str, ...]:
    """A fault in words for the first few of what was found; nothing where nothing was."""
    listed = [str(one) for one in found]
    more = f" and {len(listed) - MOST_WORDS} more" if len(listed) > MOST_WORDS else ""
    return (f"{words}: {', '.join(listed[:MOST_WORDS])}{more}",) if listed else ()
