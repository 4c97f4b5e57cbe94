"""Each thing told as the command that tells it; ids are derived, so telling it twice is telling it once."""

from typing import Any
from uuid import UUID

from adapters.demo.beginning import CONSENT_VERSION
from adapters.demo.directory import BIANNUAL_PAYER, COORDINATOR, clerk_of
from adapters.demo.life import PRICE_CENTS, Life
from adapters.demo.requests import Request
from adapters.demo.telling import Told, command_id, fact_id
from adapters.records.vault import Vault
from adapters.reported_by import reporters
from oba.facts.base import Fact
from oba.facts.enrolment import EnrolledUnderAgreement
from oba.facts.recorded import Source
from oba.infusion.commands import (
    CorrectFact,
    DeclineDataRequest,
    EnrolInfusion,
    ProvideData,
    RecordFact,
    RequestData,
    When,
)
from oba.infusion.events import RequestItem
from oba.terms.agreement import Agreement
from oba.terms.document import terms_hash
from oba.terms.payer_rule import PayerRule

SOURCE = Source(system="synthetic-demo")
"""The source of every fact of the demo says that it is synthetic."""


def enrol(life: Life, infusion_id: UUID, agreement: Agreement, vault: Vault) -> EnrolInfusion:
    """The enrolment of an infusion under its agreement, from Day 0 on."""
    return EnrolInfusion(
        command_id=command_id(life.number, "enrolled"),
        infusion_id=infusion_id,
        actor=COORDINATOR,
        when=When(occurred_on=life.script.day_0),
        fact=EnrolledUnderAgreement(
            agreement_id=agreement.id,
            terms_hash=terms_hash(agreement),
            payer_id=life.script.payer_id,
            price_basis=agreement.price.kind,
            price=PRICE_CENTS,
            currency=agreement.currency,
            claim_reference_digest=vault.digest("claim", life.claim_reference),
            agreement_identifier_on_claim=agreement.id,
            consent_version=CONSENT_VERSION,
        ),
        source=SOURCE,
    )


def tell(life: Life, infusion_id: UUID, told: Told, vault: Vault) -> RecordFact | CorrectFact:
    """The command that records a fact, or corrects one told before."""
    common: dict[str, Any] = {
        "command_id": command_id(life.number, told.key),
        "infusion_id": infusion_id,
        "actor": _reporter(life, told.fact),
        "when": When(occurred_on=told.occurred_on, occurred_at=told.occurred_at),
        "fact": _with_accession(told, vault),
        "source": SOURCE,
    }
    if told.corrects is None:
        return RecordFact(**common)
    return CorrectFact(**common, fact_id=fact_id(life.number, told.corrects), reason=told.reason)


def _reporter(life: Life, fact: Fact) -> str:
    """The HTC's clerk for what happened to the patient; the coordinator for enrolment, cover, agreement and ruling."""
    return clerk_of(life.script.htc_id) if "htc_clerk" in reporters(fact.kind) else COORDINATOR


def _with_accession(told: Told, vault: Vault) -> Fact:
    if told.accession is None:
        return told.fact
    return told.fact.model_copy(update={"accession_digest": vault.digest("accession", told.accession)})


def ask(life: Life, infusion_id: UUID, request: Request, rule: PayerRule) -> RequestData:
    """The payer's request for all items of its rule."""
    return RequestData(
        command_id=command_id(life.number, request.key),
        infusion_id=infusion_id,
        actor=f"{BIANNUAL_PAYER}-analyst",
        rule_id=rule.id,
        items=_items(rule),
        asked_on=request.asked_at.date(),
    )


def answer(
    life: Life, infusion_id: UUID, request: Request, rule: PayerRule, request_id: UUID
) -> ProvideData | DeclineDataRequest:
    """What the HTC answers: the data, or that the request came too early."""
    common: dict[str, Any] = {
        "command_id": command_id(life.number, f"{request.key}-answered"),
        "infusion_id": infusion_id,
        "actor": clerk_of(life.script.htc_id),
        "request_id": request_id,
    }
    day = request.answered_at.date()
    if request.too_early:
        return DeclineDataRequest(**common, reason="not_permitted", declined_on=day)
    return ProvideData(**common, items=_items(rule), provided_on=day)


def _items(rule: PayerRule) -> tuple[RequestItem, ...]:
    return rule.items
