"""The directory: HTCs, payers, manufacturers. People and addresses are not read over the API."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from adapters.web.access import TheServices

router = APIRouter(prefix="/directory", tags=["directory"])


@router.get("/htcs", name="list_htcs")
def list_htcs(services: TheServices) -> dict[str, Any]:
    """All HTCs with time zone and designation."""
    return _all(services.tracker.records.directory.htcs())


@router.get("/payers", name="list_payers")
def list_payers(services: TheServices) -> dict[str, Any]:
    """All payers."""
    return _all(services.tracker.records.directory.payers())


@router.get("/manufacturers", name="list_manufacturers")
def list_manufacturers(services: TheServices) -> dict[str, Any]:
    """All manufacturers."""
    return _all(services.tracker.records.directory.manufacturers())


def _all(entries: Iterable[BaseModel]) -> dict[str, Any]:
    rows = [entry.model_dump(mode="json", exclude={"kind"}) for entry in entries]
    return {"data": rows, "next_cursor": None, "has_more": False}
