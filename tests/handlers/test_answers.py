"""Saying something back when the response_url does not take it."""

from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Transient, Unable
from handlers import answers
from handlers.views.message import Message
from handlers.visit import Kind, Visit
from playground.slack import ManualClock, SlackEmulator, faults
from playground.slack.people import MIA
from tests.handlers.conftest import OPS, Talk

HELLO = Message(text="hello", blocks=())


async def a_visit(slack: SlackEmulator, kind: Kind = Kind.SLASH) -> Visit:
    """Somebody types a command that nobody hears, which leaves a response_url."""
    url = (await slack.slash(MIA, OPS, "/dapr")).response_url
    return Visit(kind=kind, user_id=MIA.id, team_id=MIA.team_id, channel_id=OPS, key="k", said="/dapr", response_url=url)


async def test_an_expired_response_url_is_no_reason_for_silence(slack: SlackEmulator, client: AsyncWebClient, clock: ManualClock) -> None:
    visit = await a_visit(slack)
    clock.advance(timedelta(minutes=31))

    await answers.privately(client, visit, HELLO)
    await answers.share(client, visit, HELLO)
    await answers.replace(client, visit, answers.Said(), HELLO)

    assert [m.text for m in slack.ephemerals(OPS, MIA)] == ["hello", "hello"]
    assert [m.text for m in slack.messages(OPS)] == ["hello"]


async def test_a_clicked_message_whose_response_url_is_used_up_stays(
    slack: SlackEmulator, client: AsyncWebClient, clock: ManualClock
) -> None:
    visit = await a_visit(slack, Kind.BUTTON)
    clock.advance(timedelta(minutes=31))

    await answers.replace(client, visit, answers.Said(), HELLO)

    assert slack.ephemerals(OPS, MIA) == ()


@pytest.mark.parametrize("fault", [faults.server_error(502), faults.no_answer()])
async def test_what_may_have_been_said_is_not_said_by_another_way(
    slack: SlackEmulator, client: AsyncWebClient, fault: faults.Fault
) -> None:
    visit = await a_visit(slack)
    slack.faults.plan("response_url", fault, times=2)

    with pytest.raises(Transient):
        await answers.privately(client, visit, HELLO)

    assert "chat.postEphemeral" not in [call.method for call in slack.calls]


async def test_where_neither_way_is_open_the_failure_is_told(slack: SlackEmulator, client: AsyncWebClient, clock: ManualClock) -> None:
    visit = await a_visit(slack)
    clock.advance(timedelta(minutes=31))
    slack.kick(OPS)

    with pytest.raises(Unable, match="not_in_channel"):
        await answers.privately(client, visit, HELLO)


async def test_a_message_event_beside_the_app_mention_asks_nothing_twice(talk: Talk) -> None:
    delivery = await talk.slack.mention(MIA, OPS, "status")
    await talk.slack.event(delivery.payload["event"] | {"type": "message", "channel_type": "channel"})
    await talk.conversation.supervisor.idle()

    assert len(talk.slack.messages(OPS)) == 1
