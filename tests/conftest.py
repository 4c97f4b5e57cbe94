"""What any test may ask for: a running PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import Server, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this process of the tests; started by the first test that asks."""
    running = server()
    yield running
    running.stop()
    server.cache_clear()
