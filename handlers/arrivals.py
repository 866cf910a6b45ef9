"""Did a message arrive whose answer we never got? Ours are marked with an id of their own, as message metadata.

Needs the optional scopes channels:history / groups:history. Metadata is readable and forgeable by every app of the workspace:
it finds a message again, it proves nothing.
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.alert import Place
from handlers import web_api

EVENT_TYPE = "dapr_warden_card"
LONGEST_CAUSE = 200
PAGE = 200
MOST_PAGES = 20

# Slack's clock and ours may disagree by so much.
SKEW = timedelta(minutes=5)

T = TypeVar("T")


def mark(id_: str, cause: str) -> dict[str, Any]:
    """The metadata of a message. ``id_``: unique to it; ``cause``: what it is about."""
    return {"event_type": EVENT_TYPE, "event_payload": {"id": id_, "cause": cause[:LONGEST_CAUSE]}}


async def find(client: AsyncWebClient, id_: str, begun_at: datetime, channel: str, thread: Place | None) -> tuple[str, ...]:
    """Every ts at which the message arrived, oldest first; () when it did not. Looks in the thread if there is one.

    Raises Unable; Forbidden (missing_scope) when the history may not be read.
    """
    method = "conversations.replies" if thread else "conversations.history"
    asked: dict[str, object] = {"channel": channel, "limit": PAGE, "include_all_metadata": True}
    asked |= {"oldest": f"{(begun_at - SKEW).timestamp():.6f}"} | ({"ts": thread.ts} if thread else {})
    found: set[str] = set()
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await web_api.read(client, method, asked | ({"cursor": cursor} if cursor else {}))
        page = _read(answer, _Page)
        for message in page.messages if page else ():
            marked = _read(message, _Marked)
            if marked and marked.metadata.event_type == EVENT_TYPE and marked.metadata.event_payload.id == id_:
                found.add(marked.ts)
        cursor = page.response_metadata.next_cursor if page else ""
        if not cursor:
            break
    return tuple(sorted(found))


class _Cursor(msgspec.Struct, frozen=True):
    next_cursor: str = ""


class _Page(msgspec.Struct):
    messages: list[Any] = []
    response_metadata: _Cursor = _Cursor()


class _Payload(msgspec.Struct):
    id: str


class _Metadata(msgspec.Struct):
    event_type: str
    event_payload: _Payload


class _Marked(msgspec.Struct):
    ts: str
    metadata: _Metadata


def _read(value: object, shape: type[T]) -> T | None:
    """Most messages are not ours and look otherwise."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return None
