"""A rotation whose bot dies: at every write of the journal and of the cluster, before it and after it. Another bot takes its place.

life = await lived(COURSES["restore"], Death(at=12, after=True), losing_memory=True)
assert not is_wrong(life), life
"""

import base64
import itertools
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot.model.run import File, Stand, Way
from bot.model.trust_pair import STAGING
from tests.voyage.courses import Course
from tests.voyage.voyage import Voyage, a_voyage
from tests.voyage.witness import Witness, is_one_ca

WRITES: Final = frozenset(
    ("write_configmap", "write_secret", "keep", "hold", "restart", "open_run", "write", "spend_key", "accept_ca"),
)
RESTARTS_WITHIN: Final = timedelta(seconds=5)
"""So long a kubelet takes to start it again."""
FOUND_WITHIN: Final = 12
"""So many turns at most until a bot without any memory has found the run."""
UNCHANGED: Final = "nothing was changed"
FORGOTTEN: Final = "over already"

Object = dict[str, Any]


class Killed(BaseException):
    """SIGKILL: nothing that the bot could catch."""


@dataclass(frozen=True, slots=True)
class Death:
    """``at``: the number of the write, 0 never; ``after``: when it was done; ``of``: only writes of this name are counted."""

    at: int = 0
    after: bool = False
    of: str = ""


@dataclass(slots=True)
class Reaper:
    """Counts writes while ``awake``. ``struck``: where it did; ``moment``: what tells two moments of the world apart.

    ``said``: of each write its name, and the moments before and after it.
    """

    death: Death = field(default_factory=Death)
    awake: bool = False
    struck: list[str] = field(default_factory=list)
    moment: Callable[[], object] = lambda: None
    said: list[tuple[str, object, object]] = field(default_factory=list)

    def wake(self, death: Death) -> None:
        """From now on it counts anew."""
        self.death, self.awake = death, True
        self.said.clear()

    def wrapped(self, real: Any) -> Any:
        """In place of hands, journal or store."""
        return _Mortal(real, self)

    async def write(self, name: str, work: Callable[[], Any]) -> Any:
        """Do it, and strike before or after, or not at all."""
        if not self.awake:
            return await work()
        before = self.moment()
        counted = [one for one, _, _ in self.said if self.death.of in ("", one)]
        is_now = self.death.of in ("", name) and len(counted) + 1 == self.death.at
        if is_now and not self.death.after:
            self._strike(name)
        found = await work()
        self.said.append((name, before, self.moment()))
        if is_now:
            self._strike(name)
        return found

    def _strike(self, name: str) -> None:
        self.awake = False
        self.struck.append(f"{'after' if self.death.after else 'before'} {name}")
        raise Killed


class _Mortal:
    """Something whose writes are counted."""

    def __init__(self, real: Any, reaper: Reaper) -> None:
        self._real = real
        self._reaper = reaper

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in WRITES:
            return found

        async def counted(*args: Any, **how: Any) -> Any:
            return await self._reaper.write(name, lambda: found(*args, **how))

        return counted


@dataclass(frozen=True, slots=True)
class Writes:
    """Of an undisturbed rotation. ``same``: the numbers of those before which the world is as it was after the one before them."""

    names: tuple[str, ...]
    same: frozenset[int]

    def deaths(self, *, stride: int = 1, offset: int = 0) -> tuple[Death, ...]:
        """Every ``stride``-th of all points, before and after. Two deaths that leave the same world behind are one."""
        every = itertools.starmap(Death, itertools.product(range(1, len(self.names) + 1), (False, True)))
        return tuple(one for one in every if one.after or one.at not in self.same)[offset % stride :: stride]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What happened, and what should not have. ``death``: "" when the rotation ended before it; ``wanted``: how it had to end."""

    course: str
    at: int
    death: str
    was_open: bool
    lost_memory: bool
    wanted: str
    end: str
    troubles: tuple[str, ...]


async def writes_of(course: Course) -> Writes:
    """In order: from its approval on, or from when somebody said to go back."""
    reaper = Reaper()
    async with _begun(course, reaper) as voyage:
        file = await _sailed(voyage, course, reaper)
        assert file.run.stand is course.end, file.run.held
    told = reaper.said
    same = frozenset(number for number, (last, now) in enumerate(itertools.pairwise(told), start=2) if last[2] == now[1])
    return Writes(names=tuple(name for name, _, _ in told), same=same)


async def lived(course: Course, death: Death, *, losing_memory: bool = False, again: Death | None = None) -> Life:
    """A rotation whose bot dies there, carried on by another one to its end. ``again``: at which of its writes that one dies too."""
    reaper = Reaper(death=death)
    was_open = False
    async with _begun(course, reaper) as voyage:
        at_first = voyage.data()
        witness = Witness(voyage, gentle=course.gentle)
        voyage.watched.append(witness.look)
        try:
            end = (await _sailed(voyage, course, reaper)).run.stand.value
        except Killed:
            was_open = voyage.is_open
            if losing_memory:
                await voyage.lose_memory()
            if again is not None:
                voyage.journal = reaper.wrapped(voyage.journal)
                reaper.wake(again)
            end = await _taken_over(voyage, course, witness, losing_memory=losing_memory, at_first=at_first)
        return Life(
            course=course.name,
            at=death.at,
            death=", ".join(reaper.struck),
            was_open=was_open,
            lost_memory=losing_memory,
            wanted=course.end.value,
            end=end,
            troubles=(*witness.troubles, *_at_the_end(voyage, course, end, at_first)),
        )


def is_wrong(life: Life) -> bool:
    """Whether it ended as none may."""
    good = {life.wanted}
    if life.lost_memory and life.death:
        good = {f"held, then {life.wanted}", UNCHANGED, FORGOTTEN}
    missed = life.at > 0 and not life.death
    return missed or bool(life.troubles) or life.end not in good


@asynccontextmanager
async def _begun(course: Course, reaper: Reaper) -> AsyncGenerator[Voyage]:
    """Up to where the reaper wakes."""
    with tempfile.TemporaryDirectory() as folder:
        wrap = reaper.wrapped
        async with a_voyage(Path(folder), hands=wrap, journal=wrap, accepting=wrap, **course.opened) as voyage:
            await course.prepare(voyage)
            # All that is left of a bot that died is in the cluster and in its journal: what the journal holds, its writes tell.
            reaper.moment = lambda: (voyage.clock.now(), voyage.kube.store.version)
            yield voyage


async def _sailed(voyage: Voyage, course: Course, reaper: Reaper) -> File:
    await voyage.approve()
    if course.back is not None:
        await voyage.sail(until=course.back)
    reaper.awake = True
    if course.back is not None:
        await voyage.command(Way.REVERT)
    return await voyage.sail()


async def _taken_over(voyage: Voyage, course: Course, witness: Witness, *, losing_memory: bool, at_first: Object) -> str:
    """How it ends with the next bot, and with the one after that if that one dies too."""
    while True:
        voyage.pass_time(RESTARTS_WITHIN)
        witness.booted_at = voyage.clock.now()
        await voyage.boot("another" if losing_memory else "bot")
        try:
            return await (_adopted(voyage, course, at_first) if losing_memory else _resumed(voyage, course))
        except Killed:
            continue


async def _resumed(voyage: Voyage, course: Course) -> str:
    """Whoever said to go back and saw nothing happen says it again."""
    file = await voyage.latest()
    if course.back is not None and file is not None and not file.run.back:
        await voyage.command(Way.REVERT)
    return (await voyage.sail()).run.stand.value


async def _adopted(voyage: Voyage, course: Course, at_first: Object) -> str:
    """Without a memory: nothing was changed, or all was, or the run is found and held, and an approver says how it goes on."""
    for _ in range(FOUND_WITHIN):
        file = await voyage.turn()
        if file is None:
            continue
        if file.run.held is not None:
            assert file.run.held.advice, file.run.held
            await voyage.command(Way.REVERT if course.back is not None and not file.run.back else Way.RESUME)
        return f"held, then {(await voyage.sail()).run.stand.value}"
    if voyage.data() == at_first:
        return UNCHANGED
    return "changed and forgotten" if voyage.data(name=STAGING).get("sealed") else FORGOTTEN


def _at_the_end(voyage: Voyage, course: Course, end: str, at_first: Object) -> Iterator[str]:
    """What is not as it has to be then."""
    if voyage.is_open:
        yield "the pair is open at the end"
    if not is_one_ca(voyage):
        yield "the key is not the issuer's"
    if course.end is Stand.REVERTED and end != UNCHANGED and voyage.data() != at_first:
        yield "the Secret is not as it was, byte for byte"
    if end == UNCHANGED:
        return
    if course.end is Stand.DONE and base64.b64decode(voyage.data()["ca.crt"]).count(b"BEGIN CERTIFICATE") != 1:
        yield "there is not one root"
    if voyage.town.refused() or voyage.town.without_daprd():
        yield f"refused {voyage.town.refused()[:2]}, without a sidecar {voyage.town.without_daprd()[:2]}"
    if not voyage.town.would_start():
        yield "a sentry that starts now makes a CA of its own"
