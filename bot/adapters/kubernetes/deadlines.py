"""Ends to what a server drags out. A socket's timeout counts from byte to byte; an alarm counts from the beginning."""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_LONGEST_SECONDS = 60.0


@contextmanager
def alarm(seconds: float, wake: Callable[[], None]) -> Generator[Callable[[], bool]]:
    """Call ``wake`` after so many seconds, from another thread, unless the block has ended. Yields whether it has been called."""
    rung = threading.Event()

    def ring() -> None:
        rung.set()
        # Already closed, or released to the pool: then nobody is blocked on it.
        with contextlib.suppress(ValueError, RuntimeError, OSError):
            wake()

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield rung.is_set
    finally:
        timer.cancel()


class _Punctual(HTTPConnection):
    """A connection whose hello, and whose answer up to its last header, each come in time as a whole."""

    _plain: socket.socket | None = None

    def connect(self) -> None:
        """Connect, TLS included."""
        with alarm(_seconds(self), self._shut_plain):
            super().connect()

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself does
        """Status and headers. TimeoutError when they take longer than one read may."""
        with alarm(_seconds(self), self._shut) as is_late:
            try:
                return super().getresponse()
            except Exception as error:
                if is_late():
                    raise TimeoutError("the headers did not come in time") from error
                raise

    def _new_conn(self) -> socket.socket:
        self._plain = super()._new_conn()
        return self._plain

    def _shut_plain(self) -> None:
        if self._plain is not None:
            self._plain.shutdown(socket.SHUT_RDWR)

    def _shut(self) -> None:
        if self.sock is not None:
            self.sock.shutdown(socket.SHUT_RDWR)


class _PunctualTls(_Punctual, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Punctual  # pyright: ignore[reportAssignmentType]  # urllib3 declares a protocol that its own class does not meet


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _PunctualTls  # pyright: ignore[reportAssignmentType]  # as above


def keep(pools: PoolManager) -> None:
    """Let every connection of these pools be punctual."""
    classes: dict[str, type[HTTPConnectionPool | HTTPSConnectionPool]] = {"http": _Pool, "https": _TlsPool}
    pools.pool_classes_by_scheme = classes


def _seconds(connection: HTTPConnection) -> float:
    return float(connection.timeout) if isinstance(connection.timeout, int | float) else _LONGEST_SECONDS
