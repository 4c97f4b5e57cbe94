"""Every kind of event that a stream may hold has a row that says to whom it belongs; an unknown one is hidden."""

from datetime import UTC, date, datetime
from types import MappingProxyType
from uuid import UUID

import pytest

from adapters.web.belonging import OF_EVERY_PARTY, RULES, common
from adapters.web.scope import Scope
from adapters.web.sight import Sight
from oba.facts.any_fact import FACT_BY_KIND
from oba.facts.base import Body
from oba.facts.consent import ConsentGiven
from oba.facts.recorded import Recorded, Source
from oba.infusion.events import INFUSION_EVENT_TYPES
from oba.infusion.state import InfusionState
from oba.terms.shelf import Shelf

ID = UUID(int=7)


def test_every_kind_of_event_has_a_row() -> None:
    assert set(RULES) == set(INFUSION_EVENT_TYPES)


def test_no_fact_of_every_party_names_an_agreement() -> None:
    assert not [kind for kind in OF_EVERY_PARTY if "agreement_id" in FACT_BY_KIND[kind].model_fields]


def test_what_belongs_to_every_party_narrows_nothing() -> None:
    assert common([None, frozenset({"a", "b"}), None, frozenset({"b"})]) == frozenset({"b"})
    assert common([None, None]) is None


@pytest.mark.parametrize("scope", [Scope(payer_id="PAY-1"), Scope(htc_id="HTC-1")])
def test_a_kind_of_event_without_a_row_is_hidden(monkeypatch: pytest.MonkeyPatch, scope: Scope) -> None:
    consent = Recorded[Body](
        event_id=ID,
        stream_id=ID,
        version=1,
        occurred_on=date(2027, 1, 1),
        actor="PER-x",
        source=Source(system="api"),
        command_id=ID,
        correlation_id=ID,
        body=ConsentGiven(version="consent-1"),
        position=1,
        recorded_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    sight = Sight(scope, InfusionState(infusion_id=ID, events=(consent,)), Shelf())
    assert sight.events((consent,)) == (consent,)
    rows = MappingProxyType({kind: rule for kind, rule in RULES.items() if kind is not ConsentGiven})
    for room in ("belonging", "sight"):
        monkeypatch.setattr(f"adapters.web.{room}.RULES", rows)
    assert sight.events((consent,)) == ()
