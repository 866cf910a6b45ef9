from datetime import timedelta

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ImpossibleError, ManualClock, Message, SlackEmulator
from tests.playground.slack.conftest import SHORT, bolt_app, serving
from tests.playground.slack.samples import BUTTONS, CONFIRM, OPS


async def card(slack: SlackEmulator, client: AsyncWebClient) -> Message:
    await client.chat_postMessage(channel=OPS, text="status", blocks=BUTTONS)
    return slack.messages("ops")[-1]


async def test_a_command_is_acked_with_a_private_text(slack: SlackEmulator, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr", "status")

    assert gesture.acked
    assert gesture.latency is not None
    assert gesture.latency < timedelta(seconds=1)
    assert gesture.ack == {"text": "status"}
    assert [(m.text, m.visible_to) for m in gesture.messages] == [("status", slack.user("olga").id)]
    assert slack.violations == ()


async def test_the_payload_says_who_and_where(slack: SlackEmulator, app: AsyncApp) -> None:
    gesture = await slack.slash("sam", "partners", "/dapr", "status")

    assert {key: gesture.payload[key] for key in ("user_id", "team_id", "channel_name", "command", "text")} == {
        "user_id": slack.user("sam").id,
        "team_id": "T0PARTNERS",
        "channel_name": "partners",
        "command": "/dapr",
        "text": "status",
    }


async def test_an_unknown_command_never_leaves_the_client() -> None:
    async with SlackEmulator(commands=("/dapr",)) as slack:
        gesture = await slack.slash("olga", "ops", "/dupr")

    assert (gesture.error, slack.envelopes) == ("invalid_command", ())


@pytest.mark.parametrize(("user", "channel"), [("sam", "ops"), ("dora", "ops"), ("deployer", "ops")])
async def test_nobody_types_where_they_are_not(slack: SlackEmulator, user: str, channel: str) -> None:
    with pytest.raises(ImpossibleError):
        await slack.slash(user, channel, "/dapr")


async def test_a_listener_that_is_too_slow_leaves_the_user_with_an_error(clock: ManualClock) -> None:
    async with SlackEmulator(clock=clock, ack_timeout=SHORT) as slack:
        bolt = bolt_app(slack)

        async def on_command(ack: AsyncAck) -> None:
            await slack.wait_for(lambda: slack.gestures[0].error)
            await ack("too late")

        bolt.command("/dapr")(on_command)
        async with serving(slack, bolt):
            gesture = await slack.slash("olga", "ops", "/dapr")
            await slack.wait_for(lambda: slack.violations)

    assert (gesture.error, gesture.messages) == ("operation_timeout", ())
    assert [v.code for v in slack.violations] == ["late_ack"]


async def test_a_click_carries_the_button_and_its_confirm_is_known(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    message = await card(slack, client)

    gesture = await slack.click("olga", message, "share")

    (action,) = gesture.payload["actions"]
    assert gesture.acked
    assert gesture.confirm == CONFIRM
    assert (action["action_id"], action["value"], action["type"]) == ("share", "status", "button")
    assert gesture.payload["container"]["message_ts"] == message.ts
    assert gesture.payload["message"]["ts"] == message.ts


async def test_no_to_the_confirm_sends_nothing(slack: SlackEmulator, client: AsyncWebClient) -> None:
    gesture = await slack.click("olga", await card(slack, client), "share", confirmed=False)

    assert (gesture.error, slack.envelopes) == ("dismissed", ())


async def test_a_menu_carries_the_option(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    message = await card(slack, client)

    gesture = await slack.click("olga", message, "more", option="snooze")

    assert gesture.payload["actions"][0]["selected_option"]["value"] == "snooze"
    with pytest.raises(ImpossibleError):
        await slack.click("olga", message, "more", option="explode")


async def test_only_what_is_there_can_be_clicked(slack: SlackEmulator, client: AsyncWebClient) -> None:
    message = await card(slack, client)

    with pytest.raises(ImpossibleError, match="no element 'approve'"):
        await slack.click("olga", message, "approve")
    with pytest.raises(ImpossibleError, match="sam is not in ops"):
        await slack.click("sam", message, "share")
    await client.chat_update(channel=OPS, ts=message.ts, text="decided")
    with pytest.raises(ImpossibleError, match="it has \\[\\]"):
        await slack.click("olga", message, "share")
    slack.delete(message)
    with pytest.raises(ImpossibleError, match="cannot see"):
        await slack.click("olga", message, "share")


async def test_an_ephemeral_is_clicked_by_its_reader_only_and_comes_without_message(
    slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp
) -> None:
    await client.chat_postEphemeral(channel=OPS, user=slack.user("olga").id, text="status", blocks=BUTTONS)
    (message,) = slack.ephemerals("ops", "olga")

    gesture = await slack.click("olga", message, "share")

    assert gesture.payload["container"]["is_ephemeral"] is True
    assert "message" not in gesture.payload
    with pytest.raises(ImpossibleError):
        await slack.click("oscar", message, "share")
