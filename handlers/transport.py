"""Socket Mode: the typed shim around what Bolt and slack_sdk leave untyped, and their life from connect to close.

Stop order: sockets first (nothing new comes in), then the supervisor (what runs may end), then the HTTP session. Opened in
the order session, supervisor, sockets, an exit stack does exactly that.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from handlers import dispatch, preflight, proxies
from handlers.preflight import Identity

log = structlog.get_logger(__name__)

# The name by which the composition root knows it, without knowing Slack's libraries.
WebClient: TypeAlias = AsyncWebClient

REQUEST_SECONDS = 30
# Two sockets: Slack closes one every few hours, and slack_sdk closes the old one before the new one stands.
SOCKETS = 2
PING_SECONDS = 10.0
MEND_SECONDS = 15.0
TOGETHER_SECONDS = 30.0


@asynccontextmanager
async def session(*traces: aiohttp.TraceConfig) -> AsyncGenerator[aiohttp.ClientSession]:
    """One HTTP session for everything that is asked of Slack."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS), trace_configs=list(traces)) as opened:
        yield opened


def web_client(settings: Settings, shared: aiohttp.ClientSession, *, retries: bool) -> AsyncWebClient:
    """The one maker of Web API clients, honouring SLACK_API_URL.

    ``retries``: wait out rate limits and server errors inside the call. For answers that harm nobody when said twice;
    not for cards, whose outbox must know about every attempt, and never before an ack.
    """
    bot_token = preflight.bot_token(settings)
    handlers = [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(), AsyncServerErrorRetryHandler()]
    client = AsyncWebClient(
        token=bot_token,
        base_url=settings.slack_api_url,
        timeout=REQUEST_SECONDS,
        session=shared,
        retry_handlers=list(handlers) if retries else [],
    )
    proxies.spare(client, settings.slack_api_url)
    return client


def bolt_app(client: AsyncWebClient, identity: Identity, *, signing_secret: str = "") -> AsyncApp:
    """Bolt for one workspace. Who we are is told, so Bolt neither asks auth.test before an ack nor goes into OAuth mode.

    ``signing_secret``: only what comes over HTTP is signed; Socket Mode needs none.
    """
    me = AuthorizeResult(
        enterprise_id=identity.enterprise_id or None,
        team_id=identity.team_id,
        bot_user_id=identity.user_id,
        bot_id=identity.bot_id,
        bot_token=client.token,
    )

    async def authorize() -> AuthorizeResult:
        return me

    # Its start-up advice (SLACK_BOT_TOKEN is set as well, SLACK_CLIENT_ID is set as well) does not apply here.
    logger = logging.getLogger("slack_bolt.dapr_warden")
    logger.disabled = True
    try:
        app = AsyncApp(name="dapr-warden", logger=logger, client=client, authorize=authorize, signing_secret=signing_secret)
    finally:
        logger.disabled = False
    app.error(_unforeseen)
    return app


async def _unforeseen(error: Exception, body: dict[str, Any]) -> BoltResponse:
    # Listeners cannot raise by design; if one does before its ack, a slash command still gets a word.
    if dispatch.is_bolts_own(error):
        log.warning("payload not understood", error=type(error).__name__)
    else:
        log.error("listener failed", error=str(error), exc_info=error)
    return BoltResponse(status=200, body={"text": "That did not work; the bot's log says why."} if "command" in body else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketCount:
    """How many connections stand: ``alive`` of ``own`` are this process's, ``counted`` is what Slack said when the newest opened."""

    alive: int
    own: int
    counted: int


class Sockets:
    """The open Socket Mode connections of this process. Make it with :func:`sockets`."""

    def __init__(self, handlers: Sequence[AsyncSocketModeHandler]) -> None:
        self.handlers = tuple(handlers)
        self.connections = 0
        self._hellos: list[tuple[float, int]] = []
        for handler in handlers:
            handler.client.message_listeners.append(self._on_message)  # pyright: ignore[reportUnknownMemberType]

    async def is_connected(self) -> bool:
        """Whether commands can arrive: one living connection is enough."""
        return any([await handler.client.is_connected() for handler in self.handlers])

    async def count(self) -> SocketCount:
        """How many there are, by our own count and by Slack's."""
        alive = sum([await handler.client.is_connected() for handler in self.handlers])
        return SocketCount(alive=alive, own=len(self.handlers), counted=self.connections)

    async def mend(self) -> None:
        """Let a connection that does not come up ask for a new address: slack_sdk tries the used one for ever."""
        for handler in self.handlers:
            if not await handler.client.is_connected():
                handler.client.wss_uri = None

    async def _on_message(self, client: object, message: dict[str, Any], raw: str | None = None) -> None:  # noqa: ARG002 - slack_sdk's signature
        if message.get("type") != "hello":
            return
        count = cast("object", message.get("num_connections"))
        now = asyncio.get_running_loop().time()
        # Ours open at once, and the hello of the first may be heard last: of such the largest count is the newest.
        self._hellos = [one for one in self._hellos if now - one[0] <= TOGETHER_SECONDS] + [(now, count if isinstance(count, int) else 0)]
        self.connections = max(counted for _, counted in self._hellos)
        if self.connections > len(self.handlers):
            # Each of them takes a part of the commands away: a second bot with the same token, or a stolen one.
            log.warning("another process is connected with the same SLACK_APP_TOKEN", connections=self.connections, own=len(self.handlers))


@asynccontextmanager
async def sockets(app: AsyncApp, app_token: str, client: AsyncWebClient, *, count: int = SOCKETS) -> AsyncGenerator[Sockets]:
    """Connect, keep connected, close. ``client`` opens the connections and should not retry: this does.

    Waits until all stand; while Slack cannot be reached that is for ever, so start it beside the other work.
    """
    handlers = [dispatch.Handler(app, app_token, web_client=client, ping_interval=PING_SECONDS) for _ in range(count)]
    for handler in handlers:
        proxies.spare(handler.client, client.base_url)
    opened = Sockets(handlers)
    try:
        async with asyncio.TaskGroup() as tasks:
            mending = tasks.create_task(_mend(opened), name="mend sockets")
            await asyncio.gather(*(_untyped(handler.connect_async()) for handler in handlers))  # type: ignore[no-untyped-call]
            log.info("connected to Slack", sockets=count)
            yield opened
            mending.cancel()
    finally:
        for handler in handlers:
            await _untyped(handler.close_async())  # type: ignore[no-untyped-call]


async def _mend(opened: Sockets) -> None:
    while True:
        await asyncio.sleep(MEND_SECONDS)
        await opened.mend()


async def _untyped(call: Awaitable[object]) -> None:
    await call
