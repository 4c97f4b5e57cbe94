"""How many appends of one event a second, in four ways and by one or eight writers, in turn within one round."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from scripts.benching.driving import Writers, per_second
from scripts.benching.places import Place
from scripts.benching.writings import make_tables, ways

MANY: Final = 8
SLICES: Final = 4
SETTINGS: Final[tuple[tuple[str, int, Writers], ...]] = (
    ("1 writer", 1, "threads"),
    (f"{MANY} threads", MANY, "threads"),
    (f"{MANY} processes", MANY, "processes"),
)


def measure(place: Place, count: int) -> Iterator[tuple[str, float]]:
    """Each figure with its name: appends a second of each way, and the ratios that the bars are about.

    One writer does `count` appends; of many writers each does its share of twice as many.
    """
    make_tables(place)
    for setting, writers, as_ in SETTINGS:
        share = count if writers == 1 else max(1, 2 * count // writers)
        found = _in_turn(place, setting, writers, share, as_)
        for way, figure in found.items():
            yield f"append, {setting}: {way} per second", figure
        for way in ("ours", "command"):
            yield f"append, {setting}: {way} / raw", found[way] / found["raw"]
            yield f"append, {setting}: {way} / library", found[way] / found["library"]


def _in_turn(place: Place, setting: str, writers: int, count: int, as_: Writers) -> dict[str, float]:
    """Appends a second of each way, a slice of each in turn, since the speed of a machine changes."""
    slices = min(SLICES, count)
    each = count // slices
    seconds: defaultdict[str, float] = defaultdict(float)
    for number in range(slices):
        for way, open_ in ways(place, f"{setting}/{number}", each).items():
            seconds[way] += writers * each / per_second(open_, writers=writers, count=each, as_=as_)
    return {way: slices * writers * each / took for way, took in seconds.items()}
