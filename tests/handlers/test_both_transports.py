"""The bot's listeners over Socket Mode and over signed HTTP: the same gestures, the same answers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers import preflight, register, transport
from handlers.views.status import SHARE
from playground.slack import ManualClock, SlackEmulator
from playground.slack.people import GUS, MIA, SAM
from tests.handlers.conftest import OPS, Talk, a_report, settings_of
from tests.playground.slack.conftest import serving_http

Serve: TypeAlias = Callable[[SlackEmulator, AsyncApp, AsyncWebClient], AbstractAsyncContextManager[object]]


@asynccontextmanager
async def over_sockets(slack: SlackEmulator, app: AsyncApp, client: AsyncWebClient) -> AsyncIterator[None]:
    async with transport.sockets(app, slack.app_token, client):
        await slack.connected(transport.SOCKETS)
        yield


@asynccontextmanager
async def over_http(slack: SlackEmulator, app: AsyncApp, client: AsyncWebClient) -> AsyncIterator[None]:
    assert client.token == slack.bot_token
    async with serving_http(slack, app):
        yield


@pytest.fixture(params=[over_sockets, over_http], ids=["socket mode", "http"])
async def both(request: pytest.FixtureRequest, talk: Talk, clock: ManualClock) -> AsyncIterator[Talk]:
    """The conversation of the other tests, reached by either transport."""
    serve: Serve = request.param
    slack, client = talk.slack, talk.conversation.client
    identity = await preflight.check(settings_of(slack), client)
    app = transport.bolt_app(client, identity, signing_secret=slack.signing_secret)
    register(app, talk.conversation)
    talk.sweeper.report = a_report(clock)
    async with serve(slack, app, client):
        yield talk


async def test_a_command_is_acked_at_once_and_answered_privately(both: Talk) -> None:
    gesture = await both.slash("status")

    assert gesture.acked
    assert gesture.latency is not None
    assert gesture.latency < timedelta(seconds=1)
    assert [m.visible_to for m in gesture.messages] == [MIA.id]
    assert "Nothing needs action on prod-eu" in gesture.messages[0].text


async def test_an_answer_is_shared_once(both: Talk) -> None:
    (private,) = (await both.slash("status")).messages

    gesture = await both.click(private, SHARE)

    assert gesture.acked
    assert len(both.slack.messages(OPS)) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_mention_is_answered_in_its_thread_once_however_often_it_comes(both: Talk, times: int) -> None:
    delivery = await both.slack.mention(MIA, OPS, "status")
    for _ in range(times - 1):
        await both.slack.redeliver(delivery)
    await both.conversation.supervisor.idle()

    (answer,) = both.slack.messages(OPS)
    assert answer.thread_ts == delivery.payload["event"]["ts"]


async def test_guests_and_strangers_are_refused(both: Talk) -> None:
    (to_a_guest,) = (await both.slash("status", GUS)).messages
    stranger = await both.slack.slash(SAM, "partners", "/dapr", "status")
    await both.conversation.supervisor.idle()

    assert "Guests may not use this bot" in to_a_guest.text
    assert "Only members of this bot's own workspace" in stranger.messages[0].text


async def test_what_nobody_asked_for_is_taken_and_left(both: Talk) -> None:
    delivery = await both.slack.open_home(MIA)

    assert delivery.acked
