"""Infusions: register one, list those one may see, read one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from adapters.web.bodies import RegisterInfusionBody
from adapters.web.body import documents, reads
from adapters.web.lists import TheListing
from adapters.web.opened import Opened, TheOpened
from adapters.web.registering import register
from adapters.web.writing import TheWriting
from oba.infusion.enrolment import Enrolment
from oba.money import write_amount

router = APIRouter(tags=["infusions"])


@router.post("/infusions", name="register_infusion", status_code=201, openapi_extra=documents(RegisterInfusionBody))
def register_infusion(
    writing: TheWriting, body: Annotated[RegisterInfusionBody, Depends(reads(RegisterInfusionBody))]
) -> JSONResponse:
    """Register the one infusion of a patient; the identity goes to the vault and nowhere else."""
    return register(writing, body)


@router.get("/infusions", name="list_infusions")
def list_infusions(listing: TheListing) -> dict[str, Any]:
    """The infusions by Day 0."""
    return listing.answer("infusions", listing.views.infusions)


@router.get("/infusions/{code}", name="read_infusion")
def read_infusion(opened: TheOpened) -> dict[str, Any]:
    """One infusion as known at an instant: Day 0, HTC, enrolments."""
    return opened.answer(
        day_0=opened.state.day_0.isoformat(),
        infused=opened.state.infused.model_dump(mode="json", exclude={"patient_token"}),
        htc_id=opened.state.htc_id,
        enrolments=[_shown(one, opened) for one in opened.sight.enrolments],
    )


def _shown(enrolment: Enrolment, opened: Opened) -> dict[str, Any]:
    return opened.asker.scope.content(
        {
            "fact_id": str(enrolment.fact_id),
            "agreement_id": enrolment.agreement_id,
            "terms_hash": enrolment.terms_hash,
            "payer_id": enrolment.payer_id,
            "price": write_amount(enrolment.price),
            "currency": enrolment.currency,
            "enrolled_on": enrolment.enrolled_on.isoformat(),
            "ended_on": enrolment.ended_on.isoformat() if enrolment.ended_on else None,
        }
    )
