"""/stage/...: the stage over HTTP. 404 for all of it when the page stands over an emulator alone."""

from aiohttp import web

from playground.page.doorkeeper import json_object
from playground.page.stage import Stage
from playground.slack.errors import ImpossibleError
from playground.slack.sights import as_json


class StageDesk:
    """Request handlers around one stage, or none."""

    def __init__(self, stage: Stage | None) -> None:
        self._stage = stage

    async def state(self, _: web.Request) -> web.Response:
        """GET /stage/state: StageState."""
        if self._stage is None:
            return web.json_response({"error": "there is no stage here, only Slack"}, status=404)
        return web.json_response(as_json(self._stage.state()))

    async def act(self, request: web.Request) -> web.Response:
        """POST /stage/play, /stage/do, /stage/advance with {"id"}: 202 once it has begun, 400 with a sentence if it cannot."""
        stage = self._stage
        if stage is None:
            return web.json_response({"error": "there is no stage here, only Slack"}, status=404)
        wanted = str((await json_object(request)).get("id", ""))
        verb = {"play": stage.play, "do": stage.do, "advance": stage.advance}[request.match_info["verb"]]
        try:
            await verb(wanted)
        except ImpossibleError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({}, status=202)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put the stage onto a server."""
        router.add_get("/stage/state", self.state)
        router.add_post("/stage/{verb:play|do|advance}", self.act)
