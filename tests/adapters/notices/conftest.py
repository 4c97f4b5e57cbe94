"""What the tests of messages stand on: a still clock and a real mail server."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.clock import FixedClock
from tests.support.mail import MailServer


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()
