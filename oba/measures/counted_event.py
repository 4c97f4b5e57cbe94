"""When an event of the list happened, and whether that is certain (C18); it holds from its own day (settled A7)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from oba.dates import Span
from oba.evidence import Evidence, Item
from oba.facts.base import Fact
from oba.facts.consent import ConsentGiven, ConsentWithdrawn
from oba.facts.follow_up import FollowUpResumed, LostToFollowUp
from oba.facts.infused import Infused
from oba.facts.life_event import (
    CarcinomaFound,
    Hospitalised,
    LiverTransplanted,
    NonFactorProphylaxisStarted,
    PatientDied,
    Retreated,
)
from oba.measures.inhibitor import examine, positive_sentence, wanted_second
from oba.measures.measured import Setting
from oba.terms.measures.any_event import (
    Carcinoma,
    CountedEvent,
    Death,
    Hospitalisation,
    InhibitorFound,
    LiverTransplant,
    LossToFollowUp,
    NonFactorProphylaxis,
    PartialDose,
    Retreatment,
    WithdrawalOfConsent,
)
from oba.trace import Wanted


@dataclass(frozen=True)
class Happening:
    """An event that counts, or one that may still prove to."""

    on: date
    certain: bool
    sentence: str
    items: tuple[Item[Fact], ...]
    confirmed_on: date | None = None
    wanted: tuple[Wanted, ...] = ()


def happenings(event: CountedEvent, setting: Setting) -> tuple[Happening, ...]:
    """Every happening of one kind from Day 0 through the landmark, in date order."""
    evidence, landmark = setting.evidence, setting.obligation.due_on
    days = Span(first=setting.obligation.day_0, last=landmark)
    return tuple(one for one in _found(event, setting, days, evidence) if one.on in days)


def _found(event: CountedEvent, setting: Setting, days: Span, evidence: Evidence) -> Iterator[Happening]:  # noqa: C901
    match event:
        case Death(relations=relations):
            yield from _plain(item for item in evidence.of(PatientDied) if item.fact.relation in relations)
        case InhibitorFound():
            yield from _positive(event, setting, days)
        case Retreatment():
            yield from _plain(evidence.of(Retreated))
        case NonFactorProphylaxis():
            yield from _plain(evidence.of(NonFactorProphylaxisStarted))
        case Hospitalisation(causes=causes):
            yield from _plain(item for item in evidence.of(Hospitalised) if item.fact.cause in causes)
        case LiverTransplant():
            yield from _plain(evidence.of(LiverTransplanted))
        case Carcinoma():
            yield from _plain(evidence.of(CarcinomaFound))
        case PartialDose(below_percent=below):
            yield from _plain(item for item in evidence.of(Infused) if item.fact.dose_share_percent < below)
        case LossToFollowUp():
            yield from _lasting(evidence.of(LostToFollowUp), evidence.of(FollowUpResumed), days.last)
        case WithdrawalOfConsent():
            yield from _lasting(evidence.of(ConsentWithdrawn), evidence.of(ConsentGiven), days.last)
        case _:  # pragma: no cover
            assert_never(event)


def _plain(items: Iterable[Item[Fact]]) -> Iterator[Happening]:
    for item in items:
        yield Happening(item.occurred_on, True, f"{item.fact.says()} on {item.occurred_on}", (item,))


def _lasting(begun: Iterable[Item[Fact]], ended: Iterable[Item[Fact]], landmark: date) -> Iterator[Happening]:
    """What began and had not ended on the landmark; an end on the landmark itself already holds (settled A7)."""
    ends = [item.occurred_on for item in ended if item.occurred_on <= landmark]
    return _plain(item for item in begun if not any(item.occurred_on <= end for end in ends))


def _positive(event: InhibitorFound, setting: Setting, days: Span) -> Iterator[Happening]:
    for one in examine(event, setting.evidence, days, closed=setting.closed):
        if one.positive == "true":
            sentence = positive_sentence(event, one)
            yield Happening(one.test.occurred_on, True, sentence, one.items, confirmed_on=one.confirmed_on)
        elif one.positive == "unknown":
            sentence = f"{one.test.fact.says()} on {one.test.occurred_on} may prove an inhibitor"
            yield Happening(one.test.occurred_on, False, sentence, one.items, wanted=wanted_second(one))
