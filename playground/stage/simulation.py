"""Everything simulated but the bot: a cluster in this process, and time that can be moved."""

import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from bot.adapters.clock import SystemClock
from bot.model import pem
from bot.model.certificate import certificates
from bot.model.policy import DEFAULT_LADDER
from playground import page
from playground.demo import child
from playground.demo.child import Bot
from playground.demo.clusters import Calendar
from playground.kubernetes import SimulatedCluster
from playground.loki import SimulatedLoki
from playground.page import TimeStep
from playground.slack import ImpossibleError, SlackEmulator
from playground.stage import settings
from playground.stage.clock import StageClock
from playground.stage.collector import Collector
from playground.stage.live import Piece, Programme
from playground.stage.scenario import Scenario
from playground.stage.scenarios import SCENARIOS
from playground.stage.tour import Tour
from playground.stage.world import World

NAME: Final = "prod-eu"
TAIL_BYTES: Final = 16_384
A_MOMENT_SECONDS: Final = 0.05
# So that a mark is passed, and not just reached.
BEYOND: Final = timedelta(seconds=5)

TO_NEXT_MARK: Final = "to-next-mark"
SPANS: Final = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
STEPS: Final = (
    TimeStep(id="1h", title="1 hour"),
    TimeStep(id="1d", title="1 day"),
    TimeStep(id="7d", title="7 days"),
    TimeStep(id=TO_NEXT_MARK, title="To the next mark"),
)


def programme(slack: SlackEmulator, clock: StageClock, scenarios: Sequence[Scenario] = SCENARIOS) -> Programme:
    """Every scenario, to be played over ``slack``, which runs on ``clock`` itself."""
    return Programme(
        kind="simulation",
        cluster=NAME,
        pieces=tuple(_piece(scenario, slack, clock) for scenario in scenarios),
        now=clock.now,
        moved_by=lambda: clock.moved_by,
        steps=STEPS,
        tour=Tour(slack),
    )


def _piece(scenario: Scenario, slack: SlackEmulator, clock: StageClock) -> Piece:
    return Piece(
        shown=page.Scenario(id=scenario.id, title=scenario.title, summary=scenario.summary, look_for=scenario.look_for),
        deeds=tuple(page.Deed(id=deed.id, title=deed.title, explains=deed.explains) for deed in scenario.deeds),
        perform=partial(performed, scenario, slack, clock),
    )


@dataclass(slots=True, kw_only=True)
class Performance:
    """A running scenario. Implements :class:`playground.stage.live.Performance`."""

    scenario: Scenario
    world: World
    bot: Bot
    done: list[str] = field(default_factory=list)

    async def do(self, deed_id: str) -> None:
        """One of the scenario's deeds."""
        (deed,) = [deed for deed in self.scenario.deeds if deed.id == deed_id]
        deed.do(self.world)
        self.done.append(deed_id)

    def span(self, step_id: str) -> timedelta:
        """ImpossibleError when the CA has passed its last mark."""
        if step_id != TO_NEXT_MARK:
            return SPANS[step_id]
        mark_at = self._next_mark_at()
        if mark_at is None:
            raise ImpossibleError("This CA has expired: there is no mark ahead any more. Renew it, or start the scenario again.")
        return mark_at - self.world.clock.now()

    def advance(self, span: timedelta) -> None:
        """The cluster does at once what was due meanwhile."""
        self.world.clock.advance(span)
        self._settle()

    def look_after(self) -> bool:
        """What happens in the cluster by itself."""
        self.bot.require_alive("anybody stopped it")
        return self._settle()

    def bot_says(self) -> str:
        """From its log."""
        last = _last_sweep_at(self.bot.log)
        if last is None:
            return "starting"
        return f"running, last look {max(0, round((SystemClock().now() - last).total_seconds()))} s ago"

    def _settle(self) -> bool:
        did = False
        while self.world.settle():
            did = True
        self.world.collector.collect(self.world.sentry)
        return did

    def _next_mark_at(self) -> datetime | None:
        ends = [one.not_after_at for one in certificates(pem.read(self.world.ca))]
        marks = (end - timedelta(days=days) + BEYOND for end in ends for days in DEFAULT_LADDER)
        return min((mark for mark in marks if mark > self.world.clock.now()), default=None)


@asynccontextmanager
async def performed(
    scenario: Scenario, slack: SlackEmulator, clock: StageClock, says: Callable[[str], None]
) -> AsyncGenerator[Performance]:
    """A fresh cluster and a fresh bot; yields when the scenario has come to where people join in. DemoError when the bot does not start."""
    clock.reset()
    calendar = Calendar(clock.now)
    with tempfile.TemporaryDirectory(dir=clock.offset_file.parent) as name:
        folder = Path(name)
        async with SimulatedCluster(now=calendar.now) as kube, SimulatedLoki(now=clock.now) as loki:
            world = World(name=NAME, kube=kube, slack=slack, clock=clock, calendar=calendar, collector=Collector(loki=loki))
            # Whoever watches should read what is going on before a large cluster takes all our time.
            await asyncio.sleep(A_MOMENT_SECONDS)
            scenario.begin(world)
            world.collector.collect(world.sentry)
            says("The bot starts and looks at the cluster …")
            environment = {**settings.of_the_bot(world, folder), **settings.deviations(scenario)}
            starts = child.serving(environment, folder / "bot.log", ("playground.stage.warden", str(clock.offset_file)))
            async with world.listening(wanted=scenario.shows_certificates), starts as bot:
                performance = Performance(scenario=scenario, world=world, bot=bot)
                await bot.ready()
                if scenario.is_kept:
                    await _kept(world, bot)
                scenario.happen(world)
                performance.advance(scenario.later)
                yield performance


async def _kept(world: World, bot: Bot) -> None:
    """DemoError when the bot ends before it has put the CA away."""
    while not world.is_kept:
        bot.require_alive("it kept the CA")
        await asyncio.sleep(A_MOMENT_SECONDS)


def _last_sweep_at(log: Path) -> datetime | None:
    with log.open("rb") as lines:
        lines.seek(max(0, log.stat().st_size - TAIL_BYTES))
        tail = lines.read()
    for line in reversed(tail.splitlines()):
        if b'"event": "swept"' in line:
            return datetime.fromisoformat(json.loads(line)["timestamp"]).astimezone(UTC)
    return None
