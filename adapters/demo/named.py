"""The twenty-four infusions of the demo: Day 0, place, payer, and the lives with a turn that have a name of their own.

Around the default demo clock, 15 March 2028: number 19 is due that day, number 18 has lapsed, number 21 waits for
approval, number 22 fails within the thirty days after, and numbers 24 to 26 are infused later.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from adapters.demo.draws import Draws
from adapters.demo.script import AgreementName, Script

PARTIAL_DOSE = "10 % of the dose"
HIGH_TITRE = "very high antibody titre"
LOST_AT_MONTH_30 = "expression lost at month 30"
CONTAMINATED = "contaminated sample"
LATE_BLEED = "late bleed"
CORRECTED = "correction that turns an outcome"
MISSED_VISIT = "missed visit"
DEATH = "death"
CHANGE_OF_PAYER = "change of payer"
FADED_AT_MONTH_24 = "expression faded at month 24"
BETWEEN_THRESHOLDS = "between two thresholds"

LOGNORMAL_MEDIAN_IU_PER_DL = 41.0
LOGNORMAL_SPREAD = 0.42
"""Median 41 IU/dL and this spread give, with the named lives, a mean near 38 (docs/concepts/sources.md)."""

_CALENDAR: dict[int, tuple[date, str, str]] = {
    1: (date(2022, 12, 14), "harbor-lights", "demo-payer-south"),
    2: (date(2023, 2, 8), "lake-bluffs", "demo-payer-west"),
    3: (date(2023, 5, 17), "redwood-coast", "demo-payer-north"),
    4: (date(2023, 8, 9), "high-mesa", "demo-payer-south"),
    5: (date(2023, 11, 15), "island-ridge", "demo-payer-west"),
    6: (date(2024, 1, 17), "harbor-lights", "demo-payer-north"),
    8: (date(2024, 6, 5), "redwood-coast", "demo-payer-south"),
    9: (date(2024, 10, 9), "lake-bluffs", "demo-payer-south"),
    10: (date(2025, 1, 8), "high-mesa", "demo-payer-west"),
    11: (date(2025, 3, 5), "harbor-lights", "demo-payer-south"),
    12: (date(2025, 6, 18), "redwood-coast", "demo-payer-north"),
    13: (date(2025, 9, 10), "lake-bluffs", "demo-payer-south"),
    14: (date(2025, 12, 3), "island-ridge", "demo-payer-south"),
    15: (date(2026, 1, 7), "harbor-lights", "demo-payer-north"),
    16: (date(2026, 4, 15), "high-mesa", "demo-payer-west"),
    17: (date(2026, 7, 22), "redwood-coast", "demo-payer-south"),
    18: (date(2026, 12, 14), "lake-bluffs", "demo-payer-west"),
    19: (date(2027, 3, 15), "harbor-lights", "demo-payer-south"),
    21: (date(2027, 7, 12), "redwood-coast", "demo-payer-south"),
    22: (date(2027, 10, 19), "lake-bluffs", "demo-payer-north"),
    23: (date(2028, 1, 12), "harbor-lights", "demo-payer-west"),
    24: (date(2028, 4, 5), "high-mesa", "demo-payer-south"),
    25: (date(2028, 6, 14), "island-ridge", "demo-payer-north"),
    26: (date(2028, 9, 20), "redwood-coast", "demo-payer-west"),
}

_TURNS: dict[int, dict[str, Any]] = {
    4: {"name": LATE_BLEED, "late_bleed": (date(2024, 5, 20), date(2024, 12, 11))},
    6: {"name": CONTAMINATED, "contaminated": "m24"},
    9: {
        "name": LOST_AT_MONTH_30,
        "steady_iu_per_dl": 31.0,
        "steroids": True,
        "fades_from_month": 24,
        "returns_on": date(2027, 4, 12),
    },
    10: {"name": BETWEEN_THRESHOLDS, "steady_iu_per_dl": 9.6},
    12: {"name": DEATH, "died_on": date(2027, 2, 20)},
    13: {"name": CHANGE_OF_PAYER, "covered_anew": (date(2027, 1, 1), "demo-payer-west")},
    14: {"name": CORRECTED, "steady_iu_per_dl": 41.0, "mistyped": "m12"},
    15: {"name": FADED_AT_MONTH_24, "steady_iu_per_dl": 33.0, "fades_from_month": 18.4},
    17: {
        "name": PARTIAL_DOSE,
        "steady_iu_per_dl": 2.4,
        "dose_share_percent": Decimal(10),
        "keeps_prophylaxis": True,
    },
    18: {"name": MISSED_VISIT, "missed": frozenset({"m12"})},
    22: {
        "name": HIGH_TITRE,
        "steady_iu_per_dl": 3.6,
        "titre": Decimal(3212),
        "returns_on": date(2028, 3, 14),
    },
}
_STEROID_COURSES = frozenset({2, 8, 21})
"""With number 9 four of twenty-four: 17 % received corticosteroids (docs/concepts/sources.md)."""


def scripts(seed: str) -> tuple[Script, ...]:
    """The twenty-four scripts in the order of Day 0; levels of expression are dealt out by the seed."""
    numbers = sorted(_CALENDAR)
    levels = _levels(seed, len(numbers))
    return tuple(_script(number, level) for number, level in zip(numbers, levels, strict=True))


def _script(number: int, level: float) -> Script:
    day_0, htc_id, payer_id = _CALENDAR[number]
    draws = Draws("titre", number)
    plain = Script(
        number=number,
        day_0=day_0,
        htc_id=htc_id,
        payer_id=payer_id,
        agreement_id=_agreement_of(payer_id),
        steady_iu_per_dl=level,
        steroids=number in _STEROID_COURSES,
        titre=Decimal(draws.whole(8, 240)) if draws.happens(0.39) else Decimal(0),
    )
    return replace(plain, **_TURNS.get(number, {}))


def _agreement_of(payer_id: str) -> AgreementName:
    return "hemgenix-illustrative-12" if payer_id == "demo-payer-west" else "hemgenix-illustrative"


def _levels(seed: str, count: int) -> list[float]:
    """One level out of each of `count` equal shares of the distribution, so that the mean does not hang on luck."""
    spread = NormalDist(0.0, LOGNORMAL_SPREAD)
    cards = [LOGNORMAL_MEDIAN_IU_PER_DL * 2.718281828 ** spread.inv_cdf((card + 0.5) / count) for card in range(count)]
    order = sorted(range(count), key=lambda place: Draws(seed, "level", place).share())
    return [cards[place] for place in order]
