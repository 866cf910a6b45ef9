"""A Service on loopback: one address, behind which each new connection goes to the next pod that is Ready."""

import contextlib
import itertools
import socket
import socketserver
import threading
from collections.abc import Callable, Sequence
from typing import Self, TypeAlias

Endpoint: TypeAlias = tuple[str, int]

_PIECE = 65_536
_PATIENCE = 2.0


class Service:
    """Use as a context manager; leave it after the pods have ended, for connections that are open stay open.

    ``endpoints`` is asked at each connection, for the Ready pods of this moment. With none, the connection is closed at once.
    """

    def __init__(self, endpoints: Callable[[], Sequence[Endpoint]]) -> None:
        self._endpoints = endpoints
        self._turn = itertools.count()
        self._server = _Server(("127.0.0.1", 0), self._serve)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="service", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError), self._reached() as pod:
            back = threading.Thread(target=_pump, args=(pod, caller), daemon=True)
            back.start()
            _pump(caller, pod)
            back.join()

    def _reached(self) -> socket.socket:
        """A connection to one of them. OSError when nobody takes it."""
        ready = list(self._endpoints())
        if not ready:
            raise ConnectionRefusedError
        pod = socket.create_connection(ready[next(self._turn) % len(ready)], timeout=_PATIENCE)
        pod.settimeout(None)
        return pod


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: Endpoint, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        super().__init__(address, socketserver.BaseRequestHandler)

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        self._serve(request)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    # Whoever said nothing more may still be answered.
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
