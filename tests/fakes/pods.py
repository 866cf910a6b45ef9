"""Single pods without a Kubernetes: :class:`bot.ports.Pods` over values, under the same contract as the adapter.

Put nouns into ``states_``, ``events`` (Warnings, in any order) and ``logs``. ``unable`` makes a method raise, ``hanging`` never answer.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.model.counters import Counter
from bot.model.logs import LogLine
from bot.model.scene import KubeEvent, PodName, PodState

Log = tuple[PodName, str, bool]

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class FakePods:
    """``logs`` by pod, container, and whether it is the log of the container before; ``asked_logs``: those that were asked for."""

    states_: list[PodState] = field(default_factory=list)
    events: list[KubeEvent] = field(default_factory=list)
    logs: dict[Log, tuple[LogLine, ...]] = field(default_factory=dict)
    counted: dict[PodName, tuple[Counter, ...] | None] = field(default_factory=dict)
    unable_counters: dict[PodName, Exception] = field(default_factory=dict)
    unable: dict[str, Exception] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    asked_logs: list[Log] = field(default_factory=list)
    asked_counters: list[tuple[PodName, bool]] = field(default_factory=list)

    async def states(self, pods: Sequence[PodName]) -> tuple[PodState, ...]:
        await self._asked("states")
        known = {one.pod: one for one in self.states_}
        return tuple(known[pod] for pod in pods[:10] if pod in known)

    async def warnings(self, namespace: str) -> tuple[KubeEvent, ...]:
        await self._asked("warnings")
        found = [event for event in self.events if event.namespace == namespace]
        return tuple(sorted(found, key=lambda event: event.last_at or LONG_AGO, reverse=True)[:200])

    async def log(self, pod: PodName, container: str, *, previous: bool, lines: int) -> tuple[LogLine, ...]:
        self.asked_logs.append((pod, container, previous))
        await self._asked("log")
        held = self.logs.get((pod, container, previous), ())
        return held[max(0, len(held) - lines) :]

    async def counters(self, pod: PodName, *, is_sidecar: bool) -> tuple[Counter, ...] | None:
        self.asked_counters.append((pod, is_sidecar))
        await self._asked("counters")
        if pod in self.unable_counters:
            raise self.unable_counters[pod]
        return self.counted.get(pod, ())

    async def _asked(self, method: str) -> None:
        self.asked.append(method)
        if method in self.hanging:
            await asyncio.Event().wait()
        if method in self.unable:
            raise self.unable[method]
