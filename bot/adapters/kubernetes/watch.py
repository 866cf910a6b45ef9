"""Watches of the two objects. Each has a thread of its own that reads lines until it is told to stop; an async generator hands them on.

Only the metadata is asked for, so that no key travels. A watch that the API server ends in good order (every 300 s) is continued
where it stopped; when that place is forgotten (410) it starts anew and compares versions; anything else ends the iteration.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec
from urllib3 import BaseHTTPResponse

from bot.adapters.kubernetes import errors
from bot.adapters.kubernetes.api import METADATA_ONLY, MIB, Api
from bot.adapters.kubernetes.needs import Need
from bot.adapters.kubernetes.wire import Watched, WatchEvent
from bot.errors import BotError, Missing, Unreachable

SERVER_SECONDS: Final = 300
# The API server sends a bookmark about once a minute; this long without a byte, the connection is dead.
SILENCE_SECONDS: Final = 150.0
# A watch that ends sooner is short; more short ones in a row than this are no watch but a frenzy.
SHORT_SECONDS: Final = 1.0
SHORT_ONES: Final = 3
CHUNK: Final = 256 * 1024
LINE_CAP: Final = 8 * MIB

_EVENT = msgspec.json.Decoder(WatchEvent)
_OBJECT = msgspec.json.Decoder(Watched)
_STATUS = msgspec.json.Decoder(errors.Status)

Tell = Callable[[str | BaseException], None]


async def changes(api: Api, wanted: Sequence[tuple[Need, str]]) -> AsyncGenerator[str, None]:
    """Yields a kind of ``wanted`` (need, kind) whenever that object changes. Raises BotError when one of the watches breaks."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[str | BaseException] = asyncio.Queue()

    def tell(item: str | BaseException) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            loop.call_soon_threadsafe(heard.put_nowait, item)

    watches = [Watch(api, need, kind, tell) for need, kind in wanted]
    try:
        for watch in watches:
            watch.start()
        while True:
            item = await heard.get()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        # Synchronous on purpose: a generator that is thrown away may not await.
        for watch in watches:
            watch.stop()


class Watch:
    """One watch of one object. ``stop`` may be called from any thread, and unblocks it at once."""

    def __init__(self, api: Api, need: Need, kind: str, tell: Tell) -> None:
        self._api = api
        self._need = need
        self._kind = kind
        self._tell = tell
        self._lock = threading.Lock()
        self._response: BaseHTTPResponse | None = None
        self._stopped = False
        self._short = 0
        # Where to go on ("" = from the present state), and the object's version when last seen ("" = absent, None = not looked yet).
        self._place = ""
        self._known: str | None = None

    def start(self) -> None:
        """Begin, in a daemon thread: a process that ends does not wait for a silent API server."""
        threading.Thread(target=self._run, name=f"watch {self._kind}", daemon=True).start()

    def stop(self) -> None:
        """End it: the socket is shut for reading, which wakes the thread."""
        with self._lock:
            self._stopped = True
            if self._response is not None:
                _shut(self._response)

    def _run(self) -> None:
        try:
            while not self._stopped:
                self._once()
        except BaseException as error:  # noqa: BLE001 - carried over to the task that iterates, which raises it
            if not self._stopped:
                self._tell(error)

    def _once(self) -> None:
        began = time.monotonic()
        if not self._place:
            self._see(self._current())
        try:
            self._follow()
        except errors.Gone:
            self._place = ""
        self._short = self._short + 1 if time.monotonic() - began < SHORT_SECONDS else 0
        if self._short > SHORT_ONES and not self._stopped:
            raise Unreachable(f"{self._need.words}: the API server ends each watch at once.", hint=errors.WAIT)

    def _follow(self) -> None:
        query = [
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("fieldSelector", f"metadata.name={self._need.name}"),
            ("timeoutSeconds", str(SERVER_SECONDS)),
        ]
        query += [("resourceVersion", self._place)] if self._place else []
        with self._api.opened(self._need, query=query, accept=METADATA_ONLY) as response, self._held(response):
            for line in self._lines(response):
                self._take(line)

    @contextlib.contextmanager
    def _held(self, response: BaseHTTPResponse) -> Generator[None]:
        with self._lock:
            if self._stopped:
                _shut(response)
            self._response = response
        try:
            socket = getattr(response.connection, "sock", None)
            if socket is not None:
                socket.settimeout(SILENCE_SECONDS)
            yield
        finally:
            with self._lock:
                self._response = None

    def _lines(self, response: BaseHTTPResponse) -> Iterator[bytes]:
        rest = bytearray()
        while chunk := response.read1(CHUNK, decode_content=True):
            # Only the new bytes are searched: a long line that comes in drops must not be gone through at each drop.
            first, newline, others = chunk.partition(b"\n")
            rest += first
            if newline:
                *lines, last = others.split(b"\n")
                yield from (line for line in (bytes(rest), *lines) if line.strip())
                rest = bytearray(last)
            if len(rest) > LINE_CAP:
                raise errors.too_large(self._need, LINE_CAP)

    def _take(self, line: bytes) -> None:
        try:
            event = _EVENT.decode(line)
            if event.type == "ERROR":
                raise self._refused(_STATUS.decode(event.object))
            metadata = _OBJECT.decode(event.object).metadata
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise errors.malformed(self._need, str(error)) from error
        self._place = metadata.resource_version
        if event.type != "BOOKMARK":
            self._see(metadata.resource_version)

    def _see(self, version: str) -> None:
        """The first look is no change, and neither is being told again (a watch without a place starts with the present state)."""
        if self._known not in (None, version):
            self._tell(self._kind)
        self._known = version

    def _current(self) -> str:
        need = replace(self._need, verb="get")
        try:
            return self._api.read(need, _OBJECT.decode, accept=METADATA_ONLY).metadata.resource_version
        except Missing:
            return ""

    def _refused(self, status: errors.Status) -> BotError:
        return errors.classified(self._need, status.code or 500, status)


def _shut(response: BaseHTTPResponse) -> None:
    # Already closed, or released to the pool: then nobody is blocked on it.
    with contextlib.suppress(ValueError, RuntimeError, OSError):
        response.shutdown()
