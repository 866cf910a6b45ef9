"""Calling canary URLs: while a run is under way, and never longer; what fails is counted, kept and told."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import pytest

from bot.errors import Unreachable
from bot.model.canary_urls import UrlTally
from bot.model.run import Finished, Stand
from bot.usecases.canary_urls import BROKE, CanaryUrls
from bot.usecases.logbook import Logbook
from bot.usecases.tenancy import Tenancy
from tests.cards import NOW
from tests.events import started
from tests.fakes.clock import FakeClock
from tests.fakes.hands import FakeHands
from tests.fakes.journal import FakeJournal
from tests.requests import a_deed, a_dossier

SHOP, PAY = "http://shop/health", "http://pay/health"


@dataclass
class Route:
    """``answers``: what each call comes to, "" for an answer; then there are answers only."""

    answers: deque[str | Exception] = field(default_factory=deque)
    journal: FakeJournal = field(default_factory=FakeJournal)
    urls: tuple[str, ...] = (SHOP,)
    called: list[str] = field(default_factory=list)
    told: int = 0

    def __post_init__(self) -> None:
        clock = FakeClock(NOW)
        tenancy = Tenancy(hands=FakeHands(), clock=clock, holder="bot")
        self.book = Logbook(cluster="prod-eu", journal=self.journal, tenancy=tenancy, clock=clock, person=lambda one: one)
        self.book.heard.add(self._hear)
        self.calling = CanaryUrls(urls=self.urls, call=self._call, logbook=self.book)

    async def begins(self, id_: str = "r1") -> None:
        await self.journal.open_run(id_, a_dossier(), started(), NOW, fence=1, deed=a_deed("run-started", subject=id_))
        await self.calling.look()

    async def ends(self, id_: str = "r1") -> None:
        await self.journal.write(id_, [Finished(stand=Stand.DONE)], NOW, fence=1)
        await self.calling.look()

    async def calls(self, *answers: str | Exception, url: str = SHOP) -> None:
        self.answers.extend(answers)
        for _ in answers:
            await self.calling.once(url)

    async def kept(self, id_: str = "r1") -> tuple[UrlTally, ...]:
        file = await self.journal.run(id_)
        assert file is not None
        return file.urls

    def _hear(self) -> None:
        self.told += 1

    async def _call(self, url: str) -> str:
        self.called.append(url)
        answer = self.answers.popleft() if self.answers else ""
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_the_first_failure_is_kept_and_told_at_once_and_later_ones_are_counted() -> None:
    route = Route()
    await route.begins()

    await route.calls("", "", "HTTP 503")
    (kept,) = await route.kept()
    await route.calls("HTTP 503", "")

    assert (kept.tries, kept.failures, kept.first_failed_at, kept.reason) == (3, 1, NOW, "HTTP 503")
    assert route.told == 1


async def test_at_its_end_what_was_counted_is_kept_and_nothing_more_is() -> None:
    route = Route()
    await route.begins()
    await route.calls("", "")

    await route.ends()
    await route.calls("HTTP 503")

    assert [(one.tries, one.failures) for one in await route.kept()] == [(2, 0)]


async def test_a_call_that_was_under_way_at_the_end_of_its_run_is_counted_there_and_not_in_the_next() -> None:
    answered = asyncio.Event()
    route = Route()
    await route.begins()

    async def late(url: str) -> str:
        await answered.wait()
        return "no connection"

    route.calling.call = late
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(route.calling.once(SHOP))
        await asyncio.sleep(0)
        await route.ends()
        await route.begins("r2")
        answered.set()

    assert [(one.tries, one.failures) for one in await route.kept()] == [(1, 1)]
    await route.ends("r2")
    assert [(one.tries, one.failures) for one in await route.kept("r2")] == [(0, 0)]


async def test_after_a_restart_the_counts_go_on() -> None:
    before = Route()
    await before.begins()
    await before.calls("", "HTTP 503")

    after = Route(journal=before.journal)
    await after.calling.look()
    await after.calls("")
    await after.ends()

    assert [(one.tries, one.failures, one.reason) for one in await after.kept()] == [(3, 1, "HTTP 503")]


async def test_a_bug_in_a_call_is_a_failed_call_and_stops_nothing() -> None:
    route = Route()
    await route.begins()

    await route.calls(ValueError("a bug with a token"))

    (kept,) = await route.kept()
    assert (kept.failures, kept.reason) == (1, BROKE)


@pytest.mark.parametrize("trouble", [Unreachable("the store is away"), ValueError("a bug")])
@pytest.mark.parametrize("method", ["tally", "latest_run"])
async def test_a_memory_that_does_not_answer_or_breaks_stops_no_call(method: str, trouble: Exception) -> None:
    route = Route()
    await route.begins()
    route.journal.unable[method] = trouble

    await route.calling.look()
    await route.calls("HTTP 503", "")

    assert len(route.called) == 2


async def test_each_is_called_with_every_beat_whether_or_not_the_call_before_was_answered_and_none_before_or_after_a_run() -> None:
    rests, beats = asyncio.Queue[None](), asyncio.Queue[None]()
    route = Route(urls=(SHOP, PAY))

    async def never(url: str) -> str:
        route.called.append(url)
        await asyncio.Event().wait()
        return ""

    async def rest(_: float) -> None:
        rests.put_nowait(None)
        await beats.get()

    route.calling.call, route.calling.pause = never, rest
    seen: list[int] = []
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(route.calling.call_while_running())
        await rests.get()
        for happens in (None, route.begins, None, route.ends, None):
            if happens is not None:
                await happens()
            before = len(route.called)
            beats.put_nowait(None)
            await rests.get()
            seen.append(len(route.called) - before)
        running.cancel()

    assert seen == [0, 2, 2, 0, 0]
    assert set(route.called) == {SHOP, PAY}
