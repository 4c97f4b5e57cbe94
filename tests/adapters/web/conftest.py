"""The API of a fresh deployment for each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.conftest import MakingPlaces
from tests.support.api import Api, Prepared, prepare
from tests.support.samples import requests_of


@pytest.fixture(scope="session")
def prepared(new_place: MakingPlaces, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A directory, three documents, and keys."""
    return prepare(new_place(tmp_path_factory.mktemp("prepared") / "var"))


@pytest.fixture
def api(prepared: Prepared, tmp_path: Path) -> Iterator[Api]:
    """The API of a deployment without any infusion."""
    api = Api(prepared, tmp_path / "var")
    yield api
    api.close()


@pytest.fixture
def infusion(api: Api) -> str:
    """The address of an infusion that is enrolled with the first payer."""
    return api.infusion()


@pytest.fixture(scope="module")
def api_of_the_module(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Api, dict[str, Any]]]:
    """One API for many reads and refused writes, with a request for each operation."""
    api = Api(prepared, tmp_path_factory.mktemp("api") / "var")
    yield api, requests_of(api.infusion())
    api.close()
