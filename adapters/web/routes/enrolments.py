"""Enrolments: an infusion placed under a version of an agreement."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from adapters.web.bodies import EnrolInfusionBody
from adapters.web.body import documents, reads
from adapters.web.writing import TheWriting
from oba.infusion.commands import EnrolInfusion

router = APIRouter(tags=["infusions"])


@router.post(
    "/infusions/{code}/enrolments",
    name="enrol_infusion",
    status_code=201,
    openapi_extra=documents(EnrolInfusionBody),
)
def enrol_infusion(
    code: str, writing: TheWriting, body: Annotated[EnrolInfusionBody, Depends(reads(EnrolInfusionBody))]
) -> JSONResponse:
    """Place the infusion under an agreement, at a price fixed for good."""
    return writing.run(EnrolInfusion(**writing.told(code, body), fact=body.fact, source=body.source))
