"""Asking several things at once, each with a deadline, and joining what was found with what was not."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from msgspec import structs

from bot.errors import Missing
from bot.model import explore, nanoseconds
from bot.model.explore import Address, Explore
from bot.model.logs import LogLine, LogQuestion
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.scene import PodName
from bot.ports import Clock, Logs, Pods
from bot.usecases import parts
from bot.usecases.handshakes import Handshakes

T = TypeVar("T")

# Whoever asks waits for the answer: Loki, and Kubernetes after it, take less than five seconds.
DEADLINE: Final = timedelta(seconds=2.4)
LATELY_NS: Final = 5 * 60 * nanoseconds.SECOND
LOKI: Final = "Loki"
KUBERNETES: Final = "Kubernetes"
SLOW: Final = "It is slow, or the network is; ask again in a minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where to look. ``logs``: None where no Loki is set; ``handshakes``: None where servers are not asked for their certificates.

    ``deadline``: of each part; lines may take twice as long. ``explore``: where people can look at the logs themselves; None where no
    Grafana is set.
    """

    pods: Pods
    logs: Logs | None
    clock: Clock
    handshakes: Handshakes | None = None
    deadline: timedelta = DEADLINE
    explore: Explore | None = None

    async def part(self, what: str, ask: Callable[[], Awaitable[T]]) -> Part[T]:
        """What ``ask`` returns, or why it could not within the deadline. ``what``: as it would be called in a sentence."""
        return await parts.part(what, ask, self.deadline.total_seconds(), hint=SLOW)

    async def explored(self, question: LogQuestion, pods: Sequence[PodName] = ()) -> Address | None:
        """Where people can look at what was asked of Loki; None where no Grafana is set, or Loki's labels do not tell it."""
        if self.explore is None or self.logs is None:
            return None
        labels = await self.part("the labels of Loki", self.logs.labels)
        if isinstance(labels, Unobserved):
            return None
        try:
            return explore.address(self.explore, question, labels.value, [one.name for one in pods])
        except Missing:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[T]):
    """A part, and what of it was not seen all the same. ``source``: who told it."""

    part: Part[tuple[T, ...]]
    gaps: tuple[Unobserved, ...] = ()
    source: str = KUBERNETES


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Lines of one question. ``missed``: from when to when (ns) some were passed over, because there were too many; None = nowhere."""

    lines: tuple[LogLine, ...]
    missed: tuple[int, int] | None = None


async def all_of(asked: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """What all of them return, in their order; they run at once."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in asked]
    return [task.result() for task in tasks]


def joined(parts: Sequence[Part[tuple[T, ...]]], *, key: Callable[[T], float]) -> Found[T]:
    """What was found, each once, with the gaps, the first of each kind; Unobserved when nothing was found and something not seen."""
    found = dict.fromkeys(one for part in parts if isinstance(part, Observed) for one in part.value)
    failed: dict[Why, Unobserved] = {}
    for part in parts:
        if isinstance(part, Unobserved):
            failed.setdefault(part.why, part)
    gaps = tuple(failed.values())
    if found or not gaps:
        return Found(part=Observed(tuple(sorted(found, key=key))), gaps=gaps)
    return Found(part=gaps[0], gaps=gaps[1:])


async def read(logs: Logs, question: LogQuestion) -> Read:
    """The oldest lines of the window; when there are too many, then also those of its last minutes, as far as they can be read."""
    answer = await logs.lines(question)
    if answer.read_until_ns >= question.until_ns:
        return Read(lines=answer.lines)
    later = structs.replace(question, since_ns=max(answer.read_until_ns, question.until_ns - LATELY_NS))
    last = await logs.lines(later)
    missed_until_ns = later.since_ns if last.read_until_ns >= question.until_ns else question.until_ns
    missed = (answer.read_until_ns, missed_until_ns) if answer.read_until_ns < missed_until_ns else None
    return Read(lines=answer.lines + last.lines, missed=missed)


def oldest_first(line: LogLine) -> int:
    """Sorts lines."""
    return line.at_ns
