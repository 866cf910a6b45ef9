"""One typed way to Slack's Web API: an answer is a mapping, every failure one of :mod:`bot.errors`, never without a deadline."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Malformed
from bot.model.alert import Place
from handlers.slack_errors import translated

Answer: TypeAlias = Mapping[str, Any]
Arguments: TypeAlias = Mapping[str, object]
Headers: TypeAlias = Mapping[str, str]

PATIENCE_SECONDS = 20.0


async def read(client: AsyncWebClient, method: str, arguments: Arguments, *, patience_seconds: float = PATIENCE_SECONDS) -> Answer:
    """A method that only tells (users.info). Raises Unable.

    Sent as a form by POST: Slack's reading methods take no JSON, and some compatible servers no GET.
    """
    form = {name: _spelled(value) for name, value in arguments.items()}
    return await _call(client, method, {"data": form}, patience_seconds)


async def write(client: AsyncWebClient, method: str, arguments: Arguments, *, patience_seconds: float = PATIENCE_SECONDS) -> Answer:
    """A method with an effect, or one that takes its token in the header only (chat.postMessage, auth.test). Raises Unable."""
    return await _call(client, method, {"json": dict(arguments)}, patience_seconds)


async def write_headed(client: AsyncWebClient, method: str, arguments: Arguments) -> tuple[Answer, Headers]:
    """As :func:`write`, with the answer's headers, their names in lower case. Raises Unable."""
    return await _headed(client, method, {"json": dict(arguments)}, PATIENCE_SECONDS)


def place(answer: Answer, asked: str) -> Place:
    """Where chat.postMessage has put a message. ``asked``: the channel it was sent to. Raises Malformed when Slack did not say."""
    channel, ts = answer.get("channel", asked), answer.get("ts")
    if isinstance(channel, str) and isinstance(ts, str):
        return Place(channel, ts)
    raise Malformed("Slack did not say where it put the card.", hint="Is SLACK_API_URL really a Slack-compatible server?")


async def _call(client: AsyncWebClient, method: str, body: dict[str, Any], patience_seconds: float) -> Answer:
    answer, _ = await _headed(client, method, body, patience_seconds)
    return answer


async def _headed(client: AsyncWebClient, method: str, body: dict[str, Any], patience_seconds: float) -> tuple[Answer, Headers]:
    try:
        async with asyncio.timeout(patience_seconds):
            response = await client.api_call(method, http_verb="POST", **body)  # pyright: ignore[reportUnknownMemberType]
    except Exception as error:
        raise translated(error, method) from error
    data = cast("object", response.data)  # pyright: ignore[reportUnknownMemberType]
    told = cast("Headers", getattr(response, "headers", None) or {})
    headers = {name.lower(): str(value) for name, value in told.items()}
    return cast("Answer", data) if isinstance(data, Mapping) else {}, headers


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
