import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ManualClock, SlackEmulator, faults
from tests.playground.slack.conftest import client_of

OPS = "C0OPS00000"


async def post(client: AsyncWebClient) -> str:
    return str((await client.chat_postMessage(channel=OPS, text="card"))["ts"])


@pytest.fixture
async def limited(clock: ManualClock) -> AsyncIterator[SlackEmulator]:
    async with SlackEmulator(clock=clock, rate_limits=True) as emulator:
        yield emulator


async def test_effect_but_no_answer_posts_and_tells_nobody(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("chat.postMessage", faults.no_answer())

    with pytest.raises(ClientError):
        await post(client)

    assert [m.text for m in slack.messages("ops")] == ["card"]


async def test_the_clients_own_retry_then_makes_a_duplicate(slack: SlackEmulator) -> None:
    slack.faults.plan("chat.postMessage", faults.no_answer())

    await post(AsyncWebClient(slack.bot_token, base_url=slack.api_url))

    assert [m.text for m in slack.messages("ops")] == ["card", "card"]


async def test_no_effect_and_no_answer_posts_nothing(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("chat.postMessage", faults.no_effect())

    with pytest.raises(ClientError):
        await post(client)

    assert slack.messages("ops") == ()
    assert slack.calls[-1].error == "connection_dropped"


async def test_faults_hit_only_the_next_calls_of_their_method(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("chat.postMessage", faults.error("internal_error"), times=2)
    codes = []

    await client.auth_test()
    for _ in range(2):
        with pytest.raises(SlackApiError) as refusal:
            await post(client)
        codes.append(refusal.value.response["error"])
    await post(client)

    assert codes == ["internal_error"] * 2
    assert len(slack.messages("ops")) == 1


async def test_a_planned_429_carries_retry_after(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("*", faults.rate_limit(7))

    with pytest.raises(SlackApiError) as refusal:
        await post(client)

    assert (refusal.value.response.status_code, refusal.value.response.headers["Retry-After"]) == (429, "7")
    assert refusal.value.response["error"] == "ratelimited"
    assert slack.messages("ops") == ()


async def test_a_server_error_is_a_page_and_not_json(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("chat.postMessage", faults.server_error(503))

    with pytest.raises(SlackApiError) as refusal:
        await post(client)

    assert refusal.value.response.status_code == 503


async def test_a_slow_answer_comes_after_its_effect(slack: SlackEmulator, client: AsyncWebClient) -> None:
    released = asyncio.Event()
    slack.faults.plan("chat.postMessage", faults.held(released))

    async with asyncio.TaskGroup() as tasks:
        posting = tasks.create_task(post(client))
        (card,) = await slack.wait_for(lambda: slack.messages("ops"))
        assert not posting.done()
        released.set()

    assert posting.result() == card.ts


async def test_an_answer_later_than_the_clients_patience_is_a_timeout(slack: SlackEmulator) -> None:
    released = asyncio.Event()
    slack.faults.plan("chat.postMessage", faults.held(released))
    impatient = AsyncWebClient(slack.bot_token, base_url=slack.api_url, timeout=0.05, retry_handlers=[])  # type: ignore[arg-type]  # seconds

    with pytest.raises(TimeoutError):
        await post(impatient)
    released.set()

    assert len(slack.messages("ops")) == 1


async def test_one_message_a_second_goes_into_a_channel(limited: SlackEmulator, clock: ManualClock) -> None:
    client = client_of(limited)
    await post(client)

    with pytest.raises(SlackApiError) as refusal:
        await post(client)
    await client.chat_postMessage(channel="C0GENERAL0", text="another channel")
    clock.advance(timedelta(seconds=1))
    await post(client)

    assert (refusal.value.response.status_code, refusal.value.response.headers["Retry-After"]) == (429, "1")
    assert len(limited.messages("ops")) == 2


async def test_a_method_has_its_tier(limited: SlackEmulator, clock: ManualClock) -> None:
    client = client_of(limited)
    for _ in range(20):
        await client.usergroups_list()
    clock.advance(timedelta(seconds=40))

    with pytest.raises(SlackApiError) as refusal:
        await client.usergroups_list()
    clock.advance(timedelta(seconds=20))

    assert refusal.value.response.headers["Retry-After"] == "20"
    assert (await client.usergroups_list())["ok"]


async def test_the_sdks_own_rate_limit_handler_waits_and_succeeds(slack: SlackEmulator) -> None:
    slack.faults.plan("chat.postMessage", faults.rate_limit(0))
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[AsyncRateLimitErrorRetryHandler()])

    await post(client)

    assert [(c.status, c.error) for c in slack.calls] == [(429, "ratelimited"), (200, "")]


async def test_planned_faults_can_be_forgotten(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("chat.postMessage", faults.no_effect(), times=5)
    slack.faults.clear()

    assert await post(client)


async def test_a_fault_of_whichever_method_is_none_of_a_delivery(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.faults.plan("*", faults.error("internal_error"))

    await slack.slash("olga", "ops", "/dapr")
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.auth_test()
