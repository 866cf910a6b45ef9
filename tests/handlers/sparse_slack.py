"""A second Slack-compatible server, made to give the least: what real ones leave out or do otherwise, all in one.

It routes POST only. It knows six methods and answers the others with 404. Answers carry what the caller cannot do without.
Accounts are an id and a name. Ids are short, with underscores. Nothing has a metadata, a permalink, a team beside auth.test's.
Every payload goes to every socket. Hello, envelopes and payloads carry nothing optional; there are no response URLs, or dead ones.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

T = TypeVar("T")
Json = dict[str, Any]

BOT = "U_BOT"
CHANNEL = "C_OPS"
TEAM = "T_ONE"


@dataclass
class SparseSlack:
    users: dict[str, Json] = field(default_factory=lambda: {name: {"id": name, "name": name} for name in (BOT, "U_ANN", "U_OPS")})
    said: list[Json] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    acks: list[Json] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    url: str = ""
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/{method}", self.api)
        app.router.add_get("/ws", self.socket)
        return app

    async def until(self, predicate: Callable[[], T]) -> T:
        """The first truthy value."""
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(predicate)
        return predicate()

    async def tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        asked: Json = json.loads(await request.text() or "{}") if is_json else dict(await request.post())
        self.asked.append(method)
        answer = self.answer(method, asked)
        await self.tell()
        status = 404 if answer == {"ok": False, "error": "unknown_method"} else 200
        return web.json_response(answer, status=status)

    def answer(self, method: str, asked: Json) -> Json:
        match method:
            case "auth.test":
                return {"ok": True, "team_id": TEAM, "user_id": BOT}
            case "apps.connections.open":
                return {"ok": True, "url": self.url.replace("http", "ws") + "/ws"}
            case "users.info":
                user = self.users.get(asked.get("user", ""))
                return {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}
            case "chat.postMessage" | "chat.postEphemeral":
                ts = f"{next(self.ids)}.0"
                self.said.append({**asked, "ts": ts})
                return {"ok": True, "ts": ts} if method == "chat.postMessage" else {"ok": True}
            case "chat.update":
                (message,) = (m for m in self.said if m["ts"] == asked["ts"])
                message |= asked
                return {"ok": True}
        return {"ok": False, "error": "unknown_method"}

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        stream = web.WebSocketResponse()
        await stream.prepare(request)
        await stream.send_json({"type": "hello"})
        self.sockets.append(stream)
        await self.tell()
        async for frame in stream:
            if frame.type is WSMsgType.TEXT:
                self.acks.append(json.loads(frame.data))
                await self.tell()
        self.sockets.remove(stream)
        return stream

    async def send(self, kind: str, payload: Json) -> None:
        """To every socket, until each has acked."""
        envelope = {"envelope_id": f"e{next(self.ids)}", "type": kind, "payload": payload}
        for stream in self.sockets:
            await stream.send_json(envelope)
        await self.until(lambda: len([a for a in self.acks if a["envelope_id"] == envelope["envelope_id"]]) == len(self.sockets))

    async def slash(self, text: str, user: str = "U_ANN", **more: str) -> None:
        payload = {"command": "/dapr", "text": text, "user_id": user, "channel_id": CHANNEL, "team_id": TEAM}
        await self.send("slash_commands", payload | {"trigger_id": f"t{next(self.ids)}"} | more)

    async def click(self, message: Json, action_id: str, user: str = "U_ANN", value: str = "") -> None:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": f"{next(self.ids)}.5"}
        container = {"type": "message", "message_ts": message["ts"], "channel_id": CHANNEL}
        await self.send("interactive", {"type": "block_actions", "container": container, "user": {"id": user}, "actions": [action]})

    async def message(self, text: str, kind: str = "message", **more: str) -> None:
        event = {"type": kind, "text": text, "user": "U_ANN", "channel": CHANNEL, "ts": f"{next(self.ids)}.7"} | more
        await self.send("events_api", {"type": "event_callback", "event": event, "team_id": TEAM})
