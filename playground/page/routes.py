"""Where everything of the page is found on the server."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from playground.page import doorkeeper
from playground.page.commands import read_commands
from playground.page.desk import Desk
from playground.page.stage import Stage
from playground.page.stage_desk import StageDesk
from playground.page.static_files import StaticFiles
from playground.page.stream import Stream

if TYPE_CHECKING:
    from playground.slack.emulator import AddRoutes, SlackEmulator

STATIC = Path(__file__).parent / "static"
MANIFEST = Path(__file__).parents[2] / "deploy" / "slack-manifest.json"


def page_of(stage: Stage | None = None, manifest: Path = MANIFEST) -> "AddRoutes":
    """The page as an emulator takes it: `SlackEmulator(routes=(page_of(stage),))`."""
    return lambda app, slack: add_routes(app, slack, stage, manifest)


def add_routes(app: web.Application, slack: "SlackEmulator", stage: Stage | None = None, manifest: Path = MANIFEST) -> None:
    """Put the page onto the server of `slack`; the composer completes the commands of `manifest`."""
    desk = Desk(slack, read_commands(manifest), has_stage=stage is not None)
    stream = Stream(slack.journal.changes, instance=secrets.token_hex(8))
    app.on_response_prepare.append(doorkeeper.harden)
    app.on_shutdown.append(stream.end)
    app.router.add_get("/page/events", stream.serve)
    desk.add_routes(app.router)
    StageDesk(stage).add_routes(app.router)
    StaticFiles(STATIC).add_routes(app.router)
