"""The stage over HTTP."""

import pytest
from aiohttp import ClientSession

from playground.page import page_of
from playground.slack import SlackEmulator
from tests.playground.page.conftest import Browser
from tests.playground.page.toy_stage import ToyStage


async def test_the_state_is_json(browser: Browser) -> None:
    state = await browser.get("/stage/state")

    assert (state["kind"], state["cluster"], state["now"], state["moved_by"]) == ("simulation", "prod-eu", "2026-11-23T12:00:00+00:00", 0)
    assert [one["id"] for one in state["scenarios"]] == ["healthy", "expires-soon"]
    assert state["tour"][1]["try_text"] == "/dapr status"
    assert (await browser.get("/page/setup"))["has_stage"] is True


async def test_wishes_reach_the_stage(browser: Browser, stage: ToyStage) -> None:
    await browser.post("/stage/play", 202, id="expires-soon")
    await browser.post("/stage/do", 202, id="newline")
    await browser.post("/stage/advance", 202, id="1d")

    assert stage.asked == ["play expires-soon", "do newline", "advance 1d"]
    assert (await browser.get("/stage/state"))["moved_by"] == 86_400


@pytest.mark.parametrize("verb", ["play", "do", "advance"])
async def test_what_cannot_be_done_says_so_in_a_sentence(browser: Browser, verb: str) -> None:
    answer = await browser.post(f"/stage/{verb}", 400, id="never")

    assert answer == {"error": "That cannot be done while the cluster is away."}


async def test_over_an_emulator_alone_there_is_no_stage() -> None:
    async with SlackEmulator(routes=(page_of(),)) as slack, ClientSession(slack.url) as session:
        browser = Browser(session)

        assert (await browser.get("/page/setup"))["has_stage"] is False
        assert "error" in await browser.get("/stage/state", 404)
        assert "error" in await browser.post("/stage/play", 404, id="healthy")
