"""What one person sees."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import SlackEmulator
from tests.playground.page.conftest import Browser
from tests.playground.slack.samples import OPS, plain

ROLES = {
    "olga": "Operator",
    "oscar": "Operator",
    "pavel": "Approver",
    "petra": "Approver",
    "ada": "Admin",
    "mia": "Member",
    "gus": "Guest",
    "uma": "Guest of one channel",
    "sam": "Stranger, another team",
    "dora": "Deactivated",
    "dapr-warden": "App",
}


async def test_everybody_has_the_role_that_matters(browser: Browser) -> None:
    screen = await browser.get("/page/screen", user="olga")
    people = {one["name"]: one for one in screen["people"]}

    assert {name: people[name]["role"] for name in ROLES} == ROLES
    assert [name for name in ROLES if not people[name]["can_act"]] == ["dora", "dapr-warden"]


@pytest.mark.parametrize(("user", "sees"), [("olga", True), ("sam", False), ("uma", False)])
async def test_only_members_see_a_channel(browser: Browser, user: str, sees: bool) -> None:  # noqa: FBT001 - a column of the table
    screen = await browser.get("/page/screen", user=user, channel="ops-private")
    names = {one["name"] for one in screen["channels"]}

    assert ("ops-private" in names) is sees
    assert (screen["channel"] == "G0PRIVATE0") is sees


async def test_an_ephemeral_is_for_its_reader_only(browser: Browser, slack: SlackEmulator, bot: AsyncWebClient) -> None:
    await bot.chat_postEphemeral(channel=OPS, user=slack.user("olga").id, text="psst")

    hers = await browser.get("/page/screen", user="olga", channel="ops")
    his = await browser.get("/page/screen", user="oscar", channel="ops")
    await browser.post("/control/reload", user="olga")
    later = await browser.get("/page/screen", user="olga", channel="ops")

    assert [(one["text"], one["is_ephemeral"]) for one in hers["messages"]] == [("psst", True)]
    assert his["messages"] == later["messages"] == []


async def test_news_are_heads_and_broadcasts_of_others(browser: Browser, slack: SlackEmulator, bot: AsyncWebClient) -> None:
    parent = slack.say("mia", "ops", f"<@{slack.user('olga').id}> look")
    slack.say("mia", "ops", "quietly", parent.ts)
    loud = await bot.chat_postMessage(channel=OPS, text="loudly", thread_ts=parent.ts, reply_broadcast=True)
    slack.say("olga", "ops", "her own")

    ops = next(one for one in (await browser.get("/page/screen", user="olga"))["channels"] if one["name"] == "ops")

    assert ops["news"] == [{"ts": parent.ts, "for_me": True}, {"ts": loud["ts"], "for_me": False}]


async def test_a_deleted_head_stays_as_long_as_its_thread(browser: Browser, slack: SlackEmulator) -> None:
    parent, other = slack.say("mia", "ops", "head"), slack.say("mia", "ops", "alone")
    slack.say("olga", "ops", "reply", parent.ts)
    slack.delete(parent)
    slack.delete(other)

    shown = (await browser.get("/page/screen", user="olga", channel="ops"))["messages"]

    assert [(one["is_deleted"], "text" in one) for one in shown] == [(True, False), (False, True)]


async def test_an_edited_message_says_when(browser: Browser, bot: AsyncWebClient) -> None:
    posted = await bot.chat_postMessage(channel=OPS, text="first")
    await bot.chat_update(channel=OPS, ts=posted["ts"], text="second")

    (shown,) = (await browser.get("/page/screen", user="olga", channel="ops"))["messages"]

    assert (shown["text"], shown["edited_at"][:19]) == ("second", "2026-11-23T12:00:00")


async def test_a_broken_rule_stands_beside_its_message(browser: Browser, bot: AsyncWebClient) -> None:
    header = [{"type": "header", "text": plain("x")}]
    with pytest.warns(UserWarning, match="top-level `text`"):
        untold = await bot.chat_postMessage(channel=OPS, blocks=header)
    rung = await bot.chat_postMessage(channel=OPS, text="<!here> look")
    with pytest.raises(SlackApiError):
        await bot.chat_postMessage(channel=OPS, text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])

    screen = await browser.get("/page/screen", user="olga", channel="ops")
    elsewhere = await browser.get("/page/screen", user="olga", channel="general")

    told = [(one["ts"], one["error"], [note["code"] for note in one["notes"]]) for one in screen["troubles"]]
    assert told == [(untold["ts"], "", ["missing_text"]), (rung["ts"], "", ["ping"]), ("", "invalid_blocks", ["too_long"])]
    assert screen["faults"] == 3
    assert elsewhere["troubles"] == []


async def test_a_broken_rule_of_an_answer_stands_in_its_channel(browser: Browser, slack: SlackEmulator) -> None:
    gesture = await slack.slash("olga", "ops", "/dapr", "status")
    await browser.raw("POST", gesture.response_url, json={"text": "<!channel> hear"})

    (trouble,) = (await browser.get("/page/screen", user="olga", channel="ops"))["troubles"]

    assert (trouble["method"], trouble["notes"][0]["code"]) == ("response_url", "ping")


async def test_nobody_has_no_screen(browser: Browser) -> None:
    assert await browser.get("/page/screen", status=404, user="nobody") == {"error": "user_not_found"}


@pytest.mark.parametrize(
    ("content", "kind", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\nxxxx", "picture", "image/png"),
        (b"<script>alert(1)</script>", "text", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text", "text/plain"),
        (b"\x00\x01\xff", "other", "application/octet-stream"),
        (b"\xe9t\xe9", "other", "application/octet-stream"),
    ],
)
async def test_a_file_is_shown_as_what_its_bytes_are(
    browser: Browser, bot: AsyncWebClient, content: bytes, kind: str, content_type: str
) -> None:
    await bot.files_upload_v2(channel=OPS, filename="x.html", file=content)

    (message,) = (await browser.get("/page/screen", user="olga", channel="ops"))["messages"]
    (file,) = message["files"]
    answer = await browser.raw("GET", file["url"])

    assert (file["kind"], answer.content_type, await answer.read()) == (kind, content_type, content)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (await browser.raw("GET", "/page/files/F404")).status == 404


async def test_a_reaction_is_added_and_taken_back(browser: Browser, slack: SlackEmulator) -> None:
    said = slack.say("mia", "ops", "hello")
    press: dict[str, Any] = {"user": "olga", "channel": "ops", "ts": said.ts, "name": "eyes"}

    await browser.post("/page/react", **press)
    once = slack.now(said)
    await browser.post("/page/react", **press)

    assert once == replace(said, reactions=(("eyes", slack.user("olga").id),))
    assert slack.now(said) == said
    assert "error" in await browser.post("/page/react", 400, **press | {"ts": "1"})
