"""The inspector's lines."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ManualClock, SlackEmulator
from tests.playground.page.conftest import Browser
from tests.playground.slack.conftest import bolt_app, serving
from tests.playground.slack.samples import OPS, plain


@pytest.fixture
async def connected(slack: SlackEmulator) -> AsyncIterator[None]:
    bolt = bolt_app(slack)

    async def on_command(ack: AsyncAck) -> None:
        await ack("healthy")

    bolt.command("/dapr")(on_command)
    async with serving(slack, bolt):
        yield


async def lines(browser: Browser) -> list[Any]:
    listed: list[Any] = (await browser.get("/page/journal"))["lines"]
    return [line for line in listed if line["title"] not in {"auth.test", "apps.connections.open"}]


async def test_an_envelope_shows_ack_and_latency(browser: Browser, slack: SlackEmulator, connected: None) -> None:
    await slack.slash("olga", "ops", "/dapr", "status")

    (line,) = await lines(browser)
    detail = await browser.get(f"/page/journal/{line['id']}")

    assert (line["kind"], line["title"], line["about"], line["outcome"], line["is_bad"]) == (
        "envelope",
        "slash_commands",
        "/dapr status",
        "acked",
        False,
    )
    assert line["latency"] > 0
    assert detail["envelope"]["payload"]["command"] == "/dapr"
    assert detail["ack"] == {"text": "healthy"}


async def test_an_envelope_that_nobody_took_is_bad(browser: Browser, slack: SlackEmulator) -> None:
    await slack.slash("olga", "ops", "/dapr", "status")

    (line,) = await lines(browser)

    assert (line["outcome"], line["is_bad"], line["latency"]) == ("no_socket", True, None)


async def test_a_refused_call_shows_what_was_wrong(browser: Browser, bot: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError):
        await bot.chat_postMessage(channel=OPS, text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])

    (line,) = await lines(browser)
    detail = await browser.get(f"/page/journal/{line['id']}")

    assert (line["outcome"], line["is_bad"]) == ("invalid_blocks", True)
    assert [(note["code"], note["pointer"], note["refused"]) for note in line["problems"]] == [("too_long", "/blocks/0/text/text", True)]
    assert (detail["arguments"]["channel"], detail["answer"]["error"]) == (OPS, "invalid_blocks")


async def test_lines_stand_in_order_of_time(browser: Browser, slack: SlackEmulator, bot: AsyncWebClient, clock: ManualClock) -> None:
    await bot.api_test()
    clock.advance(timedelta(seconds=1))
    await slack.slash("olga", "ops", "/dapr", "status")
    clock.advance(timedelta(seconds=1))
    await bot.chat_postMessage(channel=OPS, text="done")

    assert [line["title"] for line in await lines(browser)] == ["api.test", "slash_commands", "chat.postMessage"]


async def test_totals_count_everything(browser: Browser, bot: AsyncWebClient) -> None:
    await bot.chat_postMessage(channel=OPS, text="<!channel> hello")

    totals = (await browser.get("/page/journal"))["totals"]

    assert totals == {"envelopes": 0, "calls": 1, "violations": 0, "pings": 1, "sockets": 0}


@pytest.mark.parametrize("wanted", ["call-99", "envelope-0", "call-x", "moon-1", "call--1"])
async def test_a_line_that_is_not_there_says_so(browser: Browser, wanted: str) -> None:
    assert await browser.get(f"/page/journal/{wanted}", status=404) == {"error": "there is no such line"}
