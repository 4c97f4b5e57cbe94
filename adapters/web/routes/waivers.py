"""Waivers: the parties do without the judgement of a milestone, under a clause and by two people."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from adapters.web.bodies import ProposeWaiverBody
from adapters.web.body import documents, reads
from adapters.web.writing import TheWriting, id_in
from oba.infusion.commands import ApproveWaiver, ProposeWaiver

router = APIRouter(tags=["determinations"])
_ADDRESS = "/infusions/{code}/waivers"


@router.post(_ADDRESS, name="propose_waiver", status_code=201, openapi_extra=documents(ProposeWaiverBody))
def propose_waiver(
    code: str, writing: TheWriting, body: Annotated[ProposeWaiverBody, Depends(reads(ProposeWaiverBody))]
) -> JSONResponse:
    """Put before a second person that a milestone is waived; the answer has its `waiver_id`."""
    return writing.run(ProposeWaiver(**writing.about(code, **body.model_dump())))


@router.post(_ADDRESS + "/{waiver_id}/approvals", name="approve_waiver", status_code=201)
def approve_waiver(code: str, waiver_id: str, writing: TheWriting) -> JSONResponse:
    """Approve a proposed waiver; whose approval counts is said by the agreement. If-Match is required."""
    writing.must_match()
    command = writing.about(code, waiver_id=id_in(waiver_id))
    return writing.run(ApproveWaiver(**command, acting_as=writing.asker.role))
