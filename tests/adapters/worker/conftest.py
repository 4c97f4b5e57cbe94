"""What the worker's tests stand on: a furnished house, and a real mail server."""

from collections.abc import Iterator

import pytest

from tests.support.mail import MailServer
from tests.support.place import Place
from tests.support.worker import House, Kept


@pytest.fixture
def house(place: Place) -> Iterator[House]:
    one = House(place.settings).furnish()
    yield one
    one.close()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()
