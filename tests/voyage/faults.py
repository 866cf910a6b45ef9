"""What goes wrong with every write of a rotation, and what somebody does to the cluster meanwhile."""

import contextlib
import enum
import os
import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.errors import BotError, Throttled, TimedOut, Unreachable
from bot.model.run import File, Stand
from bot.ports import Hands, Journal
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from playground.kubernetes.faults import Effect
from tests.voyage.courses import reaches
from tests.voyage.voyage import Voyage
from tests.voyage.witness import Witness

SEED: Final = os.environ.get("FAULT_SEED", "1")  # noqa: TID251 - of these tests, not of the bot
IS_WHOLE: Final = os.environ.get("FAULTS") == "all"  # noqa: TID251 - as above
WRITES: Final = ("write_configmap", "write_secret", "keep", "hold", "restart")


T = TypeVar("T")


class Fault(enum.Enum):
    """Of a write. To whoever made it, the last two look alike."""

    CONFLICT = "somebody touched the object's labels meanwhile (409)"
    THROTTLED = "the API server wants to be left alone (429)"
    LOST = "no answer, and it was not done"
    UNHEARD = "no answer, and it was done"


@dataclass(slots=True)
class Mishaps:
    """One write in three goes wrong in that way, by chance, the same with the same seed. ``idle``: none does. ``struck``: which did."""

    fault: Fault
    idle: bool = False
    touch: Callable[[str], None] = lambda _: None
    struck: list[str] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - nothing is kept secret by it

    def wrapped(self, real: Hands) -> Any:
        """In place of the hands."""
        return _Clumsy(real, self)

    async def write(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do it, or not."""
        if self.idle or self._chance.randrange(3):
            return await work()
        self.struck.append(name)
        match self.fault:
            case Fault.CONFLICT:
                self.touch(name)
                return await work()
            case Fault.THROTTLED:
                raise Throttled("update: too many requests (429).", retry_after=timedelta(seconds=1))
            case Fault.LOST:
                raise TimedOut("update: no answer in time.")
            case Fault.UNHEARD:
                await work()
                raise TimedOut("update: no answer in time.")


class _Clumsy:
    def __init__(self, real: Hands, mishaps: Mishaps) -> None:
        self._real = real
        self._mishaps = mishaps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in WRITES:
            return found

        async def written(*args: Any) -> Any:
            return await self._mishaps.write(name, lambda: found(*args))

        return written


@dataclass(slots=True)
class Forgetful:
    """A memory that takes nothing any more while ``full``, and cannot even be read while ``gone``."""

    full: bool = False
    gone: bool = False

    def wrapped(self, real: Journal) -> Any:
        """In place of the journal."""
        return _Disk(real, self)


class _Disk:
    def __init__(self, real: Journal, state: Forgetful) -> None:
        self._real = real
        self._state = state

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        is_write = name in ("write", "open_run", "spend_key", "place")

        async def asked(*args: Any, **how: Any) -> Any:
            if self._state.gone or (self._state.full and is_write):
                raise Unreachable("The bot's memory does not answer: database or disk is full", hint="Is the disk full?")
            return await found(*args, **how)

        return asked


def columns(*which: T, often: int = 1) -> list[T]:
    """Where a fault strikes: so many of these, chosen by ``FAULT_SEED``; all of them with ``FAULTS=all`` (`make faults`)."""
    if IS_WHOLE:
        return list(which)
    # The same in each worker of a run, and with the same seed.
    return random.Random(SEED).sample(which, often)  # noqa: S311 - nothing is kept secret by it


def touch(voyage: Voyage, name: str) -> None:
    """Somebody changes a label of what is about to be written: another resourceVersion, the same data."""
    kind = {"write_configmap": "ConfigMap", "write_secret": "Secret"}.get(name)
    if kind is not None:
        found = voyage.kube.get(kind, BUNDLE, NAMESPACE)
        labels = {**(found["metadata"].get("labels") or {}), "touched": f"at-{voyage.clock.now():%H-%M-%S}"}
        voyage.kube.put({**found, "metadata": {**found["metadata"], "labels": labels}}, manager="kubectl-label")


async def turns(voyage: Voyage, number: int) -> None:
    """So many turns of a bot that may be unable: what it raises is logged, and it tries again."""
    for _ in range(number):
        with contextlib.suppress(BotError):
            await voyage.carriage.tend()
        pace = voyage.pace
        with contextlib.suppress(BotError):
            pace = voyage.pace_of(await voyage.latest())
        voyage.pass_time(pace)


async def persisted(voyage: Voyage, most: int = 400) -> File:
    """Turn after turn of a bot that is unable now and then, until the run is over or holds."""
    for _ in range(most):
        await turns(voyage, 1)
        file = await voyage.journal.latest_run("prod-eu")
        if file is not None and (file.run.is_over or file.run.stand is Stand.HELD):
            return file
    raise AssertionError(f"not over after {most} turns")


async def now(voyage: Voyage) -> File:
    """The run as the journal has it."""
    file = await voyage.journal.latest_run("prod-eu")
    assert file is not None
    return file


async def held(voyage: Voyage) -> str:
    """Reason and advice of a run that has to hold."""
    file = await now(voyage)
    assert file.run.stand is Stand.HELD, (file.run.stand, file.run.step)
    assert file.run.held is not None
    return f"{file.run.held.reason} {file.run.held.advice}"


def watched(voyage: Voyage, *, gentle: bool = True) -> Witness:
    """From now on everything that must never be is noted."""
    witness = Witness(voyage, gentle=gentle)
    voyage.watched.append(witness.look)
    return witness


def memory(voyage: Voyage) -> Path:
    """The file of the bot's memory."""
    return voyage.folder / "memory"


def a_newer_bot_wrote(voyage: Voyage) -> None:
    """An event that this version does not know, into the journal."""
    with closing(sqlite3.connect(memory(voyage))) as connection:
        insert = "INSERT INTO journal (number, run, at, fence, event) SELECT max(number) + 1, run, at, fence, ? FROM journal"
        connection.execute(insert, ('{"type":"danced"}',))
        connection.commit()


async def half_written(voyage: Voyage) -> None:
    """An approved run whose ConfigMap is written, and whose Secret cannot be."""
    await voyage.approve()
    await voyage.sail(until=reaches("write-pair"))
    # Not the rehearsal, but the write itself.
    voyage.kube.fault(Effect.ERROR, verb="update", resource="secrets", skip=1)
    await turns(voyage, 1)
    assert is_open(voyage)


def is_open(voyage: Voyage) -> bool:
    """Whether Secret and ConfigMap differ, now: a property would be taken for as it was a moment ago."""
    return voyage.is_open
