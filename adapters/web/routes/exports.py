"""The payer export over the API: the same bytes as the command line writes."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from adapters.exports.quarter import Quarter
from adapters.exports.triggers import export_triggers
from adapters.records.directory import Payer
from adapters.views.views import ViewBehind
from adapters.web.access import Asker, TheAsker, TheServices
from adapters.web.coming_forward import be_complete, behind
from adapters.web.problem import not_found, refused


class CsvResponse(Response):
    """A file of comma-separated values."""

    media_type = "text/csv"


router = APIRouter(prefix="/exports", tags=["exports"])


@router.get("/triggers", name="export_triggers", response_class=CsvResponse)
def triggers(
    services: TheServices,
    asker: TheAsker,
    payer: Annotated[str, Query(max_length=80)],
    period: Annotated[str, Query(max_length=6)],
    part: Annotated[Literal["detail", "totals"], Query()] = "detail",
) -> CsvResponse:
    """Refund lines of a payer and quarter as CSV; `part=totals` gives the control totals, the hash is in a header."""
    _check_payer(services.tracker.records.directory.payers(), asker, payer)
    wanted = _quarter(period)
    head = be_complete(services, payer)
    try:
        export = export_triggers(services.views, payer, wanted, at_least=head)
    except ViewBehind:
        raise behind() from None
    content, name = (export.detail, export.detail_name) if part == "detail" else (export.totals, export.totals_name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Detail-SHA256": export.sha256}
    return CsvResponse(content, headers=headers)


def _check_payer(payers: tuple[Payer, ...], asker: Asker, payer_id: str) -> None:
    own = asker.scope.everything or asker.scope.payer_id == payer_id
    if not own or payer_id not in {payer.payer_id for payer in payers}:
        raise not_found()


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.read(text)
    except ValueError as error:
        raise refused(422, "invalid-parameter", str(error), "correct the period", parameter="period") from None
