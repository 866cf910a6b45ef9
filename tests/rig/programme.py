"""What can be played on real programs, for the page: each scenario begins with an empty cluster, and deeds are done for real."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from playground.demo.child import DemoError
from playground.page import Deed, Scenario
from playground.slack import SlackEmulator
from playground.stage.live import Piece, Programme
from tests.rig.api_server import ApiServer
from tests.rig.cluster import ApiError
from tests.rig.dapr import TrustBundle
from tests.rig.deeds import PAST_SEVEN_DAYS
from tests.rig.process import RigError
from tests.rig.stage import Settings, Stage, bundle_until

IMPATIENT: Final[Settings] = {"sweep_seconds": "2", "poll_seconds": "2", "settle_seconds": "1"}
Say = Callable[[str], None]
Doing = Callable[["RigPerformance"], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class RigPerformance:
    """Implements :class:`playground.stage.live.Performance`. ``saved`` is the pair with which it began."""

    stage: Stage
    saved: TrustBundle
    done: list[str] = field(default_factory=list)

    async def do(self, deed_id: str) -> None:
        try:
            await DOINGS[deed_id](self)
        except (RigError, ApiError, TimeoutError) as error:
            raise DemoError(str(error)) from error
        self.done.append(deed_id)

    def span(self, step_id: str) -> timedelta:
        raise NotImplementedError(f"real time cannot be moved: {step_id}")

    def advance(self, span: timedelta) -> None:
        raise NotImplementedError(f"real time cannot be moved: {span}")

    def look_after(self) -> bool:
        code = self.stage.bot.exit_code()
        if code is not None:
            raise DemoError("\n".join((f"The bot ended with exit code {code}.", *self.stage.bot.tail())))
        return False

    def bot_says(self) -> str:
        return "running"


async def _newline(performance: RigPerformance) -> None:
    await performance.stage.add_a_newline()


async def _restart(performance: RigPerformance) -> None:
    await performance.stage.restart_sentry()


async def _restore(performance: RigPerformance) -> None:
    await performance.stage.write_back(performance.saved)


DEEDS: Final = (
    Deed(
        id="newline",
        title="Add one newline to the ConfigMap",
        explains="Its ca.crt ends with one newline more than the Secret's, written over the real API.",
    ),
    Deed(id="sentry-restarts", title="Restart sentry", explains="The real process ends, and another one reads both objects anew."),
    Deed(id="restore", title="Restore the pair", explains="The saved CA goes into both objects, the ConfigMap first; sentry loads it."),
)
DOINGS: Final[Mapping[str, Doing]] = {"newline": _newline, "sentry-restarts": _restart, "restore": _restore}

OWN_CA: Final = Scenario(
    id="own-ca",
    title="Sentry makes its own CA",
    summary="An empty cluster: sentry 1.18.3 finds two empty objects and writes a CA into both. It ends in a year.",
    look_for="Silence. `/dapr status` says until when. Then add the newline, and restart sentry to see it do what the card says.",
)
SEVEN_DAYS: Final = Scenario(
    id="seven-days",
    title="Seven days and 90 seconds left",
    summary="A CA of one's own with a little more than a week left. Time is real here: the mark of seven days comes by itself.",
    look_for="One card now; after a minute and a half it gets worse, and the channel hears of it once.",
)


def programme(server: ApiServer, folder: Path, slack: SlackEmulator) -> Programme:
    """Both scenarios on one API server, which is emptied in between."""
    return Programme(
        kind="rig",
        cluster="rig",
        pieces=tuple(
            Piece(shown=one, deeds=DEEDS, perform=partial(_performed, one, server, folder, slack)) for one in (OWN_CA, SEVEN_DAYS)
        ),
        now=slack.workspace.clock.now,
    )


@asynccontextmanager
async def _performed(
    scenario: Scenario, server: ApiServer, folder: Path, slack: SlackEmulator, says: Say
) -> AsyncGenerator[RigPerformance]:
    try:
        says("The API server is emptied …")
        await asyncio.to_thread(server.cluster.erase_all)
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
            async with Stage(server, Path(place), slack) as stage:
                says("Sentry starts …")
                await stage.install_dapr(_bundle(slack) if scenario is SEVEN_DAYS else None)
                await stage.run_apps("orders", "payments")
                saved = await stage.bundle()
                says("The bot starts and looks at the cluster …")
                await stage.start_bot({**IMPATIENT, "cluster": "rig"})
                yield RigPerformance(stage=stage, saved=saved)
    except (RigError, ApiError, TimeoutError) as error:
        raise DemoError(str(error)) from error


def _bundle(slack: SlackEmulator) -> TrustBundle:
    return bundle_until(slack.workspace.clock.now().replace(microsecond=0) + PAST_SEVEN_DAYS + timedelta(days=7))
