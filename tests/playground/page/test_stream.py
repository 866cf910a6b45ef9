"""The page hears of every change, finds a restarted server, and is let go when the server ends."""

import asyncio
import json
from typing import Any

from aiohttp import ClientResponse, ClientSession, web

from playground.page import page_of
from playground.page.stream import Stream
from playground.slack import SlackEmulator
from tests.playground.page.conftest import Browser


async def heard(stream: ClientResponse) -> dict[str, Any]:
    async for line in stream.content:
        if line.startswith(b"data: "):
            event: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return event
    raise AssertionError("the stream ended")


async def test_a_change_is_told_at_once(browser: Browser, slack: SlackEmulator) -> None:
    async with asyncio.timeout(5), browser.session.get("/page/events") as stream:
        first = await heard(stream)
        slack.say("mia", "ops", "hello")
        second = await heard(stream)

    assert stream.content_type == "text/event-stream"
    assert second["version"] > first["version"]
    assert second["instance"] == first["instance"]


async def test_many_changes_in_one_breath_are_told_once(browser: Browser, slack: SlackEmulator) -> None:
    async with asyncio.timeout(5), browser.session.get("/page/events") as stream:
        first = await heard(stream)
        for _ in range(50):
            slack.journal.changes.announce()
        second = await heard(stream)

    assert second["version"] == first["version"] + 50


async def test_after_a_restart_it_is_another_instance() -> None:
    seen = []
    for _ in range(2):
        async with SlackEmulator(routes=(page_of(),)) as slack, ClientSession(slack.url) as session, session.get("/page/events") as stream:
            seen.append((await heard(stream))["instance"])

    assert seen[0] != seen[1]


async def test_the_end_of_the_server_waits_for_no_page() -> None:
    loop = asyncio.get_running_loop()
    async with ClientSession() as session:
        async with SlackEmulator(routes=(page_of(),)) as slack:
            stream = await session.get(f"{slack.url}/page/events")
            await heard(stream)
            ending = loop.time()
        assert loop.time() - ending < 0.9, "a page that listens must not use up the patience of the shutdown"
        stream.close()


async def test_it_breathes_when_nothing_happens() -> None:
    def breathing(app: web.Application, slack: SlackEmulator) -> None:
        stream = Stream(slack.journal.changes, instance="x", breath_seconds=0.01)
        app.on_shutdown.append(stream.end)
        app.router.add_get("/page/events", stream.serve)

    async with (
        SlackEmulator(routes=(breathing,)) as slack,
        ClientSession(slack.url) as session,
        asyncio.timeout(5),
        session.get("/page/events") as stream,
    ):
        await heard(stream)
        breath = [await stream.content.readline() for _ in range(2)]

    assert b": still here\n" in breath
