"""What `scripts/start` does once the environment stands: stores, demo, API and worker, until Ctrl-C."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

from typer import Exit

from adapters.bootstrap import Services
from adapters.cli.demo_keys import DemoKey, read_demo_keys
from adapters.cli.opened import opened, place_of, read_settings
from adapters.demo.directory import MANUFACTURER_ID
from adapters.settings import Settings

OBA = (sys.executable, "-m", "adapters.cli")
SECONDS_TO_ANSWER = 60
SECONDS_TO_STOP = 15


def main() -> None:
    """Prepare, start, say what can be done, wait, stop; exit code 1 when something stopped by itself, otherwise 0."""
    stop = _stop_on_signal()
    try:
        settings = read_settings()
        _refuse_taken_port(settings)
        demo_instant = _prepared(settings, empty="--empty" in sys.argv[1:])
    except Exit as refused:
        sys.exit(refused.exit_code)
    children = {name: _started(name) for name in ("serve", "worker")}
    try:
        fallen = _wait_for_answer(settings, children, stop)
        if not fallen and not stop.is_set():
            print(_welcome(settings, demo_instant, read_demo_keys(settings)), flush=True)
            fallen = _wait(children, stop)
    finally:
        _stop_all(children)
    if fallen:
        print(f"oba {fallen} stopped by itself; its lines above say why. oba doctor looks further.", file=sys.stderr)
    print("stopped", flush=True)
    sys.exit(1 if fallen else 0)


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            sys.exit(f"Port {settings.port} is in use. Take another: scripts/start --port {settings.port + 1}")


def _stop_on_signal() -> Event:
    stop = Event()

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda *_: stop.set())
    return stop


def _prepared(settings: Settings, *, empty: bool) -> str | None:
    """Stores made, demo loaded where one belongs; the demo clock where there is one."""
    with opened(settings) as services:
        services.projector.catch_up()
        wanted = not empty and _demo_is_wanted(services)
    if wanted:
        loaded = subprocess.run((*OBA, "demo", "load"), check=False)
        if loaded.returncode:
            raise Exit(loaded.returncode)
    with opened(settings) as services:
        instant = services.tracker.records.demo.instant()
    return instant.isoformat(timespec="minutes") if instant else None


def _demo_is_wanted(services: Services) -> bool:
    """Into untouched stores, and where an earlier load was cut off; never beside anything else."""
    records = services.tracker.records
    manufacturers = {one.manufacturer_id for one in records.directory.manufacturers()}
    if records.demo.instant() is not None:
        return not read_demo_keys(services.settings)
    return MANUFACTURER_ID in manufacturers or (services.tracker.log.head() == 0 and not manufacturers)


def _started(name: str) -> subprocess.Popen[bytes]:
    """A process of its own group, so that Ctrl-C reaches only this one, which then stops the others in turn."""
    return subprocess.Popen((*OBA, name), start_new_session=True)


def _wait_for_answer(settings: Settings, children: dict[str, subprocess.Popen[bytes]], stop: Event) -> str | None:
    last = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < last and not stop.wait(0.1):
        if fallen := _fallen(children):
            return fallen
        try:
            with urlopen(f"{_address(settings)}/healthz", timeout=2):
                return None
        except (URLError, OSError):
            continue
    return None if stop.is_set() else "serve"


def _wait(children: dict[str, subprocess.Popen[bytes]], stop: Event) -> str | None:
    while not stop.wait(0.5):
        if fallen := _fallen(children):
            return fallen
    return None


def _fallen(children: dict[str, subprocess.Popen[bytes]]) -> str | None:
    return next((name for name, child in children.items() if child.poll() is not None), None)


def _stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        child.terminate()
    for child in children.values():
        try:
            child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _welcome(settings: Settings, demo_instant: str | None, keys: tuple[DemoKey, ...]) -> str:
    oba = Path(sys.executable).with_name("oba")
    command = oba.relative_to(Path.cwd()) if oba.is_relative_to(Path.cwd()) else oba
    lines = [
        "",
        f"API     {_address(settings)}   description: {_address(settings)}/openapi.json",
        f"Stores  {_stores(settings)}   log, records, views",
        f"Outbox  {_outbox(settings)}",
    ]
    if demo_instant:
        lines += [f"Clock   {demo_instant}, of the demo; move it: {_port(settings)}{command} demo clock +30d"]
    lines += _about_keys(keys, settings) or ([] if demo_instant else _way_to_the_first_infusion(str(command)))
    lines += _lines_to_paste(settings, keys)
    return "\n".join([*lines, "", "Synthetic data; not a medical device. Ctrl-C stops everything."])


def _stores(settings: Settings) -> str:
    return f"{settings.home}/" if settings.database_url is None else place_of(settings)


def _port(settings: Settings) -> str:
    """What another command must be told, so that the links in notices lead to this API."""
    return "" if settings.port == Settings.model_fields["port"].default else f"OBA_PORT={settings.port} "


def _outbox(settings: Settings) -> str:
    if settings.smtp_host:
        return f"mail server {settings.smtp_host}:{settings.smtp_port}"
    return f"{settings.outbox_folder}/   notices as files, since no mail server is named (OBA_SMTP_HOST)"


def _way_to_the_first_infusion(command: str) -> list[str]:
    return [
        "",
        "No demo here. The way to the first infusion; docs/guides/operator.md explains it:",
        f"  {command} directory import docs/examples/directory.yaml",
        f"  {command} agreement register docs/examples/agreement.yaml",
        f"  {command} key create --person example-coordinator",
        "  then register and enrol over the API: docs/guides/api.md",
    ]


def _about_keys(keys: tuple[DemoKey, ...], settings: Settings) -> list[str]:
    if not keys:
        return []
    rows = [f"  {key.role:15} {key.person_id:25} {key.token}" for key in keys]
    return ["", f"Keys of invented people, for this machine only; also in {settings.home}/demo-keys.txt", *rows]


def _lines_to_paste(settings: Settings, keys: tuple[DemoKey, ...]) -> list[str]:
    by_role = {key.role: key.token for key in keys}
    asks = (
        ("coordinator", "worklist"),
        ("payer_analyst", "refund-triggers"),
        ("payer_analyst", "data-request-windows"),
    )
    lines = [
        f"  curl -s -H 'Authorization: Bearer {by_role[role]}' '{_address(settings)}/v1/{path}?limit=3'"
        for role, path in asks
        if role in by_role
    ]
    return ["", "Paste one of these:", *lines] if lines else []


if __name__ == "__main__":
    main()
