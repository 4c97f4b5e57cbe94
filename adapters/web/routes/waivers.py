"""Waivers: the parties do without the judgement of a milestone, under a clause and by two people."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from adapters.records.directory import Directory
from adapters.web.bodies import WaiveMilestoneBody
from adapters.web.body import documents, reads
from adapters.web.permissions import APPROVER, PAYER_APPROVER
from adapters.web.problem import refused
from adapters.web.writing import TheWriting
from oba.infusion.commands import WaiveMilestone

APPROVING = (APPROVER, PAYER_APPROVER)
router = APIRouter(tags=["determinations"])


@router.post(
    "/infusions/{code}/waivers", name="waive_milestone", status_code=201, openapi_extra=documents(WaiveMilestoneBody)
)
def waive_milestone(
    code: str, writing: TheWriting, body: Annotated[WaiveMilestoneBody, Depends(reads(WaiveMilestoneBody))]
) -> JSONResponse:
    """Waive a milestone; If-Match names the version of the infusion that both people saw."""
    writing.must_match()
    check_approver(writing.services.tracker.records.directory, body.approved_by)
    return writing.run(WaiveMilestone(**writing.about(code, **body.model_dump())))


def check_approver(directory: Directory, person_id: str) -> None:
    """403 where the person named as the second one is no approver of the directory."""
    person = directory.person(person_id)
    if person is None or person.role not in APPROVING:
        message, remedy = "a waiver is approved by an approver", "name a person of the directory who is one"
        raise refused(403, "not-an-approver", message, remedy, pointer="/approved_by")
