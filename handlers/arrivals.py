"""Did a message arrive whose answer we never got? Ours are marked with an id of their own, as message metadata.

Needs the optional scopes channels:history / groups:history. Metadata is readable and forgeable by every app of the workspace:
it finds a message again, it proves nothing.
"""

from collections.abc import Callable, Collection
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
    return await _found(client, lambda one: _is_marked(one, id_), begun_at, channel, thread)


async def find_files(
    client: AsyncWebClient, names: Collection[str], begun_at: datetime, channel: str, thread: Place | None
) -> tuple[str, ...]:
    """The same, of a message with files of these names: Slack lets no metadata go with an upload, so their names must be like no others."""
    return await _found(client, lambda one: _has_files(one, names), begun_at, channel, thread)


async def _found(
    client: AsyncWebClient, is_it: Callable[[object], bool], begun_at: datetime, channel: str, thread: Place | None
) -> tuple[str, ...]:
    method = "conversations.replies" if thread else "conversations.history"
    asked: dict[str, object] = {"channel": channel, "limit": PAGE, "include_all_metadata": True}
    asked |= {"oldest": f"{(begun_at - SKEW).timestamp():.6f}"} | ({"ts": thread.ts} if thread else {})
    found: set[str] = set()
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await web_api.read(client, method, asked | ({"cursor": cursor} if cursor else {}))
        page = _read(answer, _Page)
        for message in page.messages if page else ():
            stamped = _read(message, _Stamped)
            if stamped and is_it(message):
                found.add(stamped.ts)
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


class _Stamped(msgspec.Struct):
    ts: str


class _Marked(msgspec.Struct):
    metadata: _Metadata


class _Named(msgspec.Struct):
    name: str = ""


class _Filed(msgspec.Struct):
    files: list[_Named]


def _is_marked(message: object, id_: str) -> bool:
    marked = _read(message, _Marked)
    return marked is not None and marked.metadata.event_type == EVENT_TYPE and marked.metadata.event_payload.id == id_


def _has_files(message: object, names: Collection[str]) -> bool:
    filed = _read(message, _Filed)
    return filed is not None and set(names) <= {one.name for one in filed.files}


def _read(value: object, shape: type[T]) -> T | None:
    """Most messages are not ours and look otherwise."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError:
        return None
