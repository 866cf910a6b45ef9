"""Gathers a Scene: states, events and logs of what is asked about, all at once, each with a deadline. Judges nothing.

Lines come from Loki where one is set and answers, else from Kubernetes itself. What cannot be seen is Unobserved, with its reason.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from bot.diagnosis import literals
from bot.diagnosis.signature import CONTAINERS, CONTROL_PLANE, Component
from bot.model import servers
from bot.model.chains import CHAINS_NOT_READ, LiveChains
from bot.model.explore import Address
from bot.model.logs import LogLine, LogQuestion
from bot.model.nanoseconds import since_1970
from bot.model.observed import Observed, Part, Unobserved
from bot.model.report import Report
from bot.model.scene import MOST_STATES, ContainerState, KubeEvent, Level, PodName, PodState, Scene, Target
from bot.model.snapshot import Snapshot
from bot.model.workloads import CRASHING
from bot.ports import Logs
from bot.usecases.counting import counted
from bot.usecases.gathering import LOKI, Found, Sources, all_of, joined, oldest_first, read

# An hour, and a little more: sentry up to 1.11 warns hourly.
WINDOW: Final = timedelta(minutes=65)
# Around the end of a container: what it said before, and how much later a collector may have dated it.
MOMENT: Final = timedelta(minutes=1)
FLUSHED: Final = timedelta(seconds=10)
MOST_CRASHES: Final = 4
MOST_LINES: Final = 2_000
MOST_PODS: Final = 3
MOST_LOGS: Final = 16
TAIL: Final = 200

Log = tuple[PodName, str, bool]
"""Pod, container, and whether the container before the present one is meant."""


async def scene(target: Target, snapshot: Snapshot, report: Report, sources: Sources) -> Scene:
    """Look at the target. ``report``: the checks' answers about ``snapshot``.

    Anything else than a BotError is a bug: it ends the other parts and comes out in an ExceptionGroup.
    """
    look = _Look(target=target, snapshot=snapshot, sources=sources, now=sources.clock.now())
    async with asyncio.TaskGroup() as group:
        states = group.create_task(look.states())
        events = group.create_task(look.events())
        lines = group.create_task(look.lines(states))
        counts = group.create_task(counted(target, snapshot, sources))
        chains = group.create_task(look.chains(states))
    warnings, told = events.result(), lines.result()
    links = await look.explored() if told.source == LOKI else ()
    return Scene(
        target=target,
        snapshot=snapshot,
        report=report,
        states=states.result(),
        events=warnings.part,
        lines=told.part,
        source=told.source,
        since_at=look.since_at,
        gaps=(*warnings.gaps, *told.gaps, *counts.result().gaps),
        counters=counts.result().part,
        control_plane_logs=links[0] if links else None,
        own_logs=links[1] if len(links) > 1 else None,
        chains=chains.result(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One question, at one instant."""

    target: Target
    snapshot: Snapshot
    sources: Sources
    now: datetime

    @property
    def since_at(self) -> datetime:
        """Older lines are not looked at."""
        return self.now - WINDOW

    async def states(self) -> Part[tuple[PodState, ...]]:
        """Of the worst ten pods."""
        return await self.sources.part("the state of the pods", partial(self.sources.pods.states, self.target.pods[:MOST_STATES]))

    async def chains(self, states: "asyncio.Task[Part[tuple[PodState, ...]]]") -> Part[LiveChains]:
        """Of the sidecars of the worst three pods; what the control plane shows is in the Snapshot."""
        handshakes, told = self.sources.handshakes, await states
        if handshakes is None:
            return CHAINS_NOT_READ
        if isinstance(told, Unobserved):
            return told
        endpoints = servers.of_sidecars(told.value)
        return await handshakes.seen("the certificates that the sidecars show", endpoints, self.sources.deadline.total_seconds())

    async def events(self) -> Found[KubeEvent]:
        """Of the target's namespace and of the control plane's, newest first."""
        namespaces = dict.fromkeys((self.target.namespace, self.snapshot.namespace))
        asked = [self.sources.part(f"the events of {one}", partial(self.sources.pods.warnings, one)) for one in namespaces]
        return joined(await all_of(asked), key=_newest_first)

    async def lines(self, states: "asyncio.Task[Part[tuple[PodState, ...]]]") -> Found[LogLine]:
        """The oldest first."""
        logs, failed = self.sources.logs, list[Unobserved]()
        if logs is not None:
            in_loki = await self._in_loki(logs)
            if isinstance(in_loki, Observed):
                told = joined([in_loki, *await self._last_words(logs, await states)], key=oldest_first)
                if isinstance(told.part, Unobserved):
                    # There were no lines, which was seen all the same.
                    return Found(part=in_loki, gaps=(told.part, *told.gaps), source=LOKI)
                return replace(told, source=LOKI)
            failed.append(in_loki)
        wanted = tuple(dict.fromkeys(self._logs(await states)))[:MOST_LOGS]
        asked = [self.sources.part(f"the log of {one[0]}", partial(self._log, *one)) for one in wanted]
        found = joined(await all_of(asked), key=oldest_first)
        part: Part[tuple[LogLine, ...]] = found.part
        if isinstance(part, Observed):
            part = Observed(tuple(line for line in part.value if line.at_ns >= since_1970(self.since_at)))
        return Found(part=part, gaps=(*failed, *found.gaps))

    async def _in_loki(self, logs: Logs) -> Part[tuple[LogLine, ...]]:
        """All questions or none: what is missing in Loki can be had from Kubernetes."""
        parts = await all_of([self.sources.part("the logs in Loki", partial(self._read, logs, one)) for one in self._questions()])
        failed = next((part for part in parts if isinstance(part, Unobserved)), None)
        return failed or joined(parts, key=oldest_first).part

    async def explored(self) -> list[Address | None]:
        """Where the lines of each question can be looked at."""
        return await all_of([self.sources.explored(one, self.target.pods if place else ()) for place, one in enumerate(self._questions())])

    def _questions(self) -> Iterator[LogQuestion]:
        """The control plane's lines, then the target's own where it is no part of it."""
        yield self._question(self.snapshot.namespace, CONTROL_PLANE)
        if self.target.pods and self.target.level is not Level.COMPONENT:
            yield self._question(self.target.namespace, (Component.DAPRD,), self.target.pods)

    def _question(self, namespace: str, components: tuple[Component, ...], pods: tuple[PodName, ...] = ()) -> LogQuestion:
        return LogQuestion(
            since_ns=since_1970(self.since_at),
            until_ns=since_1970(self.now),
            limit=MOST_LINES,
            namespace=namespace,
            pod=pods[0].name if len(pods) == 1 else "",
            containers=tuple(name for name, component in CONTAINERS.items() if component in components),
            literals=literals.literals(components),
        )

    async def _last_words(self, logs: Logs, states: Part[tuple[PodState, ...]]) -> list[Part[tuple[LogLine, ...]]]:
        """All that containers printed before they crashed, also what no signature knows: of Loki, so far, only known lines were asked."""
        told = states.value if isinstance(states, Observed) else ()
        crashes = [(state.pod, one.name, one.ended_at) for state in told[:MOST_PODS] for one in state.containers if _crashes(one)]
        questions = [
            LogQuestion(
                since_ns=since_1970(ended_at - MOMENT),
                until_ns=since_1970(ended_at + FLUSHED),
                limit=MOST_LINES,
                namespace=pod.namespace,
                pod=pod.name,
                containers=(container,),
            )
            for pod, container, ended_at in crashes
            if ended_at is not None and ended_at - MOMENT >= self.since_at
        ]
        return await all_of(
            [self.sources.part("the last words in Loki", partial(self._read, logs, one)) for one in questions[:MOST_CRASHES]]
        )

    async def _read(self, logs: Logs, question: LogQuestion) -> tuple[LogLine, ...]:
        """Without what nobody asked about."""
        found = (await read(logs, question)).lines
        wanted = {pod.name for pod in self.target.pods}
        # Of another application's sidecar nobody asked. A line whose pod nobody knows may be the target's.
        return tuple(line for line in found if line.container != Component.DAPRD.value or line.pod in wanted or not line.pod)

    def _logs(self, states: Part[tuple[PodState, ...]]) -> Iterator[Log]:
        """Sentry's; of the worst pods Dapr's own containers and those that crash."""
        told = {state.pod: state for state in states.value} if isinstance(states, Observed) else None
        components = self.snapshot.components.value if isinstance(self.snapshot.components, Observed) else ()
        for sentry in [pod for one in components if one.name == Component.SENTRY.value for pod in one.pods][:MOST_PODS]:
            name = PodName(self.snapshot.namespace, sentry.name)
            yield from ((name, "dapr-sentry", previous) for previous in ((False, True) if sentry.restarts else (False,)))
        for pod in self.target.pods[:MOST_PODS]:
            if told is None:
                yield from ((pod, container, previous) for container in self._usual() for previous in (False, True))
            elif pod in told:
                yield from _logs_of(told[pod])

    def _usual(self) -> tuple[str, ...]:
        """Which containers to ask of a pod that cannot be seen."""
        if self.target.level is Level.COMPONENT:
            return (f"dapr-{self.target.name}",)
        return (Component.DAPRD.value,)

    async def _log(self, pod: PodName, container: str, previous: bool) -> tuple[LogLine, ...]:  # noqa: FBT001 - third of a Log
        return await self.sources.pods.log(pod, container, previous=previous, lines=TAIL)


def _logs_of(state: PodState) -> Iterator[Log]:
    for one in state.containers:
        if one.name in CONTAINERS or _crashes(one):
            yield state.pod, one.name, False
            if one.restarts:
                yield state.pod, one.name, True


def _crashes(container: ContainerState) -> bool:
    return container.waiting == CRASHING or (not container.ready and container.exit_code not in (None, 0))


def _newest_first(event: KubeEvent) -> float:
    return -(event.last_at or datetime.fromtimestamp(0, UTC)).timestamp()
