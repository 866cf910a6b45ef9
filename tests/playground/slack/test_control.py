import asyncio
import signal
import sys
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import ManualClock, MovableClock, SlackEmulator
from playground.slack.loopback import require_loopback
from tests.playground.slack.conftest import bolt_app, listening, serving
from tests.playground.slack.menu_samples import option
from tests.playground.slack.samples import FILLED, MODAL

OPS = "C0OPS00000"


async def look(slack: SlackEmulator, sight: str, **query: str) -> Any:
    async with ClientSession() as session, session.get(f"{slack.url}/control/{sight}", params=query) as answer:
        assert answer.status == 200
        return await answer.json()


async def do(slack: SlackEmulator, deed: str, status: int = 200, **more: Any) -> Any:
    async with ClientSession() as session, session.post(f"{slack.url}/control/{deed}", json=more) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_a_whole_conversation_is_driven_over_http(slack: SlackEmulator, client: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Share"}, "action_id": "share"}
    bolt = bolt_app(slack)

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    async def on_command(ack: AsyncAck) -> None:
        await ack("healthy")

    bolt.command("/dapr")(on_command)
    bolt.action("share")(on_anything)
    async with serving(slack, bolt):
        typed = await do(slack, "slash", user="olga", channel="ops", command="/dapr", text="status")
        card = await client.chat_postMessage(channel=OPS, text="card", blocks=[{"type": "actions", "elements": [button]}])
        pressed = await do(slack, "click", user="olga", channel="ops", ts=card["ts"], action_id="share")

    assert (typed["acked"], typed["messages"][0]["text"]) == (True, "healthy")
    assert 0 < typed["latency"] < 1
    assert pressed["acked"] is True
    assert [m["text"] for m in await look(slack, "messages", channel="ops")] == ["card"]
    assert [m["text"] for m in await look(slack, "messages", channel="ops", user="olga")] == ["healthy", "card"]
    assert [e["kind"] for e in await look(slack, "envelopes")] == ["slash_commands", "interactive"]
    assert [g["user"] for g in await look(slack, "gestures")] == [slack.user("olga").id] * 2
    assert await look(slack, "violations") == await look(slack, "pings") == []
    assert "[Share]" in await look(slack, "transcript")


async def test_misfortune_is_planned_over_http(slack: SlackEmulator, client: AsyncWebClient) -> None:
    await do(slack, "fault", method="auth.test", kind="error", code="internal_error", times=1)

    answer = await client.api_call("api.test")
    with pytest.raises(Exception, match="internal_error"):
        await client.auth_test()

    assert answer["ok"]
    assert [(c["method"], c["error"]) for c in await look(slack, "calls")] == [("api.test", ""), ("auth.test", "internal_error")]


async def test_the_host_can_change_the_workspace_over_http(slack: SlackEmulator, clock: ManualClock) -> None:
    before = clock.now()

    await do(slack, "archive", channel="ops")
    await do(slack, "kick", channel="general")
    await do(slack, "invite", channel="random")
    await do(slack, "scopes", grant=["channels:history"], revoke=["commands"])
    await do(slack, "advance", seconds=60)
    said = await do(slack, "say", user="mia", channel="general", text="hello")
    await do(slack, "delete", channel="general", ts=said["ts"])
    state = await look(slack, "state")

    channels = {channel["name"]: channel for channel in state["channels"]}
    assert channels["ops"]["is_archived"]
    assert slack.bot_user not in channels["general"]["members"]
    assert slack.bot_user in channels["random"]["members"]
    assert "channels:history" in state["scopes"]
    assert "commands" not in state["scopes"]
    assert (clock.now() - before).total_seconds() == 60
    assert slack.messages("general", by="mia") == ()


@pytest.mark.parametrize(
    ("deed", "more"),
    [
        ("slash", {"user": "nobody", "channel": "ops", "command": "/dapr"}),
        ("slash", {"user": "sam", "channel": "ops", "command": "/dapr"}),
        ("slash", {}),
        ("click", {"user": "olga", "channel": "ops", "ts": "1", "action_id": "x"}),
        ("fault", {"method": "auth.test", "kind": "error", "colour": "red"}),
    ],
)
async def test_what_cannot_be_done_says_why(slack: SlackEmulator, deed: str, more: dict[str, Any]) -> None:
    assert (await do(slack, deed, status=400, **more))["error"]


async def test_an_unknown_deed_names_the_known_ones(slack: SlackEmulator) -> None:
    assert "slash" in (await do(slack, "dance", status=404))["known"]


async def test_waiting_ends_with_the_next_change(slack: SlackEmulator) -> None:
    version = (await look(slack, "state"))["version"]

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(look(slack, "wait", since=str(version)))
        slack.say("mia", "ops", "hello")

    assert waiting.result()["version"] > version


async def test_waiting_in_vain_says_so(slack: SlackEmulator) -> None:
    with pytest.raises(TimeoutError, match="in vain"):
        await slack.wait_for(lambda: slack.pings, timeout_seconds=0.02)


async def test_foreign_pages_cannot_drive_it(slack: SlackEmulator) -> None:
    async with ClientSession() as session:
        renamed = await session.post(f"{slack.url}/control/drop-sockets", json={}, headers={"Host": "evil.example"})
        formed = await session.post(f"{slack.url}/control/drop-sockets", data={"x": "y"})

    assert (renamed.status, formed.status) == (403, 415)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "slack.home.example"])  # noqa: S104 - refusing them is the point
def test_it_never_listens_beyond_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        require_loopback(host)


async def test_standalone_it_prints_the_environment_and_ends_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "playground.slack", stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    printed: dict[str, str] = {}

    while "SLACK_APP_TOKEN" not in printed:
        name, _, value = (await process.stdout.readline()).decode().strip().partition("=")
        printed[name] = value
    me = await AsyncWebClient(printed["SLACK_BOT_TOKEN"], base_url=printed["SLACK_API_URL"]).auth_test()
    process.send_signal(signal.SIGTERM)

    assert me["ok"]
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("deed", "more", "answer"),
    [
        ("mention", {"user": "mia", "channel": "random", "text": "status"}, {"event_id": "", "attempts": [], "is_over": True}),
        ("clear-faults", {}, None),
        ("disconnect", {}, None),
        ("drop-sockets", {}, 0),
        ("reload", {"user": "olga"}, None),
        ("rate-limits", {"enabled": True}, None),
        ("refresh-after", {"seconds": 3600}, None),
        ("refresh-after", {"seconds": None}, None),
        ("open-home", {"user": "olga"}, {"is_over": False}),
    ],
)
async def test_every_other_deed_is_done_too(slack: SlackEmulator, deed: str, more: dict[str, Any], answer: Any) -> None:
    done = await do(slack, deed, **more)

    assert (done if not isinstance(answer, dict) else {key: done[key] for key in answer}) == answer


async def test_modals_are_shown_submitted_and_closed_over_http(slack: SlackEmulator, client: AsyncWebClient, app: AsyncApp) -> None:
    async def on_anything(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"reason": "too short"})

    async def on_close(ack: AsyncAck) -> None:
        await ack()

    app.view("why")(on_anything)
    app.view_closed("why")(on_close)
    trigger = (await slack.slash("olga", "ops", "/dapr")).trigger_id
    view_id = (await client.views_open(trigger_id=trigger, view=MODAL))["view"]["id"]

    shown = (await look(slack, "views"))["modals"][slack.user("olga").id]
    submitted = await do(slack, "submit", user="olga", view_id=view_id, values=FILLED)
    closed = await do(slack, "close-view", user="olga", view_id=view_id)

    assert [view["id"] for view in shown] == [view_id]
    assert (submitted["payload"]["type"], submitted["acked"]) == ("view_submission", True)
    assert (closed["payload"]["type"], closed["acked"]) == ("view_closed", True)


async def test_an_unknown_sight_and_an_unknown_person_say_so(slack: SlackEmulator) -> None:
    async with ClientSession() as session:
        sight = await session.get(f"{slack.url}/control/moon")
        person = await session.get(f"{slack.url}/control/messages", params={"user": "nobody"})

    assert (sight.status, person.status) == (404, 400)


async def test_the_machines_own_clock_is_not_advanced() -> None:
    async with SlackEmulator() as slack:
        answer = await do(slack, "advance", status=400, seconds=1)

    assert "cannot be advanced" in answer["error"]


async def test_menus_shortcuts_and_views_are_used_over_http(slack: SlackEmulator, client: AsyncWebClient) -> None:
    bolt = bolt_app(slack)

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    async def on_options(ack: AsyncAck) -> None:
        await ack(options=[option("one")])

    bolt.shortcut("look")(on_anything)
    bolt.action("pick")(on_anything)
    bolt.options("pick")(on_options)
    menu = {"type": "actions", "elements": [{"type": "multi_external_select", "action_id": "pick"}]}
    at = {"user": "olga", "channel": "ops", "ts": (await client.chat_postMessage(channel=OPS, text="x", blocks=[menu]))["ts"]}
    home = (await client.views_publish(user_id=slack.user("olga").id, view={"type": "home", "blocks": [menu]}))["view"]["id"]
    async with serving(slack, bolt):
        everywhere = await do(slack, "shortcut", user="olga", callback_id="look")
        here = await do(slack, "shortcut", callback_id="look", **at)
        offered = await do(slack, "suggest", action_id="pick", query="one", **at)
        picked = await do(slack, "click", action_id="pick", option=["one"], **at)
        await do(slack, "suggest", user="olga", view_id=home, action_id="pick", query="one")
        pressed = await do(slack, "press", user="olga", view_id=home, action_id="pick", option=["one"])

    assert [g["payload"]["type"] for g in (everywhere, here)] == ["shortcut", "message_action"]
    assert offered["ack"]["options"] == [option("one")]
    assert [g["payload"]["actions"][0]["selected_options"] for g in (picked, pressed)] == [[option("one")]] * 2


async def test_the_way_to_the_app_is_chosen_over_http(slack: SlackEmulator) -> None:
    async with listening(bolt_app(slack)) as url:
        await do(slack, "over-http", url=url)
        over_http = slack.workspace.http
        await do(slack, "over-sockets")
        elsewhere = await do(slack, "over-http", status=400, url="https://home.example/")

    assert over_http is not None
    assert slack.workspace.http is None
    assert "loopback only" in elsewhere["error"]


async def test_a_clock_that_runs_can_be_advanced_over_http() -> None:
    async with SlackEmulator(clock=MovableClock()) as slack:
        before = slack.workspace.clock.now()
        await do(slack, "advance", seconds=86_400)

        assert (slack.workspace.clock.now() - before).total_seconds() >= 86_400
