"""What the engine writes into the journal besides its effects: that it waits, that it holds and asks people, that it turns by itself."""

from dataclasses import dataclass

import structlog

from bot.model.run import Commanded, Counted, File, Held, Stand, Way
from bot.model.snapshot import BundleNames
from bot.rotation import by_hand
from bot.rotation.outcome import Holding, Waiting
from bot.usecases.logbook import Logbook

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noting:
    """``names``: what the two objects are called, for whoever has to write them by hand. Each raises what the logbook does."""

    logbook: Logbook
    names: BundleNames

    async def waits(self, file: File, step: str, waiting: Waiting) -> None:
        """Once for each thing that it waits for."""
        event = Counted(step=step, told=waiting.told, done=waiting.done, of=waiting.of, until=waiting.until, blind=waiting.blind)
        if file.run.counted != event and file.run.stand is Stand.RUNNING:
            await self.logbook.write(file.id, [event], after=file.seq)

    async def holds(self, file: File, step: str, holding: Holding, *, after: int, is_open: bool = False) -> None:
        """``is_open``: Secret and ConfigMap differ, as far as anybody knows; ``after``: the last entry of what it follows from."""
        if file.run.stand is Stand.HELD and file.run.held is not None and file.run.held.reason == holding.reason:
            return
        advice = f"{holding.advice} {self.by_hand(file)}" if is_open else holding.advice
        event = Held(step=step, reason=holding.reason, advice=advice, ways=holding.ways, affected=holding.affected)
        deed = self.logbook.deed(file.id, "run-held", f"{step}: {holding.reason}")
        await self.logbook.write(file.id, [event], deed=deed, after=after)
        log.warning("the rotation holds", run=file.id[:8], step=step, reason=holding.reason)

    async def turns(self, file: File, way: Way, verb: str, reason: str) -> None:
        """Nobody chose it: the engine did."""
        deed = self.logbook.deed(file.id, verb, reason)
        await self.logbook.write(file.id, [Commanded(way=way, reason=reason)], deed=deed, after=file.seq)
        log.warning("the rotation turns by itself", run=file.id[:8], way=way.value, reason=reason)

    def by_hand(self, file: File) -> str:
        """How people close a pair of this run."""
        return by_hand.advice(file.dossier.bound.namespace, self.names)
