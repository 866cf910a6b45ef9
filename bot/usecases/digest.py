"""Gathers what Dapr's containers of one target printed within a span, and puts it together by kind of line.

Lines come from Loki where one is set and answers, else from Kubernetes itself. What was not read is told, with its reason.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.diagnosis import digesting
from bot.diagnosis.digesting import Digest
from bot.diagnosis.literals import literals
from bot.diagnosis.signature import CONTAINERS, Component
from bot.model import phrases
from bot.model.logs import LogLine, LogQuestion
from bot.model.nanoseconds import instant, since_1970
from bot.model.observed import Observed, Part, Unobserved
from bot.model.redaction import excerpt
from bot.model.scene import Level, PodName, Target
from bot.model.snapshot import Snapshot
from bot.ports import Logs
from bot.usecases.gathering import KUBERNETES, LOKI, Found, Sources, all_of, joined, oldest_first, read

MOST_LINES: Final = 2_000
MOST_PODS: Final = 5
# Of a longer tail the API server's limit of bytes could cut off the end, which is what matters most.
TAIL: Final = 200


async def digest(target: Target, snapshot: Snapshot, span: timedelta, sources: Sources) -> Digest:
    """What was printed within ``span`` before now. Anything else than a BotError is a bug and comes out in an ExceptionGroup."""
    now = sources.clock.now()
    look = _Look(target=target, containers=_containers(target, snapshot), sources=sources, since_at=now - span, now=now)
    found = await look.lines()
    lines = found.part.value if isinstance(found.part, Observed) else ()
    # In a thread: a thousand lines take long enough to be late for Slack.
    kinds = await asyncio.to_thread(digesting.kinds, lines)
    shown = digesting.shown(kinds)
    pods = target.pods if target.level is not Level.COMPONENT else ()
    return Digest(
        target=target,
        cluster=snapshot.cluster,
        since_at=look.since_at,
        until_at=now,
        kinds=shown,
        more=len(kinds) - len(shown),
        read=len(lines),
        source=found.source if isinstance(found.part, Observed) else "",
        logs=await sources.explored(look.question, pods) if found.source == LOKI else None,
        unread=tuple(dict.fromkeys((*_unread(found), *look.passed_over))),
    )


def _containers(target: Target, snapshot: Snapshot) -> tuple[str, ...]:
    """Dapr's own in these pods: one of the control plane has its component's, every other has daprd."""
    if target.level is Level.COMPONENT:
        return (f"dapr-{target.name}",)
    components = snapshot.components.value if isinstance(snapshot.components, Observed) else ()
    own = {PodName(snapshot.namespace, pod.name): one.name for one in components for pod in one.pods}
    names = [f"dapr-{own[pod]}" if pod in own else Component.DAPRD.value for pod in target.pods]
    return tuple(dict.fromkeys(names)) or (Component.DAPRD.value,)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One question, at one instant. ``passed_over``: sentences about lines that were left out because there are too many."""

    target: Target
    containers: tuple[str, ...]
    sources: Sources
    since_at: datetime
    now: datetime
    passed_over: list[str] = field(default_factory=list[str])

    async def lines(self) -> Found[LogLine]:
        """The oldest first."""
        logs, failed = self.sources.logs, tuple[Unobserved, ...]()
        if logs is not None:
            in_loki = await self.sources.part("the logs in Loki", partial(self._in_loki, logs))
            if isinstance(in_loki, Observed):
                return Found(part=in_loki, source=LOKI)
            failed = (in_loki,)
        found = await self._in_kubernetes()
        return Found(part=found.part, gaps=(*failed, *found.gaps), source=KUBERNETES)

    @property
    def question(self) -> LogQuestion:
        """What Loki is asked."""
        pods = self.target.pods
        known = literals([CONTAINERS[one] for one in self.containers if one in CONTAINERS])
        return LogQuestion(
            since_ns=since_1970(self.since_at),
            until_ns=since_1970(self.now),
            limit=MOST_LINES,
            namespace=self.target.namespace,
            pod=pods[0].name if len(pods) == 1 and self.target.level is not Level.COMPONENT else "",
            containers=self.containers,
            literals=tuple(sorted({*known, *digesting.LOUD_LITERALS})),
        )

    async def _in_loki(self, logs: Logs) -> tuple[LogLine, ...]:
        answer = await read(logs, self.question)
        if answer.missed is not None:
            since, until = (phrases.instant(instant(one)) for one in answer.missed)
            self.passed_over.append(f"There are more lines than can be read at once: some from {since} to {until} were left out.")
        wanted = {pod.name for pod in self.target.pods}
        is_all = self.target.level is Level.COMPONENT
        # Of another application's sidecar nobody asked. A line whose pod nobody knows may be the target's.
        return tuple(sorted((line for line in answer.lines if is_all or line.pod in wanted or not line.pod), key=oldest_first))

    async def _in_kubernetes(self) -> Found[LogLine]:
        pods = self.target.pods
        if not pods:
            self.passed_over.append(f"No pod of {self.target.name} was found, so Kubernetes has no log of it.")
        elif len(pods) > MOST_PODS:
            self.passed_over.append(f"Kubernetes was asked for the logs of the worst {MOST_PODS} pods only; there are {len(pods)}.")
        wanted = [(pod, container, previous) for pod in pods[:MOST_PODS] for container in self.containers for previous in (False, True)]
        asked = [self.sources.part(f"the log of {one[0]}", partial(self._log, *one)) for one in wanted]
        parts = await all_of(asked)
        self.passed_over.extend(self._cut([pod for pod, _, _ in wanted], parts))
        found = joined(parts, key=oldest_first)
        if isinstance(found.part, Unobserved):
            return found
        return Found(part=Observed(tuple(line for line in found.part.value if line.at_ns >= since_1970(self.since_at))), gaps=found.gaps)

    async def _log(self, pod: PodName, container: str, previous: bool) -> tuple[LogLine, ...]:  # noqa: FBT001 - which log is meant
        return await self.sources.pods.log(pod, container, previous=previous, lines=TAIL)

    def _cut(self, pods: list[PodName], parts: list[Part[tuple[LogLine, ...]]]) -> Iterator[str]:
        """A tail that does not reach back as far as was asked."""
        cut = dict.fromkeys(
            str(pod)
            for pod, part in zip(pods, parts, strict=True)
            if isinstance(part, Observed) and len(part.value) >= TAIL and min(line.at_ns for line in part.value) > since_1970(self.since_at)
        )
        if cut:
            yield f"Kubernetes was asked for the last {TAIL} lines of each log, too few in {phrases.named([*cut])}."


def _unread(found: Found[LogLine]) -> Iterator[str]:
    if isinstance(found.part, Unobserved):
        yield _sentence("The logs could not be read", found.part)
    for gap in found.gaps:
        yield _sentence("Not everything was read", gap)


def _sentence(begins: str, gap: Unobserved) -> str:
    return excerpt(f"{begins}: {gap.detail.rstrip('.')}. {gap.hint}".rstrip())
