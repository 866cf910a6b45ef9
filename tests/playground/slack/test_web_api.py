import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, MultipartWriter
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import HISTORY_SCOPES, SlackEmulator

OPS = "C0OPS00000"


async def raw(slack: SlackEmulator, method: str, token: str = "", **more: Any) -> dict[str, Any]:
    """A call without the SDK, as any HTTP client could make it."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with ClientSession(headers=headers) as session, session.post(slack.api_url + method, **more) as answer:
        assert answer.status == 200
        body: dict[str, Any] = await answer.json()
        return body


async def test_the_bot_learns_who_it_is(slack: SlackEmulator, client: AsyncWebClient) -> None:
    me = await client.auth_test()

    assert (me["user_id"], me["team_id"], me["is_enterprise_install"]) == (slack.bot_user, "T0DAPRHOME", False)
    assert "chat:write" in me.headers["X-OAuth-Scopes"]


@pytest.mark.parametrize(
    ("method", "token", "code"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-real-looking", "invalid_auth"),
        ("chat.postMessage", SlackEmulator.app_token, "not_allowed_token_type"),
        ("apps.connections.open", SlackEmulator.bot_token, "not_allowed_token_type"),
    ],
)
async def test_tokens_are_checked(slack: SlackEmulator, method: str, token: str, code: str) -> None:
    assert await raw(slack, method, token) == {"ok": False, "error": code}


async def test_a_token_among_the_arguments_does_not_count_and_is_not_remembered(slack: SlackEmulator) -> None:
    answer = await raw(slack, "auth.test", json={"token": slack.bot_token})

    assert answer["error"] == "not_authed"
    assert slack.calls[-1].arguments == {}


async def test_an_unknown_method_is_refused_and_noted(slack: SlackEmulator, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError):
        await client.api_call("chat.shout")

    assert [(v.method, v.code) for v in slack.violations] == [("chat.shout", "unknown_method")]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "invalid_json"),
        ({"json": ["x"]}, "json_not_object"),
        ({"json": {"text": "x"}}, "invalid_arguments"),
        ({"json": {"channel": OPS, "text": 5}}, "invalid_arguments"),
        ({"data": {"channel": OPS, "blocks": "[{"}}, "invalid_blocks_format"),
    ],
)
async def test_arguments_that_make_no_sense_are_refused(slack: SlackEmulator, more: Any, code: str) -> None:
    answer = await raw(slack, "chat.postMessage", slack.bot_token, **more)

    assert answer["error"] == code


async def test_query_form_and_multipart_say_the_same_as_json(slack: SlackEmulator) -> None:
    blocks = '[{"type": "divider"}]'
    said = {"channel": OPS, "text": "x", "blocks": blocks}

    await raw(slack, "chat.postMessage", slack.bot_token, params=said)
    await raw(slack, "chat.postMessage", slack.bot_token, data=said)
    await raw(slack, "chat.postMessage", slack.bot_token, json=said | {"blocks": [{"type": "divider"}]})
    with MultipartWriter("form-data") as multipart:
        for name, value in said.items():
            multipart.append(value).set_content_disposition("form-data", name=name)
    await raw(slack, "chat.postMessage", slack.bot_token, data=multipart)

    assert [m.blocks[0]["type"] for m in slack.messages("ops")] == ["divider"] * 4


async def test_no_method_takes_a_file_among_its_arguments(slack: SlackEmulator) -> None:
    form = FormData({"channel": OPS, "text": "x"})
    form.add_field("file", b"bytes", filename="a.txt")

    assert (await raw(slack, "chat.postMessage", slack.bot_token, data=form))["error"] == "invalid_form_data"


async def test_the_synchronous_client_is_understood_too(slack: SlackEmulator) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])

    await asyncio.to_thread(client.auth_test)
    await asyncio.to_thread(lambda: client.chat_postMessage(channel=OPS, text="x", blocks=[{"type": "divider"}]))

    assert slack.messages("ops")[0].blocks[0]["type"] == "divider"


async def test_a_missing_scope_is_named(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.revoke("users:read")

    with pytest.raises(SlackApiError) as refusal:
        await client.users_info(user=slack.user("olga").id)

    assert (refusal.value.response["error"], refusal.value.response["needed"]) == ("missing_scope", "users:read")


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("ada", {"is_admin": True, "is_owner": True, "deleted": False, "is_restricted": False}),
        ("mia", {"is_admin": False, "is_bot": False, "team_id": "T0DAPRHOME"}),
        ("gus", {"is_restricted": True, "is_ultra_restricted": False}),
        ("uma", {"is_restricted": True, "is_ultra_restricted": True}),
        ("dora", {"deleted": True}),
        ("deployer", {"is_bot": True}),
        ("sam", {"is_stranger": True, "team_id": "T0PARTNERS"}),
    ],
)
async def test_everybody_is_told_apart(slack: SlackEmulator, client: AsyncWebClient, name: str, flags: dict[str, Any]) -> None:
    user = (await client.users_info(user=slack.user(name).id))["user"]

    assert {flag: user.get(flag) for flag in flags} == flags


async def test_deactivated_people_and_strangers_come_with_less(slack: SlackEmulator, client: AsyncWebClient) -> None:
    dora = (await client.users_info(user=slack.user("dora").id))["user"]
    sam = (await client.users_info(user=slack.user("sam").id))["user"]

    assert "tz" not in dora
    assert "is_admin" not in sam
    assert "email" not in sam["profile"]


async def test_lists_come_in_pages(client: AsyncWebClient) -> None:
    first = await client.users_list(limit=5)
    rest = await client.users_list(limit=1000, cursor=first["response_metadata"]["next_cursor"])
    channels = await client.conversations_list(types="public_channel,private_channel", exclude_archived=True)

    assert len({u["id"] for u in [*first["members"], *rest["members"]]}) == 12
    assert [c["name"] for c in channels["channels"]] == ["general", "ops", "random", "partners", "ops-private"]


async def test_channels_are_looked_up_joined_and_opened(slack: SlackEmulator, client: AsyncWebClient) -> None:
    before = (await client.conversations_info(channel="C0RANDOM00"))["channel"]["is_member"]
    await client.conversations_join(channel="C0RANDOM00")
    members = (await client.conversations_members(channel="C0RANDOM00"))["members"]
    direct = (await client.conversations_open(users=slack.user("olga").id))["channel"]["id"]
    await client.chat_postMessage(channel=direct, text="psst")

    assert before is False
    assert slack.bot_user in members
    assert [m.text for m in slack.messages(direct)] == ["psst"]


async def test_groups_and_the_rest_of_the_workspace_answer(slack: SlackEmulator, client: AsyncWebClient) -> None:
    groups = (await client.usergroups_list())["usergroups"]
    users = (await client.usergroups_users_list(usergroup=groups[0]["id"]))["users"]
    card = await client.chat_postMessage(channel="#ops", text="x")
    link = (await client.chat_getPermalink(channel=OPS, message_ts=card["ts"]))["permalink"]

    assert users == [slack.user("olga").id, slack.user("oscar").id]
    assert link.endswith(f"/archives/{OPS}/p{card['ts'].replace('.', '')}")
    assert (await client.team_info())["team"]["domain"] == "dapr-home"
    assert (await client.bots_info(bot="B0DAPRWARD"))["bot"]["user_id"] == slack.bot_user
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}


async def test_reactions_are_looked_up(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.grant("reactions:read")
    first, second = [(await client.chat_postMessage(channel=OPS, text=text))["ts"] for text in ("one", "two")]
    for ts in (first, second):
        await client.reactions_add(channel=OPS, timestamp=ts, name="eyes")

    got = (await client.reactions_get(channel=OPS, timestamp=first))["message"]
    listed = await client.reactions_list(limit=1)
    rest = await client.reactions_list(cursor=listed["response_metadata"]["next_cursor"])

    assert got["reactions"] == [{"name": "eyes", "users": [slack.bot_user], "count": 1}]
    assert [item["message"]["text"] for item in (*listed["items"], *rest["items"])] == ["two", "one"]


async def test_direct_messages_are_opened_again_by_their_channel(slack: SlackEmulator, client: AsyncWebClient) -> None:
    opened = (await client.conversations_open(users=slack.user("olga").id))["channel"]
    again = (await client.conversations_open(channel=opened["id"], return_im=True))["channel"]

    assert (again["id"], again["user"]) == (opened["id"], slack.user("olga").id)


async def test_the_calls_are_remembered_in_order(slack: SlackEmulator, client: AsyncWebClient) -> None:
    await client.auth_test()
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0NOWHERE0", text="x")

    assert [(c.method, c.error) for c in slack.calls] == [("auth.test", ""), ("chat.postMessage", "channel_not_found")]
    assert slack.calls[1].arguments == {"channel": "C0NOWHERE0", "text": "x"}


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("users.info", {"user": "U0NOBODY00"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NOBODY00"}, "no_such_subteam"),
        ("bots.info", {"bot": "B0NOBODY00"}, "bot_not_found"),
        ("api.test", {"error": "my_error"}, "my_error"),
        ("users.list", {"limit": 0}, "invalid_limit"),
        ("users.list", {"cursor": "nonsense"}, "invalid_cursor"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("conversations.open", {}, "not_enough_users"),
        ("conversations.open", {"users": "U0NOBODY00"}, "user_not_found"),
        ("conversations.open", {"users": "U0DORADEAC"}, "user_disabled"),
        ("conversations.open", {"channel": OPS}, "method_not_supported_for_channel_type"),
        ("conversations.join", {"channel": "C0ARCHIVED"}, "is_archived"),
        ("conversations.join", {"channel": "G0PRIVATE0"}, "method_not_supported_for_channel_type"),
        ("conversations.info", {"channel": "G0SECRET00"}, "channel_not_found"),
        ("conversations.history", {"channel": "C0RANDOM00"}, "not_in_channel"),
        ("conversations.history", {"channel": OPS, "oldest": "yesterday"}, "invalid_ts_latest"),
        ("conversations.replies", {"channel": OPS, "ts": "1.0"}, "thread_not_found"),
        ("reactions.add", {"channel": OPS, "timestamp": "1.0", "name": "Not Good"}, "invalid_name"),
        ("files.getUploadURLExternal", {"filename": "empty.txt", "length": 0}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
        ("files.completeUploadExternal", {"files": ["F0"]}, "invalid_arguments"),
        ("reactions.list", {"user": "U0NOBODY00"}, "user_not_found"),
        ("reactions.get", {"channel": OPS, "timestamp": "1.0"}, "message_not_found"),
        ("views.update", {"view_id": "V0", "view": {}}, "not_found"),
        ("views.publish", {"user_id": "U0NOBODY00", "view": {}}, "user_not_found"),
        ("blocks.validate", {}, "invalid_arguments"),
        ("blocks.validate", {"blocks": [{"type": "divider"}], "view": {}}, "invalid_arguments"),
        ("blocks.validate", {"view": {"type": "drawer", "blocks": []}}, "invalid_view"),
        ("blocks.validate", {"view": {"type": "modal", "blocks": [{"type": "divider"}]}}, "invalid_view"),
        ("blocks.validate", {"message": {"blocks": [{"type": "banner"}]}}, "invalid_message"),
        ("blocks.validate", {"message": ["x"]}, "invalid_message"),
        ("chat.postMessage", {"channel": OPS, "text": "x", "attachments": "[{"}, "invalid_attachments"),
        ("chat.postMessage", {"channel": OPS, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ("chat.update", {"channel": OPS, "ts": "1.0", "text": "x"}, "message_not_found"),
    ],
)
async def test_refusals_come_in_slacks_words(slack: SlackEmulator, method: str, arguments: dict[str, Any], code: str) -> None:
    slack.grant(*HISTORY_SCOPES, "reactions:read")
    slack.say("mia", "ops", "hello")

    assert (await raw(slack, method, slack.bot_token, json=arguments))["error"] == code
