"""Clients under load: each asks with a key of its own and repeats the same request until it has its answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from time import monotonic

from adapters.demo.draws import Draws
from oba.identity import derived_id
from scripts.faulting.commands import Asked, Life
from scripts.faulting.notes import Note, Notebook
from scripts.faulting.plan import Furnished

SECONDS_FOR_AN_ANSWER = 20
GIVES_UP_AFTER_SECONDS = 90
ACCEPTED = 201
NO_ANSWER = 0
"""Noted as the code of a request that was never answered, by any API, for as long as a client has patience."""
PAUSE_SECONDS = 0.04
AGAIN = 0.06
TWICE_AT_ONCE = 0.06


@dataclass(frozen=True)
class Apis:
    """Where the API answers, and under which key of access."""

    ports: tuple[int, ...]
    token: str


@dataclass(frozen=True)
class _Heard:
    code: int
    answer: dict[str, object]
    replayed: bool


class Client(Thread):
    """Tells the lives of infusion after infusion until `stop`; what it was told stands in the notebook."""

    def __init__(self, apis: Apis, furnished: Furnished, notebook: Notebook, stop: Event, *name: object) -> None:
        super().__init__(name="-".join(str(part) for part in ("client", *name)))
        self._apis = apis
        self._furnished = furnished
        self._notebook = notebook
        self._stop_asked = stop
        self._number = name
        self._draws = Draws("client", *name)
        self._asked = 0
        self._lives = 0
        self._answered: list[tuple[str, Asked]] = []

    def run(self) -> None:
        """Ask until told to stop; the command under way still gets its answer."""
        while not self._stop_asked.is_set():
            self._lives += 1
            life = Life(self._furnished, *self._number, self._lives)
            for asked in life.commands():
                heard = self._ask(asked)
                if heard is None or self._stop_asked.is_set():
                    break
                life.heard(asked, heard)
                self._stop_asked.wait(PAUSE_SECONDS * self._draws.share())

    def _ask(self, asked: Asked) -> dict[str, object] | None:
        """The answer of a command, asked once or, at times, more often; None where it was refused."""
        self._asked += 1
        key = str(derived_id("faults", *self._number, self._asked))
        twin: Thread | None = None
        if self._draws.happens(TWICE_AT_ONCE):
            twin = Thread(target=self._say, args=(key, asked), kwargs={"again": True, "first": 1})
            twin.start()
        heard = self._say(key, asked)
        if twin is not None:
            twin.join()
        if heard is not None:
            self._answered.append((key, asked))
            if self._draws.happens(AGAIN):
                self._say(key, asked, again=True, first=self._draws.whole(0, 1))
        return heard

    def ask_again(self) -> None:
        """Ask every tenth question once more, after everything was stopped and started."""
        for key, asked in self._answered[::10]:
            self._say(key, asked, again=True)

    def _say(
        self, key: str, asked: Asked, *, again: bool = False, first: int | None = None
    ) -> dict[str, object] | None:
        """Say it to one API after the other under the same key until one of them answers; the answer is noted."""
        last = monotonic() + GIVES_UP_AFTER_SECONDS
        at = self._asked if first is None else first
        tries = 0
        while monotonic() < last:
            tries += 1
            heard = _heard(self._apis.ports[(at + tries) % len(self._apis.ports)], self._apis.token, key, asked)
            if heard is not None and heard.code < 500:
                self._notebook.write(
                    Note(key, asked.operation, heard.code, heard.answer, tries, heard.replayed, again=again)
                )
                return heard.answer if heard.code == ACCEPTED else None
            Event().wait(0.05)
        self._notebook.write(Note(key, asked.operation, NO_ANSWER, {}, tries, again=again))
        return None


def _heard(port: int, token: str, key: str, asked: Asked) -> _Heard | None:
    """One request; None where nobody answered, and so nobody knows whether it was carried out."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS_FOR_AN_ANSWER)
    try:
        connection.request("POST", asked.path, json.dumps(asked.body).encode(), headers)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        return _Heard(answer.status, content, answer.headers.get("Idempotent-Replayed") == "true")
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()


def tell(life: Life, apis: Apis, notebook: Notebook) -> None:
    """Tell one life to the first API, command after command; what was answered stands in the notebook."""
    for number, asked in enumerate(life.commands()):
        key = str(derived_id("told", life.name, number))
        heard = _heard(apis.ports[0], apis.token, key, asked) or _Heard(NO_ANSWER, {}, replayed=False)
        notebook.write(Note(key, asked.operation, heard.code, heard.answer))
        if heard.code != ACCEPTED:
            return
        life.heard(asked, heard.answer)


def drained(clients: Sequence[Client], stop: Event) -> None:
    """Have every client end after the command that it has in hand."""
    stop.set()
    for client in clients:
        client.join()
