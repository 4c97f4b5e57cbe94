"""A mail server that takes everything and remembers the Message-ID: what left the house, counted outside of it."""

from collections.abc import Callable
from email import message_from_bytes
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Thread
from time import sleep

SECONDS_FOR_A_MAIL = 0.03
PATIENCE_SECONDS = 10


class MailSink:
    """One address of the mail server, given to one worker, so that it is known whose mail has just been taken."""

    def __init__(self) -> None:
        self.message_ids: list[str] = []
        self._lock = Lock()
        self._on_next: Callable[[], None] | None = None
        self._happened = Event()
        sink = self

        class Conversation(_Conversation):
            def take(self, message_id: str) -> None:
                sink._take(message_id)

        self._server = _Server(("127.0.0.1", 0), Conversation)
        self.port = int(self._server.server_address[1])
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def at_next_mail(self, act: Callable[[], None], seconds: float) -> bool:
        """Do something once, when a mail has been taken and before its sender hears so; False where none came."""
        with self._lock:
            self._on_next = act
            self._happened.clear()
        came = self._happened.wait(seconds)
        with self._lock:
            self._on_next = None
        return came or self._happened.is_set()

    def _take(self, message_id: str) -> None:
        sleep(SECONDS_FOR_A_MAIL)
        with self._lock:
            self.message_ids.append(message_id)
            act, self._on_next = self._on_next, None
            if act is not None:
                act()
                self._happened.set()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed in the middle of a sentence is what this is all about."""


class _Conversation(StreamRequestHandler):
    timeout = PATIENCE_SECONDS

    def take(self, message_id: str) -> None:
        raise NotImplementedError

    def handle(self) -> None:
        self._say("220 mail")
        while words := self.rfile.readline():
            verb = words.strip().upper()[:4]
            if verb == b"DATA":
                self._say("354 go on")
                if (content := self._content()) is None:
                    return
                self.take(str(message_from_bytes(content)["Message-ID"]))
            self._say("221 bye" if verb == b"QUIT" else "250 mail")
            if verb == b"QUIT":
                return

    def _content(self) -> bytes | None:
        """The mail; None where its sender was gone before the end of it."""
        lines: list[bytes] = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return None

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
