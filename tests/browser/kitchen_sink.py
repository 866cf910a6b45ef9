"""A bot that shows everything: a real Bolt app over Socket Mode. `python -m tests.browser.kitchen_sink` serves it with the page."""

import asyncio
import re
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.page import page_of
from playground.page.small_talk import talk
from playground.page.stage import Stage
from playground.slack import SlackEmulator
from tests.browser import sink_blocks as blocks

MANIFEST = Path(__file__).parent / "manifest.json"
Payload = dict[str, Any]
ACK_TIMEOUT = timedelta(seconds=1)


@dataclass
class KitchenSink:
    """The listeners. `heard` are the payloads of everything that was pressed, submitted or closed."""

    client: AsyncWebClient
    heard: list[Payload] = field(default_factory=list)

    def register(self, app: AsyncApp) -> None:
        app.command("/sink")(self.on_command)
        app.command("/dapr")(self.on_question)
        app.action(re.compile(".*"))(self.on_press)
        app.view("sink")(self.on_submit)
        app.view_closed("sink")(self.on_close)
        app.event("app_mention")(self.on_mention)
        app.event("app_home_opened")(self.on_home)

    async def on_question(self, ack: AsyncAck, command: Payload) -> None:
        await ack(text=f"You asked: {command['text']}", blocks=[blocks.RICH])

    async def on_command(self, ack: AsyncAck, command: Payload) -> None:
        word, _, rest = command["text"].partition(" ")
        if word == "silent":
            return
        await ack()
        orders: dict[str, Callable[[Payload, str], Awaitable[Any]]] = {
            "blocks": self._blocks,
            "broken": self._broken,
            "card": self._card,
            "file": self._file,
            "modal": self._modal,
            "ping": self._ping,
            "say": self._say,
            "thread": self._thread,
        }
        await orders[word](command, rest)

    async def _blocks(self, command: Payload, _: str) -> None:
        where = command["channel_id"]
        await self.client.chat_postMessage(channel=where, text="Everything that can be drawn", blocks=blocks.CLASSIC)
        await self.client.chat_postMessage(channel=where, text="What is newer", blocks=blocks.NEWER)

    async def _say(self, command: Payload, rest: str) -> None:
        await self.client.chat_postMessage(channel=command["channel_id"], text=rest)

    async def _card(self, command: Payload, _: str) -> None:
        posted = await self.client.chat_postMessage(channel=command["channel_id"], text="a card", blocks=[blocks.RICH])
        await self.client.chat_update(channel=command["channel_id"], ts=posted["ts"], text="a card, edited", blocks=[blocks.RICH])
        await self.client.reactions_add(channel=command["channel_id"], timestamp=posted["ts"], name="eyes")

    async def _thread(self, command: Payload, _: str) -> None:
        where = command["channel_id"]
        parent = await self.client.chat_postMessage(channel=where, text="The head of a thread")
        await self.client.chat_postMessage(channel=where, thread_ts=parent["ts"], text="a quiet reply")
        await self.client.chat_postMessage(channel=where, thread_ts=parent["ts"], text="a loud reply", reply_broadcast=True)

    async def _broken(self, command: Payload, _: str) -> None:
        wrong = [{"type": "header", "text": blocks.plain("x" * 151)}]
        try:
            await self.client.chat_postMessage(channel=command["channel_id"], text="never seen", blocks=wrong)
        except SlackApiError:
            # By hand: the SDK itself warns about blocks without a text.
            untold = {"channel": command["channel_id"], "blocks": [blocks.RICH]}
            await self.client.api_call("chat.postMessage", json=untold)

    async def _ping(self, command: Payload, _: str) -> None:
        await self.client.chat_postMessage(channel=command["channel_id"], text="<!channel> wake up")

    async def _file(self, command: Payload, _: str) -> None:
        where = command["channel_id"]
        log = "\n".join(f"line {n} of sentry's log <script>alert(1)</script>" for n in range(30))
        await self.client.files_upload_v2(channel=where, filename="sentry.log", title="sentry.log", content=log, initial_comment="The log")
        await self.client.files_upload_v2(channel=where, filename="graph.png", title="Days left", file=png(), initial_comment="The graph")

    async def _modal(self, command: Payload, _: str) -> None:
        await self.client.views_open(trigger_id=command["trigger_id"], view=blocks.modal("Renew the CA", *blocks.INPUTS))

    async def on_press(self, ack: AsyncAck, body: Payload) -> None:
        await ack()
        self.heard.append(body)
        action = body["actions"][0]
        if body["container"]["type"] == "view" and action["action_id"] == "refresh":
            seen: list[Payload] = [{"type": "section", "text": blocks.mrkdwn(f"*prod-eu* · refreshed {len(self.heard)} times")}]
            await self.client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": seen})

    async def on_submit(self, ack: AsyncAck, body: Payload) -> None:
        self.heard.append(body)
        values = body["view"]["state"]["values"]
        reason = values.get("reason", {}).get("value", {}).get("value", "")
        if reason == "too late":
            await ack(response_action="errors", errors={"reason": "Nobody accepts that."})
        elif reason == "again":
            await ack(response_action="update", view=blocks.modal("Updated", *blocks.INPUTS[:3]))
        elif reason == "deeper":
            await ack(response_action="push", view=blocks.modal("Pushed", blocks.field("code", "Code", {"type": "plain_text_input"})))
        elif "code" in values:
            await ack(response_action="clear")
        else:
            await ack()

    async def on_close(self, ack: AsyncAck, body: Payload) -> None:
        self.heard.append(body)
        await ack()

    async def on_mention(self, event: Payload) -> None:
        thread = event.get("thread_ts") or event["ts"]
        await self.client.chat_postMessage(channel=event["channel"], thread_ts=thread, text=f"Heard: {event['text'].partition(' ')[2]}")

    async def on_home(self, event: Payload) -> None:
        await self.client.views_publish(user_id=event["user"], view=blocks.HOME)


def png() -> bytes:
    """A small picture: green above, red below."""
    width, height = 160, 80
    rows = b"".join(b"\0" + (b"\x2a\xa8\x6b" if y < height // 2 else b"\xc9\x3a\x4a") * width for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Kitchen:
    """The workspace, the bot in it, and its connection."""

    slack: SlackEmulator
    sink: KitchenSink
    handler: AsyncSocketModeHandler


@asynccontextmanager
async def kitchen_sink(stage: Stage | None = None, port: int = 0) -> AsyncIterator[Kitchen]:
    """A workspace with its page and this bot in it."""
    async with SlackEmulator(port=port, ack_timeout=ACK_TIMEOUT, routes=(page_of(stage, MANIFEST),)) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        app = AsyncApp(client=client)
        sink = KitchenSink(client)
        sink.register(app)
        await client.auth_test()
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=5)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            await slack.connected()
            talk(slack)
            yield Kitchen(slack, sink, handler)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def main() -> None:
    async with kitchen_sink(port=8765) as kitchen:
        print(kitchen.slack.url, flush=True)  # noqa: T201 - for whoever started it
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
