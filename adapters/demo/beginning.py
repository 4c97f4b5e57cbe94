"""What was true before the infusion, recorded the day after: lead-in, bleeds, regimen, titre, liver; and consent."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from adapters.demo.directory import ZONES
from adapters.demo.draws import Draws
from adapters.demo.liver import alt_before
from adapters.demo.local_time import told_at
from adapters.demo.prophylaxis import DAYS_BETWEEN_DOSES, IU_PER_KG, PRODUCT, weight_kg
from adapters.demo.script import Script
from adapters.demo.telling import Told
from oba.dates import Span, shift_months
from oba.facts.baseline import BaselineBleeds, BaselineRecorded, Regimen, Titre
from oba.facts.consent import ConsentGiven

CONSENT_VERSION = "consent-synthetic-1"
LEAD_IN_MONTHS = 7


def baseline(script: Script) -> Iterator[Told]:
    """Consent on Day 0, and the baseline of the seven months that end the day before it."""
    zone = ZONES[script.htc_id]
    yield Told(
        key="consent",
        known_at=told_at(script.day_0, zone, minute=15),
        occurred_on=script.day_0,
        fact=ConsentGiven(version=CONSENT_VERSION),
    )
    last = script.day_0 - timedelta(days=1)
    yield Told(
        key="baseline",
        known_at=told_at(script.day_0 + timedelta(days=1), zone, minute=5),
        occurred_on=last,
        fact=_recorded(script, Span(first=shift_months(script.day_0, -LEAD_IN_MONTHS), last=last)),
    )


def _recorded(script: Script, lead_in: Span) -> BaselineRecorded:
    draws = Draws("baseline", script.number)
    bleeds = draws.one_of((2, 2, 3, 3, 3, 4))
    iu_per_dose = Decimal(round(weight_kg(script) * IU_PER_KG, -2))
    return BaselineRecorded(
        lead_in=lead_in,
        bleeds=BaselineBleeds(
            all=bleeds, treated=bleeds - draws.whole(0, 1), spontaneous=draws.whole(0, 2), joint=draws.whole(1, 2)
        ),
        fix_use_iu=iu_per_dose * (lead_in.days // DAYS_BETWEEN_DOSES),
        regimen=Regimen(product=PRODUCT, iu_per_dose=iu_per_dose, every_days=Decimal(DAYS_BETWEEN_DOSES)),
        fix_activity_iu_per_dl=Decimal(draws.one_of(("0.5", "0.5", "0.8", "1.2", "1.6"))),
        alt_u_per_l=Decimal(f"{alt_before(script):.1f}"),
        anti_aav5=Titre(value=script.titre, assay="seven_point"),
        inhibitor_bu=Decimal("0.0"),
    )
