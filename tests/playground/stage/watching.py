"""A scenario seen by the real core in this process: what its sweeps make of it, without Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from bot import bootstrap
from bot.config import from_env
from bot.core import Core
from bot.model.alert import CardState, Reason
from bot.model.finding import Severity
from bot.model.report import Answer
from bot.usecases.sweep import Sweeper, Swept
from playground.demo.clusters import Calendar
from playground.kubernetes import SimulatedCluster
from playground.loki import SimulatedLoki
from playground.slack import SlackEmulator
from playground.stage import settings
from playground.stage.clock import StageClock
from playground.stage.collector import Collector
from playground.stage.scenario import Scenario
from playground.stage.world import World

A_WHILE = timedelta(seconds=10)


@dataclass
class Watcher:
    DAY: ClassVar = timedelta(days=1)

    scenario: Scenario
    world: World
    core: Core
    sweeper: Sweeper

    async def looks(self) -> dict[str, str]:
        """After a while it sweeps as often as it takes to believe what it sees; the cards that are known, by check."""
        for _ in range(2):
            await self.sweeps()
        return await self.cards()

    async def sweeps(self) -> Swept:
        self.passes(A_WHILE)
        assert self.core.log_watch is not None
        await self.core.log_watch.look()
        return await self.sweeper.sweep()

    def passes(self, span: timedelta) -> None:
        self.world.clock.advance(span)
        while self.world.settle():
            pass
        self.world.collector.collect(self.world.sentry)

    async def does(self, deed_id: str) -> dict[str, str]:
        (deed,) = [deed for deed in self.scenario.deeds if deed.id == deed_id]
        deed.do(self.world)
        return await self.looks()

    async def cards(self) -> dict[str, str]:
        cards = await self.core.store.cards()
        return {card.finding.check_id: _word(card.state, card.severity, is_unseen=card.unseen_since_at is not None) for card in cards}

    async def facts(self) -> dict[str, str]:
        return {card.finding.check_id: card.finding.fact for card in await self.core.store.cards()}

    def answer(self, check_id: str) -> Answer:
        assert self.sweeper.last is not None
        (answer,) = [answer for answer in self.sweeper.last.report.answers if answer.check_id == check_id]
        return answer


@asynccontextmanager
async def watched(scenario: Scenario, folder: Path) -> AsyncIterator[Watcher]:
    clock = StageClock(folder / "offset")
    calendar = Calendar(clock.now)
    async with SlackEmulator(clock=clock) as slack, SimulatedCluster(now=calendar.now) as kube, SimulatedLoki(now=clock.now) as loki:
        world = World(name="prod-eu", kube=kube, slack=slack, clock=clock, calendar=calendar, collector=Collector(loki=loki))
        scenario.begin(world)
        world.collector.collect(world.sentry)
        chosen = from_env({**settings.of_the_bot(world, folder), **settings.deviations(scenario), "DAPR_WARDEN_REQUEST_SECONDS": "1"})
        async with world.listening(wanted=scenario.shows_certificates), bootstrap.opened(chosen, version="test", clock=clock) as core:
            sweeper = Sweeper(core.observe, core.store, clock, chosen.policy, settle=timedelta(seconds=1), saved=lambda _: None)
            watcher = Watcher(scenario, world, core, sweeper)
            await watcher.sweeps()
            scenario.happen(world)
            watcher.passes(scenario.later)
            yield watcher


def _word(state: CardState, severity: Severity, *, is_unseen: bool) -> str:
    if state is CardState.RESOLVED:
        return "resolved"
    return f"{severity.value}, unseen" if is_unseen else severity.value


__all__ = ["Reason", "Watcher", "watched"]
