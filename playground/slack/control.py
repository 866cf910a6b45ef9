"""/control/...: the Python control API over HTTP, so that a page or another process can do what a test does.

Reading is GET (`sights.SIGHTS`), doing is POST with a JSON object (`deeds.DEEDS`); every answer is JSON. 400 tells why
something could not be done. POST wants the JSON content type, which keeps foreign web pages out.
"""

import contextlib
from typing import TYPE_CHECKING

from aiohttp import web

from playground.slack.deeds import DEEDS
from playground.slack.errors import ImpossibleError, SlackError
from playground.slack.sights import SIGHTS, as_json

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

LONGEST_WAIT_SECONDS = 30.0


class _Desk:
    """Request handlers around one emulator."""

    def __init__(self, slack: "SlackEmulator") -> None:
        self._slack = slack

    async def look(self, request: web.Request) -> web.Response:
        """GET /control/{sight}."""
        sight = SIGHTS.get(request.match_info["sight"])
        if sight is None:
            return web.json_response({"error": "unknown sight", "known": sorted(SIGHTS)}, status=404)
        try:
            return web.json_response(as_json(sight(self._slack, dict(request.query))))
        except SlackError as error:
            return web.json_response({"error": error.code}, status=400)

    async def do(self, request: web.Request) -> web.Response:
        """POST /control/{deed}."""
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None:
            return web.json_response({"error": "unknown deed", "known": sorted(DEEDS)}, status=404)
        if request.content_type != "application/json":
            return web.json_response({"error": "send application/json"}, status=415)
        try:
            return web.json_response(as_json(await deed(self._slack, await request.json())))
        except (SlackError, ImpossibleError, KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    async def wait(self, request: web.Request) -> web.Response:
        """GET /control/wait?since=N: answers when there is a version after N, or after half a minute."""
        changes, since = self._slack.journal.changes, int(request.query.get("since", -1))
        with contextlib.suppress(TimeoutError):
            await changes.wait_for(lambda: changes.version > since, LONGEST_WAIT_SECONDS)
        return web.json_response({"version": changes.version})


def add_routes(app: web.Application, slack: "SlackEmulator") -> None:
    """Put the control desk of `slack` onto its server."""
    desk = _Desk(slack)
    app.router.add_get("/control/wait", desk.wait)
    app.router.add_get("/control/{sight}", desk.look)
    app.router.add_post("/control/{deed}", desk.do)
