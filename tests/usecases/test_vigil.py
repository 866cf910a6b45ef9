import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import Unreachable
from bot.usecases.vigil import FIRST_PAUSE, LONGEST_PAUSE, Vigil
from tests.builders import a_ca, a_configmap, a_secret, days
from tests.fakes.cluster import FakeCluster
from tests.usecases.watchtower import SETTLE, Watchtower


@dataclass
class Night:
    """A vigil over a fake cluster, with its three loops running. Pauses end at once, and are remembered."""

    tower: Watchtower = field(default_factory=Watchtower)
    cluster: FakeCluster = field(default_factory=lambda: FakeCluster(secret=a_secret(), configmap=a_configmap()))
    rung_at: list[datetime] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vigil = Vigil(
            cluster=self.cluster,
            store=self.tower.store,
            sweeper=self.tower.sweeper,
            clock=self.tower.clock,
            ring_at=self.rung_at.append,
            pause=self._pause,
            settle=SETTLE,
            keep=timedelta(days=90),
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        async with asyncio.TaskGroup() as tasks:
            loops = [tasks.create_task(loop()) for loop in (self.vigil.sweep_when_due, self.vigil.poll_when_due, self.vigil.watch)]
            await self.until(lambda: self.cluster.open_watches == 1 or "trust_changes" in self.cluster.unable)
            yield
            for loop in loops:
                loop.cancel()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 - what is awaited has no event of its own
                await asyncio.sleep(0)

    @property
    def sweeps(self) -> int:
        return len(self.tower.saved)


async def test_the_first_sweep_comes_at_once() -> None:
    night = Night()

    async with night.kept():
        await night.until(lambda: night.sweeps == 1)


async def test_a_change_that_the_watch_sees_is_swept_at_once() -> None:
    night = Night()
    async with night.kept():
        await night.until(lambda: night.sweeps == 1)

        night.cluster.set_configmap(b"another")

        await night.until(lambda: night.sweeps == 2)


async def test_a_change_while_the_watch_is_cut_is_found_by_the_poll() -> None:
    night = Night()
    night.cluster.hanging.add("trust_changes")
    async with asyncio.TaskGroup() as tasks:
        loops = [tasks.create_task(loop()) for loop in (night.vigil.sweep_when_due, night.vigil.poll_when_due, night.vigil.watch)]
        night.vigil.poll_due.ring()
        await night.until(lambda: night.sweeps >= 1 and "trust_versions" in night.cluster.asked)
        night.vigil.poll_due.ring()
        await night.until(lambda: night.cluster.asked.count("trust_versions") == 2)
        before = night.sweeps

        night.cluster.set_configmap(b"another")
        night.vigil.poll_due.ring()

        await night.until(lambda: night.sweeps > before)
        for loop in loops:
            loop.cancel()


async def test_a_change_between_the_first_sweep_and_the_first_poll_is_not_missed() -> None:
    night = Night()
    night.cluster.hanging.add("trust_changes")
    async with asyncio.TaskGroup() as tasks:
        loops = [tasks.create_task(loop()) for loop in (night.vigil.sweep_when_due, night.vigil.poll_when_due, night.vigil.watch)]
        await night.until(lambda: night.sweeps == 1)

        night.cluster.set_configmap(b"another")
        night.vigil.poll_due.ring()

        await night.until(lambda: night.sweeps == 2)
        for loop in loops:
            loop.cancel()


async def test_a_poll_that_finds_nothing_new_sweeps_nothing() -> None:
    night = Night()
    async with night.kept():
        await night.until(lambda: night.sweeps == 1)
        night.vigil.poll_due.ring()
        await night.until(lambda: night.sweeps == 2)

        for polls in (2, 3, 4):
            night.vigil.poll_due.ring()
            await night.until(lambda polls=polls: night.cluster.asked.count("trust_versions") == polls)  # type: ignore[misc]

    assert night.sweeps == 2


async def test_a_poll_that_fails_changes_nothing_and_the_next_one_works() -> None:
    night = Night()
    async with night.kept():
        await night.until(lambda: night.sweeps == 1)
        night.vigil.poll_due.ring()
        await night.until(lambda: night.sweeps == 2)
        night.cluster.unable["trust_versions"] = Unreachable("no route")
        night.vigil.poll_due.ring()
        await night.until(lambda: night.cluster.asked.count("trust_versions") == 2)

        night.cluster.unable.clear()
        night.cluster.hanging.add("trust_changes")
        night.cluster.set_secret(b"a", b"b", b"c")
        night.vigil.poll_due.ring()

        await night.until(lambda: night.sweeps == 3)


async def test_a_watch_that_is_cut_is_opened_again_and_what_it_missed_is_looked_for() -> None:
    night = Night()
    async with night.kept():
        await night.until(lambda: night.sweeps == 1)

        night.cluster.cut_watches(Unreachable("connection reset"))

        await night.until(lambda: night.sweeps == 2 and night.cluster.open_watches == 1)


async def test_a_bug_in_looking_ends_neither_the_poll_nor_the_watch() -> None:
    night = Night()
    async with night.kept():
        await night.until(lambda: night.sweeps == 1)
        night.cluster.unable["trust_versions"] = night.cluster.unable["trust_changes"] = KeyError("resourceVersion")
        night.cluster.cut_watches(Unreachable("connection reset"))
        night.vigil.poll_due.ring()
        await night.until(lambda: "trust_versions" in night.cluster.asked and len(night.pauses) >= 2)

        night.cluster.unable.clear()

        await night.until(lambda: night.cluster.open_watches == 1)
        night.vigil.poll_due.ring()
        await night.until(lambda: night.cluster.asked.count("trust_versions") == 2)


async def test_pauses_grow_while_the_watch_fails_and_stay_bounded() -> None:
    night = Night()
    night.cluster.unable["trust_changes"] = Unreachable("no route")

    async with night.kept():
        await night.until(lambda: len(night.pauses) >= 9)

    assert FIRST_PAUSE <= night.pauses[0] <= 2 * FIRST_PAUSE
    assert LONGEST_PAUSE / 2 <= night.pauses[8] <= LONGEST_PAUSE


async def test_a_sweep_that_fails_is_tried_again_after_the_wait_and_ends_no_loop() -> None:
    night = Night()

    async def full_disk() -> None:
        raise Unreachable("no space left")

    night.tower.store.cards = full_disk  # type: ignore[assignment,method-assign]
    async with night.kept():
        await night.until(lambda: len(night.rung_at) == 1)
        del night.tower.store.cards
        night.vigil.due.ring()
        await night.until(lambda: night.sweeps == 1)

    assert night.rung_at == [night.tower.clock.now() + SETTLE]


async def test_the_scheduler_is_asked_to_ring_when_the_next_rung_comes() -> None:
    night = Night()
    night.tower.sees(ca=a_ca(expires_in=days(12)))

    async with night.kept():
        await night.until(lambda: len(night.rung_at) == 1)

    assert night.rung_at == [night.tower.clock.now() + days(5)]
