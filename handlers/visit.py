"""What a person did, read from Slack's payload. Nothing in here is believed, and nothing in here can raise.

A missing or misshapen field becomes "": the people and the authorisation behind it refuse what they do not know.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

Payload: TypeAlias = Mapping[str, Any]


class Kind(enum.Enum):
    """How somebody came in."""

    SLASH = "slash"
    BUTTON = "button"
    SHORTCUT = "shortcut"
    MENTION = "mention"
    MODAL = "modal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One thing that one person did.

    ``key``         the same for every redelivery of it, different for everything else, "" when Slack sent no id
    ``said``        as the person would name it, "/dapr status"; outside text
    ``words``       text after the command or mention, as typed
    ``value``       what the button or the modal carried: a lookup key, never a proof
    ``message_ts``  the message whose button was clicked, whose menu was used, or that mentioned the bot
    ``thread_ts``   the thread to answer in, "" for the channel
    ``trigger_id``  the right to open one modal, for three seconds
    """

    kind: Kind
    user_id: str
    team_id: str
    channel_id: str
    key: str
    said: str
    words: str = ""
    action_id: str = ""
    value: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    response_url: str = ""
    trigger_id: str = ""


def from_command(body: Payload) -> Visit:
    """A slash command. Slack repeats the trigger_id when it delivers again."""
    words = _text(body, "text")
    return Visit(
        kind=Kind.SLASH,
        user_id=_text(body, "user_id"),
        team_id=_text(body, "team_id"),
        channel_id=_text(body, "channel_id"),
        key=_key("slash", _text(body, "trigger_id")),
        said=f"{_text(body, 'command')} {words.strip()}".strip(),
        words=words,
        response_url=_text(body, "response_url"),
    )


def from_click(body: Payload) -> Visit:
    """A button. Two clicks have two action_ts; one click delivered twice has one."""
    action = _first(body.get("actions"))
    action_id, action_ts = _text(action, "action_id"), _text(action, "action_ts")
    user_id = _text(body, "user", "id")
    return Visit(
        kind=Kind.BUTTON,
        user_id=user_id,
        team_id=_text(body, "user", "team_id") or _text(body, "team", "id"),
        channel_id=_text(body, "container", "channel_id") or _text(body, "channel", "id"),
        key=_key("button", user_id, action_id, action_ts),
        said=_text(action, "text", "text") or action_id,
        action_id=action_id,
        value=_text(action, "value"),
        message_ts=_text(body, "container", "message_ts"),
        thread_ts=_text(body, "container", "thread_ts"),
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
    )


def from_submission(body: Payload, channel_id: str) -> Visit:
    """A modal with one field, filled in. A view is submitted once; delivered again, it has the same hash.

    ``channel_id``: where to answer; Slack does not say over which message the modal was opened.
    """
    view, user_id = body.get("view"), _text(body, "user", "id")
    form, view_id = _text(view, "callback_id"), _text(view, "id")
    return Visit(
        kind=Kind.MODAL,
        user_id=user_id,
        team_id=_text(body, "user", "team_id") or _text(body, "team", "id"),
        channel_id=channel_id,
        key=_key("modal", user_id, view_id, _text(view, "hash")),
        said=_text(view, "title", "text") or form,
        words=_filled_in(_field(_field(view, "state"), "values")),
        action_id=form,
        value=_text(view, "private_metadata"),
    )


def from_shortcut(body: Payload) -> Visit:
    """An entry in a message's menu. Its id is the word of a subcommand, and the message's text what would be typed behind that."""
    word, user_id = _text(body, "callback_id"), _text(body, "user", "id")
    return Visit(
        kind=Kind.SHORTCUT,
        user_id=user_id,
        team_id=_text(body, "user", "team_id") or _text(body, "team", "id"),
        channel_id=_text(body, "channel", "id"),
        key=_key("shortcut", user_id, word, _text(body, "action_ts")),
        said=word,
        words=f"{word} {_written(body.get('message'))}",
        message_ts=_text(body, "message", "ts"),
        thread_ts=_text(body, "message", "thread_ts"),
        response_url=_text(body, "response_url"),
    )


def from_mention(body: Payload) -> Visit:
    """A message that mentions the bot. The words are what follows the mention itself.

    Its key is the message and not the event: of one message Slack may send several events, each with an id of its own.
    """
    _, _, words = _text(body, "event", "text").partition(">")
    channel_id, ts = _text(body, "event", "channel"), _text(body, "event", "ts")
    return Visit(
        kind=Kind.MENTION,
        user_id="" if _text(body, "event", "bot_id") else _text(body, "event", "user"),
        team_id=_text(body, "event", "user_team") or _text(body, "event", "team") or _text(body, "team_id"),
        channel_id=channel_id,
        key=_key("message", channel_id, ts),
        said=words.strip() or "status",
        words=words,
        message_ts=ts,
        thread_ts=_text(body, "event", "thread_ts") or ts,
    )


def is_mention(body: Payload, bot_user_id: str) -> bool:
    """Whether a message event is somebody's new message that begins with the bot's name."""
    is_plain = not _text(body, "event", "subtype") and not _text(body, "event", "bot_id")
    return is_plain and bool(bot_user_id) and _text(body, "event", "text").lstrip().startswith(f"<@{bot_user_id}>")


def _key(*parts: str) -> str:
    return "/".join(parts) if all(parts) else ""


def _text(value: object, *path: str) -> str:
    for name in path:
        value = _field(value, name)
    return value if isinstance(value, str) else ""


def _written(message: object) -> str:
    """A message's words, and those of what is attached to it, where many an alert has them."""
    attached = _field(message, "attachments")
    parts = [message, *(cast("list[object]", attached) if isinstance(attached, list) else ())]
    return "\n".join(text for part in parts if (text := _text(part, "text")))


def _filled_in(blocks: object) -> str:
    """What was typed into the first field in which anything was."""
    fields = [field for block in _values(blocks) for field in _values(block)]
    return next((text for field in fields if (text := _text(field, "value"))), "")


def _values(value: object) -> tuple[object, ...]:
    return tuple(cast("Payload", value).values()) if isinstance(value, Mapping) else ()


def _field(value: object, name: str) -> object:
    return cast("Payload", value).get(name) if isinstance(value, Mapping) else None


def _first(value: object) -> object:
    return cast("list[object]", value)[0] if isinstance(value, list) and value else None
