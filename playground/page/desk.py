"""/page/...: what the page asks beyond /control/: one person's screen, the inspector's lines, files, the Enter key."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from playground.page import log, pictures
from playground.page.commands import Command
from playground.page.doorkeeper import json_object
from playground.page.keyboard import Keyboard
from playground.page.screen import screen
from playground.slack.errors import ImpossibleError, SlackError
from playground.slack.sights import as_json

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

# Whatever a file holds, opened in a tab of its own it can do nothing.
INERT = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox", hdrs.CONTENT_DISPOSITION: "inline"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Request handlers around one emulator."""

    slack: "SlackEmulator"
    commands: tuple[Command, ...]
    has_stage: bool = False

    async def screen(self, request: web.Request) -> web.Response:
        """GET /page/screen?user=olga&channel=ops."""
        try:
            reader = self.slack.user(request.query.get("user", ""))
        except SlackError as error:
            return web.json_response({"error": error.code}, status=404)
        return web.json_response(screen(self.slack, reader, request.query.get("channel", "")))

    async def setup(self, _: web.Request) -> web.Response:
        """GET /page/setup: what the composer completes, and whether there is a stage."""
        return web.json_response({"commands": as_json(self.commands), "has_stage": self.has_stage})

    async def journal(self, _: web.Request) -> web.Response:
        """GET /page/journal."""
        return web.json_response(log.lines(self.slack))

    async def detail(self, request: web.Request) -> web.Response:
        """GET /page/journal/{id}."""
        try:
            return web.json_response(log.detail(self.slack, request.match_info["id"]))
        except LookupError:
            return web.json_response({"error": "there is no such line"}, status=404)

    async def file(self, request: web.Request) -> web.Response:
        """GET /page/files/{id}: a picture as a picture, everything else as plain text or bytes to keep."""
        file = self.slack.workspace.files.by_id.get(request.match_info["file"])
        if file is None or file.content is None:
            return web.Response(status=404, headers=INERT)
        kind = pictures.kind_of(file.content)
        if not kind and pictures.is_text(file.content):
            return web.Response(body=file.content, content_type="text/plain", charset="utf-8", headers=INERT)
        return web.Response(body=file.content, content_type=kind or "application/octet-stream", headers=INERT)

    async def type(self, request: web.Request) -> web.Response:
        """POST /page/type {"user", "channel", "text", "thread_ts"?, "broadcast"?}: press Enter."""
        asked = await json_object(request)
        try:
            user, channel = self.slack.user(str(asked.get("user"))), self.slack.channel(str(asked.get("channel")))
            answer = await Keyboard(self.slack, self.commands).enter(
                user,
                channel,
                str(asked.get("text", "")),
                thread_ts=str(asked.get("thread_ts") or ""),
                is_broadcast=asked.get("broadcast") is True,
            )
        except (SlackError, ImpossibleError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(answer)

    async def react(self, request: web.Request) -> web.Response:
        """POST /page/react {"user", "channel", "ts", "name"}: add one's reaction, or take it back."""
        asked = await json_object(request)
        messages = self.slack.workspace.messages
        try:
            message = messages.find(self.slack.channel(str(asked.get("channel"))).id, str(asked.get("ts")))
            mine = (str(asked.get("name")), self.slack.user(str(asked.get("user"))).id)
        except SlackError as error:
            return web.json_response({"error": error.code}, status=400)
        kept = tuple(one for one in message.reactions if one != mine)
        messages.put(replace(message, reactions=kept if mine in message.reactions else (*kept, mine)))
        self.slack.journal.changes.announce()
        return web.json_response({})

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put the desk onto a server."""
        router.add_get("/page/screen", self.screen)
        router.add_get("/page/setup", self.setup)
        router.add_get("/page/journal", self.journal)
        router.add_get("/page/journal/{id}", self.detail)
        router.add_get("/page/files/{file}", self.file)
        router.add_post("/page/type", self.type)
        router.add_post("/page/react", self.react)
