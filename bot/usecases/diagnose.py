"""Gathers a Scene: states, events and logs of what is asked about, all at once, each with a deadline. Judges nothing.

Lines come from Loki where one is set and answers, else from Kubernetes itself. What cannot be seen is Unobserved, with its reason.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, TypeVar

from msgspec import structs

from bot.diagnosis import literals
from bot.diagnosis.signature import CONTAINERS, CONTROL_PLANE, Component
from bot.errors import BotError
from bot.model.logs import LogLine, LogQuestion
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.report import Report
from bot.model.scene import MOST_STATES, ContainerState, KubeEvent, Level, PodName, PodState, Scene, Target
from bot.model.snapshot import Snapshot
from bot.model.workloads import CRASHING
from bot.ports import Clock, Logs, Pods
from bot.usecases.collect import why

T = TypeVar("T")

# Whoever asks waits for the answer: Loki, and Kubernetes after it, take less than five seconds.
DEADLINE: Final = timedelta(seconds=2.4)
# An hour, and a little more: sentry up to 1.11 warns hourly.
WINDOW: Final = timedelta(minutes=65)
LATELY_NS: Final = 5 * 60 * 1_000_000_000
# Around the end of a container: what it said before, and how much later a collector may have dated it.
MOMENT: Final = timedelta(minutes=1)
FLUSHED: Final = timedelta(seconds=10)
MOST_CRASHES: Final = 4
MOST_LINES: Final = 2_000
MOST_PODS: Final = 3
MOST_LOGS: Final = 16
TAIL: Final = 200
LOKI: Final = "Loki"
KUBERNETES: Final = "Kubernetes"
SLOW: Final = "It is slow, or the network is; ask again in a minute."

Log = tuple[PodName, str, bool]
"""Pod, container, and whether the container before the present one is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where to look. ``logs``: None where no Loki is set. ``deadline``: of each part; lines may take twice as long."""

    pods: Pods
    logs: Logs | None
    clock: Clock
    deadline: timedelta = DEADLINE


async def scene(target: Target, snapshot: Snapshot, report: Report, sources: Sources) -> Scene:
    """Look at the target. ``report``: the checks' answers about ``snapshot``.

    Anything else than a BotError is a bug: it ends the other parts and comes out in an ExceptionGroup.
    """
    look = _Look(target=target, snapshot=snapshot, sources=sources, now=sources.clock.now())
    async with asyncio.TaskGroup() as group:
        states = group.create_task(look.states())
        events = group.create_task(look.events())
        lines = group.create_task(look.lines(states))
    warnings, told = events.result(), lines.result()
    return Scene(
        target=target,
        snapshot=snapshot,
        report=report,
        states=states.result(),
        events=warnings.part,
        lines=told.part,
        source=told.source,
        since_at=look.since_at,
        gaps=(*warnings.gaps, *told.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found(Generic[T]):
    """A part, and what of it was not seen all the same. ``source``: who told it."""

    part: Part[tuple[T, ...]]
    gaps: tuple[Unobserved, ...] = ()
    source: str = KUBERNETES


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
        return await self._part("the state of the pods", partial(self.sources.pods.states, self.target.pods[:MOST_STATES]))

    async def events(self) -> _Found[KubeEvent]:
        """Of the target's namespace and of the control plane's, newest first."""
        namespaces = dict.fromkeys((self.target.namespace, self.snapshot.namespace))
        asked = [self._part(f"the events of {one}", partial(self.sources.pods.warnings, one)) for one in namespaces]
        return _joined(await _all(asked), key=_newest_first)

    async def lines(self, states: "asyncio.Task[Part[tuple[PodState, ...]]]") -> _Found[LogLine]:
        """The oldest first."""
        logs, failed = self.sources.logs, list[Unobserved]()
        if logs is not None:
            in_loki = await self._in_loki(logs)
            if isinstance(in_loki, Observed):
                told = _joined([in_loki, *await self._last_words(logs, await states)], key=_oldest_first)
                if isinstance(told.part, Unobserved):
                    # There were no lines, which was seen all the same.
                    return _Found(part=in_loki, gaps=(told.part, *told.gaps), source=LOKI)
                return replace(told, source=LOKI)
            failed.append(in_loki)
        wanted = tuple(dict.fromkeys(self._logs(await states)))[:MOST_LOGS]
        asked = [self._part(f"the log of {pod}", partial(self._log, pod, container, previous)) for pod, container, previous in wanted]
        found = _joined(await _all(asked), key=_oldest_first)
        part: Part[tuple[LogLine, ...]] = found.part
        if isinstance(part, Observed):
            part = Observed(tuple(line for line in part.value if line.at_ns >= _ns(self.since_at)))
        return _Found(part=part, gaps=(*failed, *found.gaps))

    async def _in_loki(self, logs: Logs) -> Part[tuple[LogLine, ...]]:
        """All questions or none: what is missing in Loki can be had from Kubernetes."""
        parts = await _all([self._part("the logs in Loki", partial(self._read, logs, question)) for question in self._questions()])
        failed = next((part for part in parts if isinstance(part, Unobserved)), None)
        return failed or _joined(parts, key=_oldest_first).part

    def _questions(self) -> Iterator[LogQuestion]:
        yield self._question(self.snapshot.namespace, CONTROL_PLANE)
        if self.target.pods and self.target.level is not Level.COMPONENT:
            yield self._question(self.target.namespace, (Component.DAPRD,), self.target.pods)

    def _question(self, namespace: str, components: tuple[Component, ...], pods: tuple[PodName, ...] = ()) -> LogQuestion:
        return LogQuestion(
            since_ns=_ns(self.since_at),
            until_ns=_ns(self.now),
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
                since_ns=_ns(ended_at - MOMENT),
                until_ns=_ns(ended_at + FLUSHED),
                limit=MOST_LINES,
                namespace=pod.namespace,
                pod=pod.name,
                containers=(container,),
            )
            for pod, container, ended_at in crashes
            if ended_at is not None and ended_at - MOMENT >= self.since_at
        ]
        return await _all([self._part("the last words in Loki", partial(self._read, logs, one)) for one in questions[:MOST_CRASHES]])

    async def _read(self, logs: Logs, question: LogQuestion) -> tuple[LogLine, ...]:
        """The oldest lines of the window; when there are too many, then also those of its last minutes, as far as they can be read."""
        answer = await logs.lines(question)
        found = answer.lines
        if answer.read_until_ns < question.until_ns:
            later = structs.replace(question, since_ns=max(answer.read_until_ns, question.until_ns - LATELY_NS))
            found += (await logs.lines(later)).lines
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

    async def _part(self, what: str, ask: Callable[[], Awaitable[T]]) -> Part[T]:
        limit = asyncio.timeout(self.sources.deadline.total_seconds())
        try:
            async with limit:
                return Observed(await ask())
        except BotError as error:
            return Unobserved(why(error), str(error), error.hint)
        except TimeoutError:
            if not limit.expired():
                raise
            seconds = self.sources.deadline.total_seconds()
            return Unobserved(Why.TIMED_OUT, f"Reading {what} took longer than {seconds:g} s and was given up.", SLOW)


async def _all(asked: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """What all of them return, in their order; they run at once."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in asked]
    return [task.result() for task in tasks]


def _joined(parts: Sequence[Part[tuple[T, ...]]], *, key: Callable[[T], float]) -> _Found[T]:
    """What was found, each once, with the gaps, the first of each kind; Unobserved when nothing was found and something not seen."""
    found = dict.fromkeys(one for part in parts if isinstance(part, Observed) for one in part.value)
    failed: dict[Why, Unobserved] = {}
    for part in parts:
        if isinstance(part, Unobserved):
            failed.setdefault(part.why, part)
    gaps = tuple(failed.values())
    if found or not gaps:
        return _Found(part=Observed(tuple(sorted(found, key=key))), gaps=gaps)
    return _Found(part=gaps[0], gaps=gaps[1:])


def _logs_of(state: PodState) -> Iterator[Log]:
    for one in state.containers:
        if one.name in CONTAINERS or _crashes(one):
            yield state.pod, one.name, False
            if one.restarts:
                yield state.pod, one.name, True


def _crashes(container: ContainerState) -> bool:
    return container.waiting == CRASHING or (not container.ready and container.exit_code not in (None, 0))


def _oldest_first(line: LogLine) -> int:
    return line.at_ns


def _newest_first(event: KubeEvent) -> float:
    return -(event.last_at or datetime.fromtimestamp(0, UTC)).timestamp()


def _ns(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000_000 + at.microsecond * 1000
