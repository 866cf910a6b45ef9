from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import visit
from handlers.visit import Kind

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = [
    "user",
    "user_id",
    "team",
    "team_id",
    "channel",
    "container",
    "actions",
    "event",
    "event_id",
    "trigger_id",
    "text",
    "message",
    "callback_id",
    "response_url",
]


@settings(max_examples=200, deadline=None)
@given(body=st.dictionaries(st.sampled_from(names), anything))
def test_no_payload_whatever_makes_a_listener_raise(body: dict[str, Any]) -> None:
    for read in (visit.from_command, visit.from_click, visit.from_shortcut, visit.from_mention):
        seen = read(body)
        assert isinstance(seen.user_id, str)


def test_a_command_is_read() -> None:
    body = {"user_id": "U1", "team_id": "T1", "channel_id": "C1", "trigger_id": "9.9", "command": "/dapr", "text": " check x "}

    seen = visit.from_command(body)

    assert (seen.kind, seen.user_id, seen.team_id, seen.channel_id) == (Kind.SLASH, "U1", "T1", "C1")
    assert (seen.key, seen.said, seen.words) == ("slash/9.9", "/dapr check x", " check x ")


def test_an_entry_of_a_message_s_menu_is_the_subcommand_typed_for_them() -> None:
    message = {"text": "line 1\nline 2", "ts": "1.1", "thread_ts": "1.0"}
    body = {"callback_id": "explain", "action_ts": "5.5", "user": {"id": "U1"}, "team": {"id": "T1"}, "channel": {"id": "C1"}}

    seen = visit.from_shortcut({**body, "message": message, "response_url": "https://hooks"})

    assert (seen.kind, seen.user_id, seen.team_id, seen.channel_id) == (Kind.SHORTCUT, "U1", "T1", "C1")
    assert (seen.key, seen.said, seen.words) == ("shortcut/U1/explain/5.5", "explain", "explain line 1\nline 2")
    assert (seen.message_ts, seen.thread_ts, seen.response_url) == ("1.1", "1.0", "https://hooks")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "", "attachments": [{"text": "one"}, {"fallback": "x"}, "nothing", {"text": "two"}]}, "explain one\ntwo"),
        ({"text": "one", "attachments": {"text": "no list"}}, "explain one"),
        ("no message", "explain "),
    ],
)
def test_what_is_attached_to_a_message_is_read_too(message: object, words: str) -> None:
    assert visit.from_shortcut({"callback_id": "explain", "message": message}).words == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("<@U0BOT> status", "status"), ("hey <@U0BOT>  check a", "check a"), ("<@U0BOT>", ""), ("<@U0BOT|warden> help", "help")],
)
def test_the_words_of_a_mention_are_what_follows_it(text: str, words: str) -> None:
    assert visit.from_mention({"event": {"text": text}}).words.strip() == words


def test_a_mention_by_a_bot_has_no_person() -> None:
    assert visit.from_mention({"event": {"user": "U1", "bot_id": "B1"}}).user_id == ""


def test_a_guest_of_a_shared_channel_counts_as_of_their_own_team() -> None:
    seen = visit.from_click({"user": {"id": "U1", "team_id": "T-theirs"}, "team": {"id": "T-ours"}})

    assert seen.team_id == "T-theirs"
