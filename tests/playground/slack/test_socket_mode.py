import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ManualClock, SlackEmulator, faults
from tests.playground.slack.conftest import SHORT, bolt_app, serving


@pytest.fixture
async def hasty(clock: ManualClock) -> AsyncIterator[SlackEmulator]:
    """A workspace whose patience for an ack is short."""
    async with SlackEmulator(clock=clock, ack_timeout=SHORT) as emulator:
        yield emulator


async def new_url(slack: SlackEmulator) -> str:
    answer = await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token)
    return str(answer["url"])


@asynccontextmanager
async def socket(slack: SlackEmulator) -> AsyncIterator[ClientWebSocketResponse]:
    """A bare socket after its hello, which acks nothing by itself."""
    async with ClientSession() as session, session.ws_connect(await new_url(slack)) as stream:
        await stream.receive_json()
        yield stream


async def ack(stream: ClientWebSocketResponse) -> dict[str, Any]:
    envelope: dict[str, Any] = await stream.receive_json()
    await stream.send_json({"envelope_id": envelope["envelope_id"]})
    return envelope


async def test_the_hello_counts_connections(slack: SlackEmulator) -> None:
    async with ClientSession() as session, socket(slack), session.ws_connect(await new_url(slack)) as second:
        hello = await second.receive_json()

    assert (hello["type"], hello["num_connections"]) == ("hello", 2)
    assert hello["debug_info"]["approximate_connection_time"] > 0


async def test_a_url_works_once(slack: SlackEmulator) -> None:
    url = await new_url(slack)
    async with ClientSession() as session, session.ws_connect(url):
        with pytest.raises(WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_ping_is_answered(slack: SlackEmulator) -> None:
    async with ClientSession() as session, session.ws_connect(await new_url(slack), autoping=False) as stream:
        await stream.receive_json()
        await stream.ping(b"there?")
        answer = await stream.receive()

    assert (answer.type, bytes(answer.data)) == (WSMsgType.PONG, b"there?")


async def test_each_envelope_goes_to_exactly_one_of_several_sockets(slack: SlackEmulator) -> None:
    async with socket(slack) as first, socket(slack) as second, asyncio.TaskGroup() as tasks:
        taken = [tasks.create_task(ack(first)), tasks.create_task(ack(second))]
        for text in ("one", "two"):
            await slack.slash("olga", "ops", "/dapr", text)

    assert sorted(task.result()["payload"]["text"] for task in taken) == ["one", "two"]
    assert [envelope.outcome for envelope in slack.envelopes] == ["acked", "acked"]


async def test_the_eleventh_socket_is_sent_away(slack: SlackEmulator) -> None:
    async with ClientSession() as session:
        ten = [await session.ws_connect(await new_url(slack)) for _ in range(10)]
        eleventh = await session.ws_connect(await new_url(slack))
        goodbye = await eleventh.receive_json()
        ending = await eleventh.receive()
        for stream in ten:
            await stream.close()

    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")
    assert ending.type is WSMsgType.CLOSE


async def test_a_warning_leaves_the_socket_open(slack: SlackEmulator) -> None:
    async with socket(slack) as stream:
        await slack.disconnect("warning")

        assert (await stream.receive_json())["reason"] == "warning"
        assert slack.sockets == 1


async def test_nobody_hears_a_command_while_no_socket_is_open(slack: SlackEmulator) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr")

    assert (gesture.error, gesture.acked) == ("dispatch_failed", False)


async def test_a_command_without_an_ack_times_out_for_the_user(hasty: SlackEmulator) -> None:
    async with socket(hasty):
        gesture = await hasty.slash("olga", "ops", "/dapr", "status")

    assert (gesture.error, gesture.acked, gesture.latency) == ("operation_timeout", False, None)


async def test_a_late_ack_is_noted_and_changes_nothing(hasty: SlackEmulator) -> None:
    async with socket(hasty) as stream:
        gesture = await hasty.slash("olga", "ops", "/dapr")
        await ack(stream)
        await hasty.wait_for(lambda: hasty.violations)

    assert gesture.error == "operation_timeout"
    assert [(v.code, v.refused) for v in hasty.violations] == [("late_ack", False)]


@pytest.mark.parametrize("frame", ["nonsense", "[]", '{"envelope_id": 5}', '{"envelope_id": "x", "payload": "text"}'])
async def test_an_ack_that_makes_no_sense_is_noted(slack: SlackEmulator, frame: str) -> None:
    async with socket(slack) as stream:
        await stream.send_str(frame)
        await slack.wait_for(lambda: slack.violations)

    assert slack.violations[0].code == "malformed_ack"


async def test_an_event_comes_again_until_the_fourth_time(hasty: SlackEmulator, clock: ManualClock) -> None:
    async with socket(hasty) as stream:
        delivery = await hasty.mention("mia", "ops", "status")
        await hasty.wait_for(lambda: len(delivery.attempts) == 2)
        clock.advance(timedelta(minutes=1))
        await hasty.wait_for(lambda: len(delivery.attempts) == 3)
        clock.advance(timedelta(minutes=5))
        await hasty.wait_for(lambda: delivery.is_over)
        frames = [await stream.receive_json() for _ in range(4)]

    assert [(f["retry_attempt"], f["retry_reason"]) for f in frames] == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert {f["payload"]["event_id"] for f in frames} == {delivery.event_id}
    assert not delivery.acked


async def test_a_workspace_that_closes_gives_up_what_it_would_redeliver(clock: ManualClock) -> None:
    async with SlackEmulator(clock=clock) as slack:
        delivery = await slack.mention("mia", "ops", "status")
        await slack.wait_for(lambda: len(delivery.attempts) == 2)

    assert [attempt.outcome for attempt in delivery.attempts] == ["no_socket", "no_socket"]
    assert not delivery.is_over


async def test_redelivery_ends_with_the_first_ack(hasty: SlackEmulator) -> None:
    async with socket(hasty) as stream:
        delivery = await hasty.mention("mia", "ops", "status")
        await stream.receive_json()
        await ack(stream)
        await hasty.wait_for(lambda: delivery.is_over)

    assert delivery.acked
    assert len(delivery.attempts) == 2


async def test_bolt_sees_the_redelivery_of_an_acked_event_twice(slack: SlackEmulator) -> None:
    heard: list[str] = []
    app = bolt_app(slack)

    async def on_mention(body: dict[str, Any]) -> None:
        heard.append(body["event_id"])
        slack.journal.changes.announce()

    app.event("app_mention")(on_mention)
    async with serving(slack, app):
        delivery = await slack.mention("mia", "ops", "status")
        await slack.redeliver(delivery)
        await slack.wait_for(lambda: len(heard) == 2)

    assert heard == [delivery.event_id] * 2
    assert [envelope.retry_attempt for envelope in slack.envelopes] == [0, 1]


async def test_the_bot_hears_no_mention_in_a_channel_without_it(slack: SlackEmulator) -> None:
    async with socket(slack):
        delivery = await slack.mention("mia", "random", "status")

    assert (delivery.attempts, slack.envelopes) == ([], ())


@pytest.mark.parametrize("ending", ["refresh_requested", "drop"])
async def test_bolt_comes_back_after_its_socket_ended(slack: SlackEmulator, ending: str) -> None:
    app = bolt_app(slack)

    async def on_command(ack: AsyncAck) -> None:
        await ack()

    app.command("/dapr")(on_command)
    async with serving(slack, app):
        if ending == "drop":
            assert slack.drop_sockets() == 1
        else:
            await slack.disconnect(ending)
        await slack.wait_for(lambda: len([c for c in slack.calls if c.method == "apps.connections.open"]) == 2)
        await slack.connected()
        gesture = await slack.slash("olga", "ops", "/dapr")

    assert gesture.acked


async def test_a_socket_is_refreshed_when_its_time_has_come(slack: SlackEmulator, clock: ManualClock) -> None:
    slack.refresh_sockets_after(timedelta(hours=5))

    async with ClientSession() as session, session.ws_connect(await new_url(slack)) as stream:
        hello = await stream.receive_json()
        clock.advance(timedelta(hours=5) - timedelta(seconds=10))
        warning = await stream.receive_json()
        open_while_warned = slack.sockets
        clock.advance(timedelta(seconds=10))
        goodbye = await stream.receive_json()

    assert hello["debug_info"]["approximate_connection_time"] == 18_000
    assert [(said["type"], said["reason"]) for said in (warning, goodbye)] == [
        ("disconnect", "warning"),
        ("disconnect", "refresh_requested"),
    ]
    assert (open_while_warned, slack.sockets) == (1, 0)


async def test_bolt_goes_on_over_a_new_socket_after_each_refresh(slack: SlackEmulator, clock: ManualClock) -> None:
    app = bolt_app(slack)

    async def on_command(ack: AsyncAck) -> None:
        await ack()

    app.command("/dapr")(on_command)
    slack.refresh_sockets_after(timedelta(hours=1))
    async with serving(slack, app):
        clock.advance(timedelta(hours=1))
        await slack.wait_for(lambda: len([c for c in slack.calls if c.method == "apps.connections.open"]) == 2)
        await slack.connected()
        gesture = await slack.slash("olga", "ops", "/dapr")

    assert gesture.acked


async def test_the_other_name_of_the_handler_works_too(slack: SlackEmulator) -> None:
    app = bolt_app(slack)

    async def on_command(ack: AsyncAck) -> None:
        await ack()

    app.command("/dapr")(on_command)
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    gesture = await slack.slash("olga", "ops", "/dapr")
    await handler.close_async()  # type: ignore[no-untyped-call]

    assert gesture.acked


async def test_a_lost_delivery_takes_its_socket_with_it_and_comes_again_over_the_other(slack: SlackEmulator) -> None:
    slack.faults.plan("envelope", faults.lost())

    async with socket(slack) as first, socket(slack) as second:
        delivery = await slack.mention("mia", "ops", "status")
        frames = [await stream.receive() for stream in (first, second)]
        (envelope,) = (json.loads(frame.data) for frame in frames if frame.type is WSMsgType.TEXT)
        alive = first if frames[0].type is WSMsgType.TEXT else second
        await alive.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.wait_for(lambda: delivery.is_over)

    assert [attempt.outcome for attempt in delivery.attempts] == ["connection_failed", "acked"]
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "connection_failed")
