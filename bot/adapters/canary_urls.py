"""Calls a canary URL as a stranger would: a new connection each time, no redirect followed, nothing of an answer read but its status."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import anyio
import httpx

from bot.adapters import web

SECONDS: Final = 5.0
"""So long an answer may take, all of it."""
SETTING: Final = "DAPR_WARDEN_CANARY_URLS"
_REFUSED: Final = 400

Call = Callable[[str], Awaitable[str]]


@asynccontextmanager
async def opened(*, version: str, seconds: float = SECONDS) -> AsyncGenerator[Call]:
    """What calls an address: why that failed, "" when it was answered with a status below 400. ``version``: our own. It raises nothing."""
    trusted = await anyio.to_thread.run_sync(lambda: web.trusting("", "https", setting=SETTING, whose="the canary"))
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        verify=trusted,
        headers={"User-Agent": f"dapr-warden/{version}", "Accept-Encoding": "identity", "Connection": "close"},
        timeout=seconds,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
    ) as http:

        async def call(url: str) -> str:
            return await _called(http, url, seconds)

        yield call


async def _called(http: httpx.AsyncClient, url: str, seconds: float) -> str:
    try:
        with anyio.fail_after(seconds):
            async with http.stream("GET", url) as response:
                return f"HTTP {response.status_code}" if response.status_code >= _REFUSED else ""
    except (TimeoutError, httpx.TimeoutException):
        return f"no answer within {seconds:g} s"
    except httpx.ConnectError as error:
        # Its words are those of libraries: only whether it was TLS is taken from them.
        return "TLS failed: its certificate is not trusted, or none was shown" if "SSL" in str(error) else "no connection"
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        return f"the connection broke ({type(error).__name__})"
