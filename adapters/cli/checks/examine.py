"""Every finding in its order; looking makes nothing, so stores are only opened where they are there."""

from collections.abc import Callable, Iterator

from pydantic import SecretStr

from adapters.bootstrap import Services, open_services
from adapters.cli.checks import files, machine, server, stores
from adapters.cli.checks.finding import Finding
from adapters.cli.standing import STANDS_IN_THE_WAY, standing
from adapters.postgresql import address_of
from adapters.settings import Settings

OF_SERVICES: tuple[Callable[[Services], Finding], ...] = (
    stores.durability,
    stores.views_behind,
    stores.dead_letters,
    stores.outbox,
    stores.workers,
)


def examine(settings: Settings) -> Iterator[Finding]:
    """What there is to say about a deployment; after something bad, nothing that would rest on it."""
    found = [machine.python_version(), machine.documents(), *_of_engine(settings)]
    yield from found
    if any(finding.verdict == "bad" for finding in found):
        return
    try:
        services = open_services(settings)
    except STANDS_IN_THE_WAY as error:
        yield _of_error(error, settings)
        return
    try:
        yield stores.revisions()
        yield from (check(services) for check in OF_SERVICES)
    except STANDS_IN_THE_WAY as error:
        yield _of_error(error, settings)
    finally:
        services.close()


def _of_error(error: Exception, settings: Settings) -> Finding:
    met = standing(error, settings)
    return Finding(met.line, "bad", met.says, f"{met.mend}, then: oba doctor")


def _of_engine(settings: Settings) -> Iterator[Finding]:
    if settings.database_url is not None:
        yield from _of_server(settings, settings.database_url)
        return
    yield files.sqlite_version()
    yield files.stores_present(settings)
    yield files.integrity(settings)
    yield machine.privacy(settings)
    yield machine.keys(settings.keys_folder, stores_exist=files.stores_exist(settings))


def _of_server(settings: Settings, url: SecretStr) -> Iterator[Finding]:
    address, asked = address_of(url), server.ask(url, settings.connect_timeout_seconds)
    yield server.encryption(address)
    if isinstance(asked, Finding):
        yield asked
        return
    yield from server.owner(settings)
    yield server.version(asked)
    yield server.stores_present(settings, asked)
    yield machine.keys(settings.keys_folder, stores_exist=asked.has_stores)
    yield machine.privacy(settings)
    yield server.roles(address, asked)
    yield server.connections(settings, asked)
