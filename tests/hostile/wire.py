"""A server that speaks bytes, not HTTP: it says whatever it is told to say, as often as it is told to say it."""

import contextlib
import socketserver
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

Script: TypeAlias = Callable[[str], Iterator[bytes]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
A_PAUSE = b""
PAUSE_SECONDS = 0.05


@dataclass
class Heard:
    """``targets``: what was asked for, in order. ``sent``: bytes that went out."""

    url: str = ""
    targets: list[str] = field(default_factory=list)
    sent: int = 0


@contextmanager
def saying(script: Script) -> Generator[Heard]:
    """Answer every request with what ``script`` makes of its target, then close the connection."""
    heard, over = Heard(), threading.Event()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                heard.targets.append(self.rfile.readline(65_536).split()[1].decode())
                while self.rfile.readline(65_536).strip():
                    pass
                self.say(script(heard.targets[-1]))

        def say(self, pieces: Iterator[bytes]) -> None:
            for piece in pieces:
                if over.wait(PAUSE_SECONDS if piece == A_PAUSE else 0):
                    return
                self.wfile.write(piece)
                heard.sent += len(piece)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False

    with Server(("127.0.0.1", 0), Talk) as server:
        heard.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield heard
        finally:
            over.set()
            server.shutdown()


def framed(body: bytes, *headers: bytes) -> bytes:
    """A well-formed answer."""
    return HEAD + b"".join(header + b"\r\n" for header in headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def whole(body: bytes, *headers: bytes) -> Script:
    """Always the same well-formed answer."""
    return lambda _: iter((framed(body, *headers),))


def dripping(first: bytes, drop: bytes) -> Script:
    """``first`` at once, then a drop at a time, for ever: no single read ever takes long."""

    def script(_: str) -> Iterator[bytes]:
        yield first or drop
        while True:
            yield A_PAUSE
            yield drop

    return script


def flooding(first: bytes, wave: bytes) -> Script:
    """``first``, then the same again and again, as fast as it is taken."""

    def script(_: str) -> Iterator[bytes]:
        yield first or wave
        while True:
            yield wave

    return script
