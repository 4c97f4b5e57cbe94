"""The line between the product and its server, with a pair of scissors: an answer can be lost on its way."""

import contextlib
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

_PORT = 5432


class Line:
    """Passes everything on between a socket of its own and the server, until it is told to cut."""

    def __init__(self, url: str, folder: Path) -> None:
        with psycopg.connect(url) as direct:
            self._server = direct.info.host, direct.info.port
        self.url = make_conninfo("", **{**conninfo_to_dict(url), "host": str(folder), "port": _PORT})
        self.cuts = 0
        self._happened: Callable[[], bool] | None = None
        self._ended = threading.Event()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / f".s.PGSQL.{_PORT}"))
        self._listening.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def lose_the_answer_after(self, happened: Callable[[], bool]) -> None:
        """The first answer of the server that comes once something has happened is not passed on, nor any after it.

        Everybody can see what has happened, so it is committed; only who asked for it is never told.
        """
        self._happened = happened

    def close(self) -> None:
        """Cut everything."""
        self._ended.set()
        for thread in self._threads:
            thread.join(10)
        self._listening.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            if select.select([self._listening], [], [], 0.05)[0]:
                client, _ = self._listening.accept()
                thread = threading.Thread(target=self._pass_on, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, self._reach() as server, contextlib.suppress(OSError):
            while not self._ended.is_set():
                ready = select.select([client, server], [], [], 0.05)[0]
                for side in ready:
                    content = side.recv(65536)
                    if not content:
                        return
                    if side is server and self._happened is not None and self._happened():
                        self._happened = None
                        self.cuts += 1
                        return
                    (server if side is client else client).sendall(content)

    def _reach(self) -> socket.socket:
        host, port = self._server
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        reached = socket.socket(socket.AF_UNIX)
        reached.connect(f"{host}/.s.PGSQL.{port}")
        return reached
