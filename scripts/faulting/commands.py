"""What clients ask for, drawn from a seed: infusions of invented patients, and what is reported of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from adapters.demo.draws import Draws
from scripts.faulting.plan import AGREEMENT, DAYS_0, HTC, PAYER, Furnished

FACTS_AT_MOST = 12
ANSWERED = 0.3
"""Share of infusions of which FIX activity inside the window is reported, so that reminders end early."""
INSIDE_WINDOW = date(2026, 2, 11)
SITES = ("knee_left", "ankle_right", "elbow_left", "shoulder_right")


@dataclass(frozen=True)
class Asked:
    """A command over HTTP: the name of the operation, the address, the body."""

    operation: str
    path: str
    body: dict[str, Any]


class Life:
    """One infusion from its registration on; each next command may rest on the answers before."""

    def __init__(self, furnished: Furnished, *name: object, facts: int | None = None) -> None:
        self._draws = Draws("life", *name)
        self.name = "-".join(str(part) for part in name)
        self._furnished = furnished
        self.day_0 = self._draws.one_of(DAYS_0)
        self.code = ""
        self._is_answered = facts is None and self._draws.happens(ANSWERED)
        self._facts = self._draws.whole(3, FACTS_AT_MOST) if facts is None else facts
        self._days = iter(range(20, 140))
        self._tests: list[str] = []

    def commands(self) -> Iterator[Asked]:
        """The commands in their order; `heard` must be told the answer of each before the next is taken."""
        yield self._register()
        yield self._enrol()
        for _ in range(self._facts):
            yield self._fact()
        if self._is_answered:
            yield Asked("record_fact", f"{self._path}/facts", self._test(INSIDE_WINDOW))

    def heard(self, asked: Asked, answer: dict[str, Any]) -> None:
        """Take from an answer what later commands name."""
        self.code = str(answer["code"])
        if asked.operation == "record_fact" and asked.body["fact"]["kind"] == "fix_activity_measured":
            self._tests.append(str(answer["event_ids"][0]))

    @property
    def _path(self) -> str:
        return f"/v1/infusions/{self.code}"

    def _register(self) -> Asked:
        patient = {"given_name": "Synthetic", "family_name": f"Number {self.name}", "born_on": "1980-01-01"}
        fact = {
            "product": "HEMGENIX",
            "htc_id": HTC,
            "weight_kg": "80",
            "volume_ml": "160",
            "vials": 16,
            "kit_lots": [f"SYNTHETIC-{self.name}"],
            "ndc": "00053-0100-10",
            "dose_share_percent": "100",
        }
        at = f"{self.day_0.isoformat()}T10:00:00-05:00"
        return Asked("register_infusion", "/v1/infusions", {"patient": patient, "occurred_at": at, "fact": fact})

    def _enrol(self) -> Asked:
        fact = {
            "kind": "enrolled_under_agreement",
            "agreement_id": AGREEMENT,
            "terms_hash": self._furnished.terms_hash,
            "payer_id": PAYER,
            "price_basis": "list_price_at_infusion",
            "price": "3500000.00",
            "currency": "USD",
            "claim_reference": f"CLAIM-{self.name}",
            "consent_version": "consent-1",
        }
        body = {"occurred_on": self.day_0.isoformat(), "fact": fact}
        return Asked("enrol_infusion", f"{self._path}/enrolments", body)

    def _fact(self) -> Asked:
        day = self.day_0 + timedelta(days=next(self._days))
        if self._tests and self._draws.happens(0.2):
            body = {**self._test(day), "reason": "transcription_error"}
            return Asked("correct_fact", f"{self._path}/facts/{self._tests[-1]}/corrections", body)
        if self._tests and self._draws.happens(0.1):
            told = {"occurred_on": day.isoformat(), "reason": "entered_in_error"}
            return Asked("retract_fact", f"{self._path}/facts/{self._tests.pop()}/retractions", told)
        body = self._bleed(day) if self._draws.happens(0.3) else self._test(day)
        return Asked("record_fact", f"{self._path}/facts", body)

    def _bleed(self, day: date) -> dict[str, Any]:
        fact = {
            "kind": "bleed_logged",
            "site": self._draws.one_of(SITES),
            "location": "joint",
            "cause": "spontaneous",
            "treated": False,
        }
        return {"occurred_on": day.isoformat(), "fact": fact}

    def _test(self, day: date) -> dict[str, Any]:
        fact = {
            "kind": "fix_activity_measured",
            "value": f"{self._draws.whole(30, 60)}.{self._draws.whole(1, 9)}",
            "unit": "IU/dL",
            "assay": "one_stage",
            "laboratory": "central",
            "accession": f"ACC-{self.name}-{day.isoformat()}",
        }
        return {"occurred_on": day.isoformat(), "fact": fact}
