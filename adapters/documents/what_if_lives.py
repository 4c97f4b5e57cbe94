"""Lives that nobody lived, told as facts, to see what two versions of an agreement make of them.

Each begins on the same Day 0 with a full dose, has the visits of the schedule, and departs from the first one in a
single point. They are synthetic, and no statement about any patient.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from adapters.documents.reading import Place, Reading
from oba.dates import shift_months
from oba.schedule import Obligation, plan
from oba.terms.agreement import Agreement

PRICE: Final = "1000000.00"
"""A round price, so that a percentage can be read off the amount."""
Fact = dict[str, Any]


@dataclass(frozen=True)
class Life:
    """One life: its name, what happens in it, and its facts as a facts file has them."""

    name: str
    sentence: str
    facts: Reading


class _Nowhere(dict[str, Place]):
    """The places of facts that stand in no file."""

    def __missing__(self, pointer: str) -> Place:
        return Place(1, 1)


def day_0_for(agreements: Iterable[Agreement]) -> date:
    """The first 15 January on which all of the agreements are in effect."""
    begins_on = max(agreement.effective_on for agreement in agreements)
    return date(begins_on.year + (begins_on > date(begins_on.year, 1, 15)), 1, 15)


def what_if_lives(agreements: tuple[Agreement, ...]) -> tuple[Life, ...]:
    """The lives for the milestones of all these agreements together; the parties are those of the last one."""
    day_0, newest = day_0_for(agreements), agreements[-1]
    visits = {one.name: one for agreement in agreements for one in plan(agreement, day_0)}
    told = _Teller(day_0, newest, tuple(sorted(visits.values(), key=lambda one: (one.due_on, one.name))))
    return tuple(
        Life(name, sentence, Reading(f"what-if life {name}", [*told.beginning(), *tell(told)], _Nowhere()))
        for name, (sentence, tell) in _LIVES.items()
    )


@dataclass(frozen=True)
class _Teller:
    day_0: date
    agreement: Agreement
    visits: tuple[Obligation, ...]

    def month(self, months: int) -> date:
        """The anniversary of Day 0."""
        return shift_months(self.day_0, months)

    def beginning(self) -> Iterator[Fact]:
        """The infusion, its enrolment at a round price, and a baseline of a whole year."""
        yield {
            "kind": "infused",
            "occurred_on": self.day_0.isoformat(),
            "product": self.agreement.therapy.product,
            "htc_id": "what-if-htc",
            "time_zone": "America/Chicago",
            "adult_on_day_0": True,
            "weight_kg": "70",
            "volume_ml": "140",
            "vials": 14,
            "kit_lots": ["WHAT-IF"],
            "ndc": "00053-0140-14",
            "dose_share_percent": "100",
        }
        yield {
            "kind": "enrolled_under_agreement",
            "occurred_on": self.day_0.isoformat(),
            "payer_id": self.agreement.parties.payers[0],
            "price_basis": self.agreement.price.kind,
            "price": PRICE,
            "consent_version": "what-if",
        }
        yield {
            "kind": "baseline_recorded",
            "occurred_on": self.day_0.isoformat(),
            "lead_in": {"first": self.month(-12).isoformat(), "last": (self.day_0 - timedelta(days=1)).isoformat()},
            "bleeds": {"all": 4, "treated": 4, "spontaneous": 2, "joint": 2},
        }

    def followed(self, level: Callable[[Obligation], str], until: date | None = None) -> Iterator[Fact]:
        """A visit on each due date with a FIX activity in IU/dL, and complete records; none after `until`."""
        for visit in self.visits:
            if until is None or visit.due_on <= until:
                yield from self._visit(visit, level(visit))

    def _visit(self, visit: Obligation, level: str) -> Iterator[Fact]:
        day = visit.due_on.isoformat()
        yield {
            "kind": "fix_activity_measured",
            "occurred_on": day,
            "value": level,
            "unit": "IU/dL",
            "assay": "one_stage",
            "laboratory": "central",
        }
        yield {
            "kind": "milestone_assessed",
            "occurred_on": day,
            "milestone": visit.name,
            "bleed_log_complete_through": day,
            "fix_use_complete_through": day,
            "attested_by": "what-if-physician",
        }


def _steady(level: str) -> Callable[[Obligation], str]:
    return lambda _visit: level


def _holds(told: _Teller) -> Iterator[Fact]:
    yield from told.followed(_steady("40"))


def _middling(told: _Teller) -> Iterator[Fact]:
    yield from told.followed(_steady("8"))


def _falls(told: _Teller) -> Iterator[Fact]:
    late = told.month(12)
    yield from told.followed(lambda visit: "3" if visit.due_on > late else "40")


def _bleeds(told: _Teller) -> Iterator[Fact]:
    yield from told.followed(_steady("40"))
    for month in range(13, 25):
        yield {
            "kind": "bleed_logged",
            "occurred_on": (told.month(month) - timedelta(days=10)).isoformat(),
            "site": "knee_left",
            "location": "joint",
            "cause": "spontaneous",
            "treated": True,
        }


def _returns(told: _Teller) -> Iterator[Fact]:
    yield from told.followed(_steady("40"))
    start = told.month(18).isoformat()
    yield {"kind": "prophylaxis_started", "occurred_on": start, "product": "IDELVION", "every_days": "7"}


def _dies(told: _Teller) -> Iterator[Fact]:
    died_on = told.month(20)
    yield from told.followed(_steady("40"), until=died_on)
    yield {"kind": "patient_died", "occurred_on": died_on.isoformat(), "relation": "unrelated"}


def _silent(told: _Teller) -> Iterator[Fact]:
    yield from told.followed(_steady("40"), until=told.day_0)


def _moves(told: _Teller) -> Iterator[Fact]:
    yield from _falls(told)
    others = [*told.agreement.parties.payers[1:], "what-if-payer"]
    yield {"kind": "coverage_changed", "occurred_on": told.month(13).isoformat(), "payer_id": others[0]}


_LIVES: Final[dict[str, tuple[str, Callable[[_Teller], Iterator[Fact]]]]] = {
    "holds": ("FIX activity stays at 40 IU/dL, no bleed, no prophylaxis", _holds),
    "middling": ("FIX activity stays at 8 IU/dL", _middling),
    "falls": ("FIX activity is 3 IU/dL at every visit after month 12", _falls),
    "bleeds": ("a spontaneous treated joint bleed in each of months 13 to 24", _bleeds),
    "returns": ("prophylaxis every 7 days from month 18 on", _returns),
    "dies": ("death unrelated to the therapy at month 20", _dies),
    "silent": ("nothing is ever reported", _silent),
    "moves": ("as `falls`, and another payer covers from month 13 on", _moves),
}
