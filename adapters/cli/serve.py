"""`oba serve` and `oba worker`: the two processes of the product; any number of either may run."""

import signal
from threading import Event
from typing import Annotated

import typer

from adapters.cli.journal import begin_journal
from adapters.cli.opened import opened, place_of, read_settings
from adapters.cli.terminal import note, tell


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on; default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port; default 8321.")] = None,
) -> None:
    """Serve the API until Ctrl-C."""
    import uvicorn

    from adapters.cli.returning import TellingReturn
    from adapters.web.app import create_app

    settings = read_settings()
    with opened(settings) as services:
        address = (host or settings.host, port or settings.port)
        note(f"API on http://{address[0]}:{address[1]}, stores in {place_of(settings)}")
        begin_journal()
        app = TellingReturn(create_app(services))
        uvicorn.run(app, host=address[0], port=address[1], log_config=None, access_log=False)


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what is owed now, and leave.")] = False,
) -> None:
    """Bring views up to date, propose determinations and send reminders, again and again until Ctrl-C."""
    from adapters.clock import SystemClock, new_id
    from adapters.scheduler import Ticker
    from adapters.worker import Ticked, Worker

    settings = read_settings()
    with opened(settings) as services:
        working = Worker(
            services.tracker,
            services.views,
            services.projector,
            services.notifier,
            wall=services.wall,
            base_url=settings.public_url,
        )
        worker_id = new_id()

        def tick() -> Ticked:
            done = working.tick()
            services.tracker.records.worker_ticks.note(worker_id, services.wall.now())
            return done

        if once:
            _tell_done(vars(tick()))
            return
        ticker = Ticker(tick, every_seconds=settings.tick_seconds, clock=SystemClock())
        stop = Event()
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: stop.set())
        note(f"worker: every {settings.tick_seconds} s, stores in {place_of(settings)}")
        begin_journal()
        ticker.start()
        stop.wait()
        working.stop()
        ticker.stop()


def _tell_done(done: dict[str, int]) -> None:
    tell(", ".join(f"{word} {count}" for word, count in done.items()))
