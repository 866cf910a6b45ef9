from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ManualClock, SlackEmulator

SHORT = timedelta(milliseconds=80)
Serve: TypeAlias = Callable[[SlackEmulator, AsyncApp], AbstractAsyncContextManager[object]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def slack(clock: ManualClock) -> AsyncIterator[SlackEmulator]:
    async with SlackEmulator(clock=clock) as emulator:
        yield emulator


@pytest.fixture
def client(slack: SlackEmulator) -> AsyncWebClient:
    return client_of(slack)


def client_of(slack: SlackEmulator) -> AsyncWebClient:
    """The bot's own client, which never tries twice by itself."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def bolt_app(slack: SlackEmulator) -> AsyncApp:
    return AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret)


@asynccontextmanager
async def serving(slack: SlackEmulator, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app connected over the real Socket Mode client, as long as the block lasts."""
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await slack.connected()
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def listening(app: AsyncApp) -> AsyncIterator[str]:
    """The app's own HTTP server; the URL at which it takes what Slack sends."""
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving_http(slack: SlackEmulator, app: AsyncApp) -> AsyncIterator[str]:
    """The app reached over signed HTTP, as long as the block lasts."""
    async with listening(app) as url:
        await slack.over_http(url)
        yield url


@pytest.fixture(params=[serving, serving_http], ids=["socket mode", "http"])
def serve(request: pytest.FixtureRequest) -> Serve:
    """Either transport: a test that asks for this runs over both."""
    chosen: Serve = request.param
    return chosen


@pytest.fixture
async def app(slack: SlackEmulator, serve: Serve) -> AsyncIterator[AsyncApp]:
    """A bolt app that acks every command and every press of `share`."""
    bolt = bolt_app(slack)

    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(command["text"])

    async def on_press(ack: AsyncAck) -> None:
        await ack()

    bolt.command("/dapr")(on_command)
    bolt.action("share")(on_press)
    bolt.action("more")(on_press)
    async with serve(slack, bolt):
        yield bolt
