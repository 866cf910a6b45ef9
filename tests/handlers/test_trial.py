"""The test of the alert path over the real delivery and a strict Slack: what the channel sees, whatever happens on the way."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import store as sqlite
from bot.model.alert import Backlog, Reason
from bot.usecases.trial import BETWEEN, Arrived, TooSoon, Trial, Waiting
from handlers.delivery import Delivery
from playground.slack import ManualClock, SlackEmulator, faults
from tests.handlers.desk import CHANNEL, Desk
from tests.handlers.transcript import of_slack


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    clock = ManualClock()
    async with SlackEmulator(clock=clock) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        yield Desk(slack, client, clock)
        assert slack.violations == ()


def a_trial(desk: Desk, *, patience_seconds: float = 60.0) -> Trial:
    delivery = desk.delivery
    return Trial(
        store=desk.store,
        clock=desk.clock,
        cluster="prod-eu",
        arrival=delivery.arrival,
        ring=delivery.ring,
        patience_seconds=patience_seconds,
    )


async def everything_said(desk: Desk) -> None:
    async with asyncio.timeout(5):
        while (await desk.store.backlog()).count:  # noqa: ASYNC110 - a memory has no event to wait for
            await asyncio.sleep(0)


@asynccontextmanager
async def running(delivery: Delivery) -> AsyncGenerator[None]:
    task = asyncio.ensure_future(delivery.run())
    try:
        yield
    finally:
        delivery.stop()
        await task


async def test_the_card_arrives_says_that_it_is_a_test_and_ends_as_one(desk: Desk) -> None:
    async with running(desk.delivery):
        tried = await a_trial(desk)()
        await everything_said(desk)

    assert isinstance(tried, Arrived)
    assert (tried.place.channel, tried.place.ts) == (CHANNEL, desk.card.ts)
    assert of_slack(desk.card).splitlines()[0] == "🟢 prod-eu · TEST · it arrived, nothing is wrong"
    assert desk.replies == ()
    assert await desk.store.cards() == ()
    assert await desk.store.backlog() == Backlog()


async def test_the_first_that_stands_there_frightens_nobody_either(desk: Desk) -> None:
    trying = asyncio.ensure_future(a_trial(desk)())
    async with running(desk.delivery):
        await trying
    (posted, *_) = [call for call in desk.slack.calls if call.method == "chat.postMessage"]

    assert posted.arguments["text"] == ":large_blue_circle: prod-eu · TEST · nothing is wrong, please ignore this"


async def test_it_waits_while_slack_is_away_and_ends_by_itself_later(desk: Desk) -> None:
    desk.slack.faults.plan("chat.postMessage", faults.error("not_in_channel"))

    async with running(desk.delivery):
        tried = await a_trial(desk, patience_seconds=0.3)()
        desk.clock.advance(BETWEEN)
        desk.delivery.ring()
        await everything_said(desk)

    assert isinstance(tried, Waiting)
    assert "it arrived, nothing is wrong" in desk.card.text


async def test_no_second_one_is_sent_while_one_waits(desk: Desk) -> None:
    trial = a_trial(desk, patience_seconds=0.01)
    began_at = desk.clock.now()
    await trial()
    desk.clock.advance(2 * BETWEEN)

    again = await trial()

    assert again == Waiting(since_at=began_at)
    assert (await desk.store.backlog()).count == 2


async def test_only_one_a_minute(desk: Desk) -> None:
    trial = a_trial(desk)
    async with running(desk.delivery):
        await trial()
        again_at = desk.clock.now() + BETWEEN
        await everything_said(desk)

        assert await trial() == TooSoon(again_at=again_at)
        desk.clock.advance(BETWEEN)
        assert isinstance(await trial(), Arrived)


async def test_a_process_that_dies_in_between_leaves_nothing_open(desk: Desk) -> None:
    """What must be said about the end is in the outbox before the card is in the channel."""
    await a_trial(desk, patience_seconds=0.01)()
    outgoing = await desk.store.claim_next(desk.clock.now())
    assert outgoing is not None

    reborn = Delivery(desk.client, desk.store, desk.clock, CHANNEL)
    await reborn.deliver_pending()

    assert "it arrived, nothing is wrong" in desk.card.text
    assert reborn.said_at() == desk.clock.now()


async def test_real_cards_are_not_disturbed(desk: Desk) -> None:
    await desk.say(Reason.OPENED)
    before = desk.card

    async with running(desk.delivery):
        await a_trial(desk)()
        await everything_said(desk)

    assert (desk.cards[0].text, len(desk.cards)) == (before.text, 2)


async def test_what_was_begun_before_a_restart_is_ended_after_it(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/memory.sqlite3"
    async with sqlite.opened(url) as memory:
        delivery = Delivery(desk.client, memory, desk.clock, CHANNEL)
        quiet = Trial(
            store=memory, clock=desk.clock, cluster="prod-eu", arrival=delivery.arrival, ring=delivery.ring, patience_seconds=0.01
        )
        await quiet()

    async with sqlite.opened(url) as memory:
        await Delivery(desk.client, memory, desk.clock, CHANNEL).deliver_pending()

    assert "it arrived, nothing is wrong" in desk.card.text
