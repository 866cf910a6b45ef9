"""One scenario with its own cluster and its own bot, from its beginning until the block is left."""

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.adapters.clock import SystemClock
from bot.model import pem
from bot.model.certificate import certificates
from bot.model.policy import DEFAULT_LADDER
from playground.demo import child
from playground.demo.child import Bot
from playground.demo.clusters import Calendar
from playground.kubernetes import SimulatedCluster
from playground.slack import SlackEmulator
from playground.stage import settings
from playground.stage.clock import MovableClock
from playground.stage.scenario import Scenario
from playground.stage.world import World

NAME: Final = "prod-eu"
TAIL_BYTES: Final = 16_384
TICK_SECONDS: Final = 0.5
# So that a mark is passed, and not just reached.
BEYOND: Final = timedelta(seconds=5)


@dataclass(slots=True, kw_only=True)
class Performance:
    """A running scenario. ``done`` are the ids of the deeds so far."""

    scenario: Scenario
    world: World
    bot: Bot
    done: list[str] = field(default_factory=list)

    def do(self, deed_id: str) -> None:
        """One of the scenario's deeds. LookupError when it has none of that id."""
        deeds = {deed.id: deed for deed in self.scenario.deeds}
        deeds[deed_id].do(self.world)
        self.done.append(deed_id)

    def advance(self, span: timedelta) -> None:
        """Time moves, and sentry does what was due."""
        self.world.clock.advance(span)
        self.settle()

    def settle(self) -> bool:
        """Let sentry do what is due by now; whether there was anything."""
        did = False
        while self.world.sentry.settle():
            did = True
        return did

    def next_mark_at(self) -> datetime | None:
        """When the CA in the Secret comes to the next mark of the ladder; None when it has passed them all."""
        ends = [one.not_after_at for one in certificates(pem.read(self.world.ca))]
        marks = (end - timedelta(days=days) for end in ends for days in DEFAULT_LADDER)
        return min((mark + BEYOND for mark in marks if mark > self.world.clock.now()), default=None)

    def bot_says(self) -> str:
        """How the bot is, in a few words, from its log."""
        if self.bot.process.returncode is not None:
            return f"ended with exit code {self.bot.process.returncode}"
        last = _last_sweep_at(self.bot.log)
        if last is None:
            return "starting"
        return f"running, last look {max(0, round((SystemClock().now() - last).total_seconds()))} s ago"


@asynccontextmanager
async def performed(
    scenario: Scenario, slack: SlackEmulator, clock: MovableClock, progress: Callable[[str], None]
) -> AsyncGenerator[Performance]:
    """Everything fresh; yields when the scenario has come to where people join in. Raises DemoError when the bot does not start."""
    clock.reset()
    slack.workspace.clear()
    calendar = Calendar(clock.now)
    with tempfile.TemporaryDirectory(dir=clock.offset_file.parent) as name:
        folder = Path(name)
        async with SimulatedCluster(now=calendar.now) as kube:
            world = World(name=NAME, kube=kube, slack=slack, clock=clock, calendar=calendar)
            # Whoever watches should read what is going on before a large cluster takes all our time.
            await asyncio.sleep(TICK_SECONDS / 10)
            scenario.begin(world)
            progress("The bot starts and looks at the cluster …")
            environment = {**settings.of_the_bot(world, folder), **settings.deviations(scenario)}
            words = ("playground.stage.warden", str(clock.offset_file))
            async with child.serving(environment, folder / "bot.log", words) as bot:
                performance = Performance(scenario=scenario, world=world, bot=bot)
                await bot.ready()
                scenario.happen(world)
                performance.advance(scenario.later)
                yield performance


def _last_sweep_at(log: Path) -> datetime | None:
    with log.open("rb") as lines:
        lines.seek(max(0, log.stat().st_size - TAIL_BYTES))
        tail = lines.read()
    for line in reversed(tail.splitlines()):
        if b'"event": "swept"' in line:
            return datetime.fromisoformat(json.loads(line)["timestamp"]).astimezone(UTC)
    return None
