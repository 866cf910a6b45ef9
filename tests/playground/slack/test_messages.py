from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import Message, SlackEmulator
from playground.slack.workspace import HISTORY_SCOPES

OPS = "C0OPS00000"


async def refused(call: Any) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


async def posted(client: AsyncWebClient, slack: SlackEmulator, text: str = "card", **more: Any) -> Message:
    await client.chat_postMessage(channel=OPS, text=text, **more)
    return slack.messages("ops")[-1]


async def test_every_ts_is_new_and_later_although_the_clock_stands(slack: SlackEmulator, client: AsyncWebClient) -> None:
    stamps = [(await posted(client, slack)).ts for _ in range(5)]

    assert stamps == sorted(set(stamps))


async def test_a_reply_lives_in_its_thread_and_is_broadcast_on_request(slack: SlackEmulator, client: AsyncWebClient) -> None:
    parent = await posted(client, slack)

    reply = await posted(client, slack, "worse", thread_ts=parent.ts, reply_broadcast=True)

    assert slack.thread(parent) == (reply,)
    assert reply.is_broadcast
    assert reply.payload()["subtype"] == "thread_broadcast"


@pytest.mark.parametrize(("thread_ts", "code"), [("1700000000.000100", "thread_not_found"), ("0", "invalid_thread_ts")])
async def test_a_thread_must_exist(client: AsyncWebClient, thread_ts: str, code: str) -> None:
    assert await refused(client.chat_postMessage(channel=OPS, text="x", thread_ts=thread_ts)) == code


async def test_a_thread_ts_that_is_a_number_is_refused(client: AsyncWebClient) -> None:
    call = client.api_call("chat.postMessage", json={"channel": OPS, "text": "x", "thread_ts": 1602251441.0017})

    assert await refused(call) == "invalid_thread_ts"


async def test_nobody_replies_to_a_reply_nor_to_a_deleted_parent(slack: SlackEmulator, client: AsyncWebClient) -> None:
    parent = await posted(client, slack)
    reply = await posted(client, slack, thread_ts=parent.ts)

    assert await refused(client.chat_postMessage(channel=OPS, text="x", thread_ts=reply.ts)) == "cannot_reply_to_message"
    slack.delete(parent)
    assert await refused(client.chat_postMessage(channel=OPS, text="x", thread_ts=parent.ts)) == "thread_not_found"


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("C0NOWHERE0", "channel_not_found"),
        ("C0RANDOM00", "not_in_channel"),
        ("C0ARCHIVED", "is_archived"),
        ("G0SECRET00", "channel_not_found"),
        ("U0DORADEAC", "channel_not_found"),
    ],
)
async def test_where_the_bot_cannot_post(client: AsyncWebClient, channel: str, code: str) -> None:
    assert await refused(client.chat_postMessage(channel=channel, text="x")) == code


async def test_with_chat_write_public_no_invitation_is_needed(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.grant("chat:write.public")

    await client.chat_postMessage(channel="C0RANDOM00", text="x")

    assert len(slack.messages("random")) == 1


async def test_a_message_needs_something_to_say(client: AsyncWebClient) -> None:
    assert await refused(client.api_call("chat.postMessage", json={"channel": OPS})) == "no_text"


async def test_blocks_without_text_and_long_texts_are_taken_but_noted(slack: SlackEmulator, client: AsyncWebClient) -> None:
    divider = [{"type": "divider"}]

    await client.api_call("chat.postMessage", json={"channel": OPS, "blocks": divider})
    long = await posted(client, slack, "x" * 41_000)

    assert [(v.code, v.refused) for v in slack.violations] == [("missing_text", False), ("long_text", False)]
    assert len(long.text) == 40_000


async def test_an_update_keeps_the_past_and_the_metadata(slack: SlackEmulator, client: AsyncWebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "root"}}
    card = await posted(client, slack, "12 days", metadata=metadata, blocks=[{"type": "divider"}])

    await client.chat_update(channel=OPS, ts=card.ts, text="11 days")

    now = slack.now(card)
    assert (now.text, now.blocks, now.metadata) == ("11 days", (), metadata)
    assert [edition.text for edition in now.editions] == ["12 days"]
    assert now.payload()["edited"]["user"] == slack.bot_user


async def test_only_own_and_living_messages_are_updated(slack: SlackEmulator, client: AsyncWebClient) -> None:
    card = await posted(client, slack)
    foreign = slack.say("olga", "ops", "hello")

    assert await refused(client.chat_update(channel=OPS, ts=foreign.ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_update(channel=OPS, ts=card.ts, text="x" * 4001)) == "msg_too_long"
    slack.archive("ops")
    assert await refused(client.chat_update(channel=OPS, ts=card.ts, text="x")) == "is_inactive"
    slack.archive("ops", archived=False)
    slack.delete(card)
    assert await refused(client.chat_update(channel=OPS, ts=card.ts, text="x")) == "message_not_found"


async def test_a_deleted_message_is_gone_for_everybody(slack: SlackEmulator, client: AsyncWebClient) -> None:
    card = await posted(client, slack)

    await client.chat_delete(channel=OPS, ts=card.ts)

    assert slack.messages("ops") == ()
    assert slack.now(card).is_deleted
    assert await refused(client.chat_getPermalink(channel=OPS, message_ts=card.ts)) == "message_not_found"


@pytest.mark.parametrize("metadata", [{"event_type": "x"}, {"event_type": "", "event_payload": {}}, []])
async def test_bad_metadata_is_refused(client: AsyncWebClient, metadata: Any) -> None:
    call = client.api_call("chat.postMessage", json={"channel": OPS, "text": "x", "metadata": metadata or "nonsense"})

    assert (await refused(call)).startswith("invalid_metadata")


async def test_history_needs_its_scope_and_metadata_its_switch(slack: SlackEmulator, client: AsyncWebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "root"}}
    card = await posted(client, slack, metadata=metadata)
    await posted(client, slack, "reply", thread_ts=card.ts)

    assert await refused(client.conversations_history(channel=OPS)) == "missing_scope"
    slack.grant(*HISTORY_SCOPES)
    bare = await client.conversations_history(channel=OPS)
    full = await client.conversations_history(channel=OPS, include_all_metadata=True)
    thread = await client.conversations_replies(channel=OPS, ts=card.ts)
    assert ["metadata" in m for m in bare["messages"]] == [False]
    assert full["messages"][0]["metadata"] == metadata
    assert full["messages"][0]["reply_count"] == 1
    assert [m["text"] for m in thread["messages"]] == ["card", "reply"]


async def test_history_comes_newest_first_in_pages_and_between_moments(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.grant(*HISTORY_SCOPES)
    cards = [await posted(client, slack, str(number)) for number in range(5)]

    first = await client.conversations_history(channel=OPS, limit=2)
    second = await client.conversations_history(channel=OPS, limit=2, cursor=first["response_metadata"]["next_cursor"])
    middle = await client.conversations_history(channel=OPS, oldest=cards[1].ts, latest=cards[3].ts)
    assert [m["text"] for m in [*first["messages"], *second["messages"]]] == ["4", "3", "2", "1"]
    assert [m["text"] for m in middle["messages"]] == ["2"]


async def test_an_ephemeral_is_for_one_member_and_cannot_be_updated(slack: SlackEmulator, client: AsyncWebClient) -> None:
    answer = await client.chat_postEphemeral(channel=OPS, user=slack.user("olga").id, text="psst")

    assert [m.text for m in slack.ephemerals("ops", "olga")] == ["psst"]
    assert slack.ephemerals("ops", "oscar") == ()
    assert slack.messages("ops") == ()
    assert await refused(client.chat_update(channel=OPS, ts=answer["message_ts"], text="x")) == "message_not_found"
    assert await refused(client.chat_postEphemeral(channel=OPS, user=slack.user("sam").id, text="x")) == "user_not_in_channel"
    slack.reload("olga")
    assert slack.ephemerals("ops", "olga") == ()


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("<!channel> root expires", ["channel"]),
        ("<!here|here> and <!subteam^S0OPERATOR>", ["here", "subteam^S0OPERATOR"]),
        ("&lt;!channel&gt; and <!date^1^{ago}|then> and <@U0OLGAOPER>", []),
    ],
)
async def test_texts_that_ring_are_noticed(slack: SlackEmulator, client: AsyncWebClient, text: str, mentions: list[str]) -> None:
    await posted(client, slack, text)

    assert [ping.mention for ping in slack.pings] == mentions


async def test_blocks_ring_too_unless_they_are_plain(slack: SlackEmulator, client: AsyncWebClient) -> None:
    loud = {"type": "section", "text": {"type": "mrkdwn", "text": "<!everyone>"}}
    quiet = {"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}}
    part = {"type": "broadcast", "range": "here"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [part]}]}

    await posted(client, slack, "x", blocks=[loud, quiet, rich])
    await posted(client, slack, "@channel look", link_names=True)

    assert [ping.mention for ping in slack.pings] == ["everyone", "here", "channel"]


async def test_blocks_inside_attachments_are_judged_and_can_be_pressed(slack: SlackEmulator, client: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Share"}, "action_id": "share"}

    card = await posted(client, slack, "x", attachments=[{"color": "#d00", "blocks": [{"type": "actions", "elements": [button]}]}])
    pressed = await slack.click("olga", card, "share")
    code = await refused(client.chat_postMessage(channel=OPS, text="x", attachments=[{"blocks": [{"type": "actions"}]}]))

    assert pressed.payload["actions"][0]["action_id"] == "share"
    assert code == "invalid_blocks"
    assert slack.violations[0].pointer == "/attachments/0/blocks/0/elements"


async def test_a_reaction_is_given_and_taken_once(slack: SlackEmulator, client: AsyncWebClient) -> None:
    card = await posted(client, slack)

    await client.reactions_add(channel=OPS, timestamp=card.ts, name="eyes")
    again = await refused(client.reactions_add(channel=OPS, timestamp=card.ts, name="eyes"))
    seen = slack.now(card).payload()["reactions"]
    await client.reactions_remove(channel=OPS, timestamp=card.ts, name="eyes")

    assert again == "already_reacted"
    assert seen == [{"name": "eyes", "users": [slack.bot_user], "count": 1}]
    assert await refused(client.reactions_remove(channel=OPS, timestamp=card.ts, name="eyes")) == "no_reaction"


async def test_a_file_is_uploaded_into_a_thread(slack: SlackEmulator, client: AsyncWebClient) -> None:
    slack.grant("files:read")
    card = await posted(client, slack)

    await client.files_upload_v2(channel=OPS, thread_ts=card.ts, filename="report.txt", content="all is well", initial_comment="the report")

    (reply,) = slack.thread(card)
    assert (reply.text, reply.files[0]["name"]) == ("the report", "report.txt")
    assert slack.workspace.files.by_id[reply.files[0]["id"]].content == b"all is well"


async def test_the_transcript_reads_like_the_channel(slack: SlackEmulator, client: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Share"}, "action_id": "share"}
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "expires <!date^1^{ago}|in 12 days> &amp; counting"}},
        {"type": "actions", "elements": [button]},
    ]
    card = await posted(client, slack, "x", blocks=blocks)
    await posted(client, slack, "worse", thread_ts=card.ts, reply_broadcast=True)

    assert slack.transcript().splitlines() == [
        "#ops",
        "  dapr-warden:",
        "    expires in 12 days & counting",
        "    [Share]",
        "    | dapr-warden (also in the channel):",
        "    |   worse",
    ]
