"""Saying something back to a visit: to the one person, or, when it is asked for, to everybody there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import Permanent
from handlers import proxies, slack_errors, web_api
from handlers.views.message import Message, Modal
from handlers.visit import Kind, Visit

log = structlog.get_logger(__name__)

ACCEPTED = 200
# Most answers come sooner; who waits longer reads that something is going on.
GLANCE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Said:
    """Where an answer stands, so that it can be replaced. ``ts`` "" : only reachable over the visit's response_url, or not at all."""

    ts: str = ""


Say: TypeAlias = Callable[[AsyncWebClient, Visit, Message], Awaitable[Said]]


async def privately(client: AsyncWebClient, visit: Visit, message: Message) -> Said:
    """For the one person only. Raises Unable."""
    if await _over_hook(client, visit, {**message.arguments(), "response_type": "ephemeral", "replace_original": False}):
        return Said()
    await _ephemerally(client, visit, message)
    return Said()


async def answer(client: AsyncWebClient, visit: Visit, message: Message) -> Said:
    """Where it was asked: a mention is answered in its thread for all, everything else privately. Raises Unable."""
    if visit.kind is not Kind.MENTION:
        return await privately(client, visit, message)
    where = {"channel": visit.channel_id, "thread_ts": visit.thread_ts}
    posted = await web_api.write(client, "chat.postMessage", {**where, **message.arguments()})
    ts = posted.get("ts")
    return Said(ts if isinstance(ts, str) else "")


async def in_a_modal(client: AsyncWebClient, visit: Visit, modal: Modal) -> None:
    """For the one person, over everything. Raises Unable, also when more than three seconds have passed since the click."""
    await web_api.write(client, "views.open", {"trigger_id": visit.trigger_id, "view": modal.view})


def can_be_replaced(visit: Visit) -> bool:
    """Whether an answer to this visit can be edited. Slack edits no private answer to a slash command (bolt-python#1268, bolt-js#2287)."""
    return visit.kind is not Kind.SLASH


async def replace(client: AsyncWebClient, visit: Visit, said: Said, message: Message) -> None:
    """Put ``message`` in the place of what was said to this visit, or of the message that was clicked; else below. Raises Unable.

    A private answer to a command is asked to be replaced all the same: Slack then says the newer one below, others may edit. So it is
    where the response_url is refused; then what was clicked stays.
    """
    if said.ts:
        await web_api.write(client, "chat.update", {"channel": visit.channel_id, "ts": said.ts, **message.words()})
        return
    body = {**message.arguments(), "response_type": "ephemeral", "replace_original": True}
    if not await _over_hook(client, visit, body) and visit.kind is Kind.SLASH:
        await _ephemerally(client, visit, message)


async def when_ready(
    client: AsyncWebClient,
    visit: Visit,
    asking: Coroutine[Any, Any, Message],
    glance: Callable[[], Message],
    *,
    seconds: float = GLANCE_SECONDS,
    say: Say | None = None,
) -> None:
    """Answer with what ``asking`` comes to, by ``say`` (:func:`answer` unless given). Raises what it does.

    Where it takes longer than ``seconds``, ``glance`` stands there until then. Of a button it is answered below: to replace would be to
    replace the message that was clicked.
    """
    say = say or answer
    # Its end is awaited below, within the supervised task of the visit.
    task = asyncio.create_task(asking, name="answer")  # noqa: TID251 - see above
    try:
        ended, _ = await asyncio.wait({task}, timeout=seconds)
        said = None if ended else await say(client, visit, glance())
        message = await task
    finally:
        task.cancel()
    if said is None or visit.kind is Kind.BUTTON or (not said.ts and visit.kind is Kind.MENTION):
        await say(client, visit, message)
    else:
        await replace(client, visit, said, message)


async def share(client: AsyncWebClient, visit: Visit, message: Message) -> None:
    """For everybody in the channel where the visit took place; works where the bot is no member. Raises Unable."""
    body = {**message.arguments(), **_thread(visit)}
    if not await _over_hook(client, visit, {**body, "response_type": "in_channel", "replace_original": False}):
        await web_api.write(client, "chat.postMessage", {"channel": visit.channel_id, **body})


async def _ephemerally(client: AsyncWebClient, visit: Visit, message: Message) -> None:
    where = {"channel": visit.channel_id, "user": visit.user_id, **_thread(visit)}
    await web_api.write(client, "chat.postEphemeral", {**where, **message.words()})


def _thread(visit: Visit) -> dict[str, str]:
    return {"thread_ts": visit.thread_ts} if visit.thread_ts else {}


async def _over_hook(client: AsyncWebClient, visit: Visit, body: dict[str, Any]) -> bool:
    """Whether it was said over the response_url; False when there is none, or it is used up, expired or unknown. Raises Unable.

    What may have been said all the same (a timeout, a 5xx) is not said a second time by another way.
    """
    if not visit.response_url.startswith(("https://", "http://")):
        return False
    try:
        await _post(client, visit, body)
    except Permanent as error:
        log.info("the response_url is refused: going another way", user=visit.user_id, error=str(error))
        return False
    return True


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
