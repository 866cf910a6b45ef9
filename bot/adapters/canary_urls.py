"""Calls a canary URL as a stranger would: a new connection each time, no redirect followed, nothing of an answer read but its status."""

import asyncio
import socket
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio
import httpx

from bot.adapters import background, web

SECONDS: Final = 5.0
"""So long an answer may take, all of it."""
SETTING: Final = "DAPR_WARDEN_CANARY_URLS"
LOOKUPS: Final = 4
"""So many lookups of the name of one address wait for an answer at once: nobody can end one that a name server leaves open."""
_REFUSED: Final = 400
_PORTS: Final = {"http": 80, "https": 443}
_OPEN: Final = f"its name is not resolved: {LOOKUPS} lookups before this one have not been answered yet"

Call = Callable[[str], Awaitable[str]]
Resolve = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host, for a port; may block for as long as it likes. Raises OSError where there is none."""


def resolved(host: str, port: int) -> list[str]:
    """As the system resolves it, in its order of preference."""
    return [str(place[0]) for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@asynccontextmanager
async def opened(*, version: str, seconds: float = SECONDS, resolve: Resolve = resolved) -> AsyncGenerator[Call]:
    """What calls an address: why that failed, "" when it was answered with a status below 400. ``version``: our own. It raises nothing."""
    trusted = await anyio.to_thread.run_sync(lambda: web.trusting("", "https", setting=SETTING, whose="the canary"))
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        verify=trusted,
        headers={"User-Agent": f"dapr-warden/{version}", "Accept-Encoding": "identity", "Connection": "close"},
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
    ) as http:
        yield _Caller(http=http, seconds=seconds, resolve=resolve).called


@dataclass(slots=True, kw_only=True)
class _Caller:
    """Looks names up in threads of its own. asyncio would do it in those that all of the bot works in, and wait for them at the end."""

    http: httpx.AsyncClient
    seconds: float
    resolve: Resolve
    seats: defaultdict[str, asyncio.Semaphore] = field(default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(LOOKUPS)))

    async def called(self, url: str) -> str:
        """Why it could not be called, "" when it answered."""
        step = "resolved"
        try:
            with anyio.fail_after(self.seconds):
                request = self.http.build_request("GET", url)
                if self.seats[url].locked():
                    return _OPEN
                places = await self._places(request.url, self.seats[url])
                step = "answered"
                return await self._answer(request, places)
        except (TimeoutError, httpx.TimeoutException):
            return f"no answer within {self.seconds:g} s" if step == "answered" else f"its name is not resolved within {self.seconds:g} s"
        except httpx.ConnectError as error:
            # Its words are those of libraries: only whether it was TLS is taken from them.
            return "TLS failed: its certificate is not trusted, or none was shown" if "SSL" in str(error) else "no connection"
        except (OSError, UnicodeError):
            return "its name cannot be resolved"
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return f"the connection broke ({type(error).__name__})"

    async def _places(self, url: httpx.URL, seats: asyncio.Semaphore) -> Sequence[str]:
        port = url.port or _PORTS.get(url.scheme, 0)
        found = await background.done(lambda: self.resolve(url.raw_host.decode("ascii"), port), seats)
        return tuple(dict.fromkeys(found))

    async def _answer(self, request: httpx.Request, places: Sequence[str]) -> str:
        """Of the first that takes the connection. Host and certificate are still asked for by name."""
        host = request.url.raw_host.decode("ascii")
        share = httpx.Timeout(self.seconds, connect=self.seconds / max(len(places), 1))
        request.extensions = {**request.extensions, "sni_hostname": host, "timeout": share.as_dict()}
        for place in places[:-1]:
            try:
                return await self._status(request, place)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if "SSL" in str(error):
                    raise
        return await self._status(request, places[-1])

    async def _status(self, request: httpx.Request, place: str) -> str:
        request.url = request.url.copy_with(host=place)
        response = await self.http.send(request, stream=True)
        await response.aclose()
        return f"HTTP {response.status_code}" if response.status_code >= _REFUSED else ""
