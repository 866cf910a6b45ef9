"""What Slack is told at once, whatever becomes of the rest."""

import asyncio

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp

from handlers import preflight, transport
from handlers.views.approval import DENY, REASON
from playground.slack import SlackEmulator
from playground.slack.people import MIA, PAVEL
from tests.handlers.conftest import OPS, Talk, settings_of
from tests.handlers.rotations import asked, card, form, newest
from tests.handlers.transcript import of_slack


async def test_a_person_who_asks_too_fast_is_told_so_in_the_ack(talk: Talk) -> None:
    gestures = [await talk.slash("help") for _ in range(11)]

    assert all(gesture.acked for gesture in gestures)
    assert gestures[-1].ack == {"text": "You ask faster than I can answer. Please wait a minute."}
    assert [gesture.ack for gesture in gestures[:-1]] == [None] * 10


async def test_a_flood_is_acked_and_leads_to_one_look_each_ten(talk: Talk) -> None:
    talk.sweeper.gate = asyncio.Event()

    gestures = await asyncio.gather(*(talk.slack.slash(MIA, OPS, "/dapr", "status") for _ in range(100)))

    assert all(gesture.acked for gesture in gestures)
    assert talk.conversation.supervisor.running <= 10
    talk.sweeper.gate.set()
    await talk.conversation.supervisor.idle()
    assert talk.sweeper.sweeps <= 10


async def test_a_form_that_comes_too_fast_stays_open_with_what_was_typed(talk: Talk) -> None:
    await asked(talk)
    await talk.click(card(talk), DENY, PAVEL)
    for _ in range(9):
        await talk.slash("help", PAVEL)

    gesture = await talk.submit(form(talk, PAVEL), "Not on a Friday.", PAVEL)

    assert gesture.ack == {"response_action": "errors", "errors": {REASON: "You ask faster than I can answer. Please wait a minute."}}
    assert len(talk.slack.workspace.views.stacks[PAVEL.id]) == 1
    assert newest(talk).request.votes == ()


async def test_a_command_that_the_settings_do_not_name_says_how_to_mend_that(talk: Talk) -> None:
    gesture = await talk.slash("status", command="/warden")

    assert of_slack(gesture.messages[0]).startswith("Slack sent me `/warden`, but my settings say that I answer to `/dapr`.")
    assert "DAPR_WARDEN_COMMAND" in of_slack(gesture.messages[0])


async def test_a_button_of_another_version_is_answered(talk: Talk) -> None:
    block = {"type": "actions", "elements": [{"type": "button", "action_id": "long-gone", "text": {"type": "plain_text", "text": "Old"}}]}
    await talk.conversation.client.chat_postMessage(channel=OPS, text="old", blocks=[block])

    gesture = await talk.click(talk.slack.messages(OPS)[0], "long-gone")

    assert gesture.acked
    assert "This button belongs to another version of the bot." in gesture.messages[0].text


async def test_an_event_that_nobody_asked_for_is_acked_and_not_sent_again(talk: Talk) -> None:
    delivery = await talk.slack.event({"type": "member_joined_channel", "user": MIA.id, "channel": OPS})

    assert delivery.acked
    assert talk.slack.messages(OPS) == ()


async def test_a_listener_that_fails_before_its_ack_still_gets_a_word_to_the_person(
    slack: SlackEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    async with transport.session() as session:
        client = transport.web_client(settings_of(slack), session, retries=False)
        app = transport.bolt_app(client, await preflight.check(settings_of(slack), client))
        _register_broken(app)

        async with transport.sockets(app, slack.app_token, client, count=1):
            await slack.connected()
            gesture = await slack.slash(MIA, OPS, "/dapr", "status")

    assert gesture.ack == {"text": "That did not work; the bot's log says why."}
    assert "listener failed" in capsys.readouterr().out


def _register_broken(app: AsyncApp) -> None:
    async def broken(ack: AsyncAck) -> None:
        raise LookupError(f"before {ack}")

    app.command("/dapr")(broken)
