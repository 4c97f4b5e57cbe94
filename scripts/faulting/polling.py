"""A reader that looks at all views again and again while everything around it is killed (P8)."""

from threading import Event, Thread

from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DBAPIError

from adapters.clock import SystemClock
from adapters.documents.shelf import shipped_reference
from adapters.log.log import Log
from adapters.log.opening import open_log
from adapters.settings import Settings
from adapters.views.engine import open_views
from scripts.faulting.judge_views import Explanations, Polled, shown_in, unexplained

SECONDS_BETWEEN = 0.25
CUT_OFF = (PersistenceError, DBAPIError)
"""What a reader meets whose server was killed; any other error ends the reader, and the round with it."""


class Poller(Thread):
    """Looks until it is asked to stop; `polled` says what it saw, `failed` what ended it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="poller")
        self._log: Log = open_log(settings, SystemClock())
        self._views = open_views(settings)
        self._explanations = Explanations(self._log, shipped_reference())
        self._stop_asked = Event()
        self.polled = Polled()
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Look, wait a little, look again."""
        try:
            while not self._stop_asked.wait(SECONDS_BETWEEN):
                try:
                    self.look()
                except CUT_OFF:
                    self.polled.interrupted += 1
        except Exception as error:  # noqa: BLE001  handed to whoever joins the thread
            self.failed = error

    def look(self) -> None:
        """Compare what the views show now with the prefix of the log that each of them names."""
        shown = shown_in(self._views)
        self.polled.unexplained += unexplained(shown, self._explanations)
        self.polled.polls += 1
        behind = self._explanations.head - min(one.position for one in shown)
        self.polled.most_behind = max(self.polled.most_behind, behind)

    def finish(self) -> Polled:
        """Stop, close, and say what was seen; raises what ended the reader before its time."""
        self._stop_asked.set()
        if self.is_alive():
            self.join()
        self._log.close()
        self._views.dispose()
        if self.failed is not None:
            raise self.failed
        return self.polled
