"""Saying something back to a visit: to the one person, or, when it is asked for, to everybody there."""

import asyncio
from dataclasses import dataclass
from typing import Any

from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers import proxies, slack_errors, web_api
from handlers.views.message import Message
from handlers.visit import Kind, Visit

ACCEPTED = 200


@dataclass(frozen=True, slots=True)
class Said:
    """Where an answer stands, so that it can be replaced. ``ts`` "" : only reachable over the visit's response_url, or not at all."""

    ts: str = ""


async def privately(client: AsyncWebClient, visit: Visit, message: Message) -> Said:
    """For the one person only. Raises Unable."""
    if visit.response_url:
        await _post(client, visit, {**message.arguments(), "response_type": "ephemeral", "replace_original": False})
        return Said()
    thread = {"thread_ts": visit.thread_ts} if visit.thread_ts else {}
    where = {"channel": visit.channel_id, "user": visit.user_id, **thread}
    await web_api.write(client, "chat.postEphemeral", {**where, **message.words()})
    return Said()


async def answer(client: AsyncWebClient, visit: Visit, message: Message) -> Said:
    """Where it was asked: a mention is answered in its thread for all, everything else privately. Raises Unable."""
    if visit.kind is not Kind.MENTION:
        return await privately(client, visit, message)
    where = {"channel": visit.channel_id, "thread_ts": visit.thread_ts}
    posted = await web_api.write(client, "chat.postMessage", {**where, **message.arguments()})
    ts = posted.get("ts")
    return Said(ts if isinstance(ts, str) else "")


def can_be_replaced(visit: Visit) -> bool:
    """Whether an answer to this visit can be edited. Slack edits no private answer to a slash command (bolt-python#1268, bolt-js#2287)."""
    return visit.kind is not Kind.SLASH


async def replace(client: AsyncWebClient, visit: Visit, said: Said, message: Message) -> None:
    """Put ``message`` in the place of what was said to this visit, or of the message that was clicked; else below. Raises Unable."""
    if not can_be_replaced(visit):
        await privately(client, visit, message)
    elif visit.response_url:
        await _post(client, visit, {**message.arguments(), "response_type": "ephemeral", "replace_original": True})
    elif said.ts:
        await web_api.write(client, "chat.update", {"channel": visit.channel_id, "ts": said.ts, **message.words()})


async def share(client: AsyncWebClient, visit: Visit, message: Message) -> None:
    """For everybody in the channel where the visit took place; works where the bot is no member. Raises Unable."""
    thread = {"thread_ts": visit.thread_ts} if visit.thread_ts else {}
    await _post(client, visit, {**message.arguments(), **thread, "response_type": "in_channel", "replace_original": False})


async def _post(client: AsyncWebClient, visit: Visit, body: dict[str, Any]) -> None:
    hook = AsyncWebhookClient(
        visit.response_url,
        session=client.session,
        retry_handlers=[AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler()],
    )
    proxies.spare(hook, visit.response_url)
    try:
        async with asyncio.timeout(web_api.PATIENCE_SECONDS):
            response = await hook.send_dict(body)
    except Exception as error:
        raise slack_errors.translated(error, "response_url") from error
    if response.status_code != ACCEPTED:
        raise slack_errors.from_status(response.status_code, response.body, "response_url")
