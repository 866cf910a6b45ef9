from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.webhook.async_client import AsyncWebhookClient

from playground.slack import Gesture, ManualClock, SlackEmulator, faults
from tests.playground.slack.conftest import Serve, bolt_app
from tests.playground.slack.samples import BUTTONS, OPS


async def answered(gesture: Gesture, **more: Any) -> int:
    """The HTTP status after one POST to the response_url through the SDK's own client."""
    response = await AsyncWebhookClient(gesture.response_url, retry_handlers=[]).send_dict(more)
    return response.status_code


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


async def test_the_original_is_replaced_and_deleted_also_when_ephemeral(slack: SlackEmulator, serve: Serve) -> None:
    bolt = bolt_app(slack)

    async def on_press(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("shared", replace_original=True)
        await respond(delete_original=True)

    async def on_command(ack: AsyncAck) -> None:
        await ack(text="status", blocks=BUTTONS)

    bolt.command("/dapr")(on_command)
    bolt.action("share")(on_press)
    async with serve(slack, bolt):
        (message,) = (await slack.slash("olga", "ops", "/dapr")).messages
        await slack.click("olga", message, "share")
        await slack.wait_for(lambda: slack.now(message).is_deleted)

    gone = slack.now(message)
    assert gone.text == "shared"
    assert [edition.text for edition in gone.editions] == ["status"]


async def test_nothing_can_be_deleted_where_there_was_no_original(slack: SlackEmulator, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    assert await answered(gesture, delete_original=True) == 400


async def test_an_answer_can_have_its_effect_and_no_reply(slack: SlackEmulator, app: AsyncApp) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")
    slack.faults.plan("response_url", faults.no_answer())

    with pytest.raises(ClientError):
        await answered(gesture, text="later")

    assert [m.text for m in gesture.messages] == ["later"]


@pytest.mark.parametrize(("fault", "status"), [(faults.rate_limit(3), 429), (faults.server_error(502), 502)])
async def test_an_answer_can_meet_misfortune(slack: SlackEmulator, app: AsyncApp, fault: faults.Fault, status: int) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")
    slack.faults.plan("response_url", fault)

    assert await answered(gesture, text="later") == status
    assert gesture.messages == ()
