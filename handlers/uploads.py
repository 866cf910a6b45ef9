"""A file for a thread, in Slack's three steps: where to, the bytes, where it is shown. Needs the optional scope files:write."""

import asyncio
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import loopback
from bot.errors import Malformed
from bot.model.alert import Place
from handlers import slack_errors, web_api


@dataclass(frozen=True, slots=True)
class Document:
    """``name``: as people save it; ``content``: never empty."""

    name: str
    content: bytes


async def share(client: AsyncWebClient, documents: tuple[Document, ...], thread: Place) -> None:
    """All of them in one message; in the channel itself where ``thread.ts`` is "". Raises Unable; Forbidden when the bot may not upload."""
    files = [{"id": await _uploaded(client, one), "title": one.name} for one in documents]
    below = {"thread_ts": thread.ts} if thread.ts else {}
    await web_api.write(client, "files.completeUploadExternal", {"files": files, "channel_id": thread.channel, **below})


async def _uploaded(client: AsyncWebClient, document: Document) -> str:
    asked = {"filename": document.name, "length": len(document.content)}
    answer = await web_api.read(client, "files.getUploadURLExternal", asked)
    url, id_ = answer.get("upload_url"), answer.get("file_id")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")) or not isinstance(id_, str):
        raise Malformed("Slack did not say where to upload a file.", hint="Is SLACK_API_URL really a Slack-compatible server?")
    await _sent(client, url, document)
    return id_


async def _sent(client: AsyncWebClient, url: str, document: Document) -> None:
    session = client.session
    if session is None:
        raise Malformed("A file cannot be uploaded without an HTTP session.")
    proxy = None if loopback.is_here(url) else client.proxy
    try:
        async with asyncio.timeout(web_api.PATIENCE_SECONDS), session.post(url, data=document.content, proxy=proxy) as response:
            status = response.status
    except (aiohttp.ClientError, TimeoutError) as error:
        raise slack_errors.translated(error, "the upload of a file") from error
    if status >= 300:  # noqa: PLR2004 - anything but success
        raise slack_errors.from_status(status, "", "the upload of a file")
