from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from playground.slack import Gesture, ImpossibleError, ManualClock, Message, SlackEmulator
from tests.playground.slack.conftest import SHORT, bolt_app, serving

OPS = "C0OPS00000"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


CONFIRM = {"title": plain("Share?"), "text": plain("Everybody will see it."), "confirm": plain("Share"), "deny": plain("No")}
BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("Share"), "action_id": "share", "value": "status", "confirm": CONFIRM},
            {"type": "overflow", "action_id": "more", "options": [{"text": plain("Snooze"), "value": "snooze"}]},
        ],
    }
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "why",
    "title": plain("Accept"),
    "submit": plain("Go"),
    "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "reason", "label": plain("Why"), "element": {"type": "plain_text_input", "action_id": "text"}}
    ],
}


@pytest.fixture
async def app(slack: SlackEmulator) -> AsyncIterator[AsyncApp]:
    """A bolt app that acks every command and every press of `share`."""
    bolt = bolt_app(slack)

    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(command["text"])

    async def on_press(ack: AsyncAck) -> None:
        await ack()

    bolt.command("/dapr")(on_command)
    bolt.action("share")(on_press)
    bolt.action("more")(on_press)
    async with serving(slack, bolt):
        yield bolt


async def card(slack: SlackEmulator, client: AsyncWebClient) -> Message:
    await client.chat_postMessage(channel=OPS, text="status", blocks=BUTTONS)
    return slack.messages("ops")[-1]


async def answered(gesture: Gesture, **more: Any) -> int:
    """The HTTP status after one POST to the response_url through the SDK's own client."""
    response = await AsyncWebhookClient(gesture.response_url).send_dict(more)
    return response.status_code


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


async def test_a_response_url_answers_five_times(slack: SlackEmulator, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    statuses = [await answered(gesture, text=str(number)) for number in range(6)]

    assert statuses == [200] * 5 + [404]
    assert [m.text for m in gesture.messages] == ["0", "1", "2", "3", "4"]
    assert slack.calls[-1].error == "used_url"


async def test_a_response_url_answers_for_thirty_minutes(slack: SlackEmulator, clock: ManualClock, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    clock.advance(timedelta(minutes=30))
    in_time = await answered(gesture, text="x")
    clock.advance(timedelta(seconds=1))

    assert (in_time, await answered(gesture, text="x")) == (200, 404)


async def test_an_answer_is_private_unless_it_says_in_channel(slack: SlackEmulator, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "random", "/dapr")

    await answered(gesture, text="for you")
    await answered(gesture, text="for all", response_type="in_channel")

    assert [m.text for m in slack.ephemerals("random", "olga")] == ["for you"]
    assert [m.text for m in slack.messages("random")] == ["for all"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "x", "response_type": "loud"},
        {"text": "x", "channel": OPS},
        {"blocks": [{"type": "x"}]},
        {"text": "x", "thread_ts": "1"},
    ],
)
async def test_an_answer_that_makes_no_sense_is_refused(slack: SlackEmulator, app: AsyncApp, body: dict[str, Any]) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    assert await answered(gesture, **body) == 400
    assert gesture.messages == ()


async def test_the_original_is_replaced_and_deleted_also_when_ephemeral(slack: SlackEmulator) -> None:
    bolt = bolt_app(slack)

    async def on_press(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("shared", replace_original=True)
        await respond(delete_original=True)

    async def on_command(ack: AsyncAck) -> None:
        await ack(text="status", blocks=BUTTONS)

    bolt.command("/dapr")(on_command)
    bolt.action("share")(on_press)
    async with serving(slack, bolt):
        (message,) = (await slack.slash("olga", "ops", "/dapr")).messages
        await slack.click("olga", message, "share")
        await slack.wait_for(lambda: slack.now(message).is_deleted)

    gone = slack.now(message)
    assert gone.text == "shared"
    assert [edition.text for edition in gone.editions] == ["status"]


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackEmulator, clock: ManualClock, client: AsyncWebClient, app: AsyncApp
) -> None:
    first, second = [await slack.slash("olga", "ops", "/dapr") for _ in range(2)]
    codes = []

    view = await client.views_open(trigger_id=first.trigger_id, view=MODAL)
    clock.advance(timedelta(seconds=4))
    for trigger in (first.trigger_id, second.trigger_id, "made.up"):
        with pytest.raises(SlackApiError) as refusal:
            await client.views_open(trigger_id=trigger, view=MODAL)
        codes.append(refusal.value.response["error"])

    assert view["view"]["callback_id"] == "why"
    assert codes == ["exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"]


async def test_a_modal_is_submitted_refused_updated_and_closed(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"reason": "too short"}},
        {"response_action": "update", "view": MODAL | {"title": plain("Again")}},
        {},
    ]

    async def on_submit(ack: AsyncAck) -> None:
        await ack(**answers.pop(0))

    app.view("why")(on_submit)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]
    values = {"reason": {"text": {"type": "plain_text_input", "value": "because"}}}

    refused = await slack.submit("olga", view_id, values)
    await slack.submit("olga", view_id, values)
    (shown,) = slack.workspace.views.stacks[slack.user("olga").id]
    await slack.submit("olga", view_id, values)

    assert refused.ack == {"response_action": "errors", "errors": {"reason": "too short"}}
    assert refused.payload["view"]["state"]["values"] == values
    assert shown.definition["title"] == plain("Again")
    assert slack.workspace.views.stacks[slack.user("olga").id] == []
    assert slack.violations == ()


async def test_errors_for_a_field_that_is_not_there_are_noted(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    async def on_submit(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"typo": "x"})

    app.view("why")(on_submit)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]
    await slack.submit("olga", view_id)

    assert [v.code for v in slack.violations] == ["invalid_errors"]


async def test_closing_a_modal_is_told_when_it_asked_for_that(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    async def on_close(ack: AsyncAck) -> None:
        await ack()

    app.view_closed("why")(on_close)
    gesture = await slack.slash("olga", "ops", "/dapr")
    view_id = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]["id"]

    closed = await slack.close_view("olga", view_id)

    assert closed.acked
    assert closed.payload["type"] == "view_closed"


async def test_a_view_is_updated_with_its_hash_and_the_home_is_drawn(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")
    view = (await client.views_open(trigger_id=gesture.trigger_id, view=MODAL))["view"]
    home = {"type": "home", "blocks": [{"type": "divider"}]}

    await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    with pytest.raises(SlackApiError) as refusal:
        await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    await client.views_publish(user_id=slack.user("olga").id, view=home)

    assert refusal.value.response["error"] == "hash_conflict"
    assert slack.workspace.views.homes[slack.user("olga").id].definition == home


async def test_a_bad_modal_is_refused_with_its_place(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    with pytest.raises(SlackApiError) as refusal:
        await client.views_open(trigger_id=gesture.trigger_id, view=MODAL | {"title": plain("x" * 25)})

    assert refusal.value.response["error"] == "invalid_arguments"
    assert slack.violations[0].pointer == "/view/title/text"
