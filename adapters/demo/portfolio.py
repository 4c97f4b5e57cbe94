"""The whole portfolio: twenty-four lives, told from beginning to end, whatever the clock says."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from adapters.demo.life import Life, life
from adapters.demo.named import scripts

SEED = "demo-portfolio-1"
SILENT: Callable[[str], object] = str
"""Takes a line of progress and says nothing."""
DEFAULT_DEMO_CLOCK = datetime(2028, 3, 15, 12, 0, tzinfo=UTC)


def portfolio(seed: str = SEED) -> tuple[Life, ...]:
    """All lives in the order of Day 0; the same seed gives the same lives, to the last digit."""
    return tuple(life(script) for script in scripts(seed))


def named(lives: Sequence[Life], name: str) -> Life:
    """The life of that name; KeyError when there is none."""
    for one in lives:
        if one.script.name == name:
            return one
    raise KeyError(name)
