"""The log watch over fake logs, a fake memory and a clock that stands still. What it sees is said by real signatures."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import pytest

from bot.errors import TimedOut, Unreachable
from bot.model.logs import LogAnswer, LogLine, LogMemory, LogQuestion, LogView
from bot.model.observed import Observed, Unobserved, Why
from bot.usecases.log_watch import FIRST_LOOK, LONGEST_LAG, LONGEST_LOOK, MOST_LINES, OVERLAP, PATIENCE, LogWatch
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.logs import FakeLogs
from tests.fakes.store import FakeStore

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
EXPIRED = (
    'time="2026-11-23T11:59:06Z" level=warning msg="Dapr root certificate expiration warning: certificate has expired." scope=dapr.sentry'
)
NAMESPACE = "dapr-system"


def ns(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000


def a_line(
    text: str = EXPIRED, *, at: datetime = NOW - MINUTE, container: str = "dapr-sentry", namespace: str = NAMESPACE, pod: str = "p"
) -> LogLine:
    return LogLine(at_ns=ns(at), text=text, namespace=namespace, pod=pod, container=container)


@dataclass
class Disk(FakeStore):
    is_full: bool = False

    async def keep_log_memory(self, memory: LogMemory) -> None:
        if self.is_full:
            raise Unreachable("The bot's memory does not answer: disk full")
        await super().keep_log_memory(memory)


@dataclass
class Stuck(FakeLogs):
    """It runs out of time at an instant."""

    until_ns: int = 0

    async def lines(self, question: LogQuestion) -> LogAnswer:
        until_ns = max(question.since_ns, self.until_ns)
        return await super().lines(msgspec.structs.replace(question, until_ns=until_ns))


@dataclass
class Post:
    """One watch. ``again`` is the same after a restart: only what the store holds is left."""

    logs: FakeLogs = field(default_factory=FakeLogs)
    store: Disk = field(default_factory=Disk)
    clock: FakeClock = field(default_factory=FakeClock)
    matched: Counter[tuple[str, str]] = field(default_factory=Counter)
    rung: int = 0

    def __post_init__(self) -> None:
        self.again()

    def again(self) -> None:
        self.watch = LogWatch(
            logs=self.logs, store=self.store, clock=self.clock, namespace=NAMESPACE, matched=self._matched, opened=self._opened
        )

    def _matched(self, counts: Mapping[tuple[str, str], int]) -> None:
        self.matched.update(counts)

    def _opened(self) -> None:
        self.rung += 1

    async def look(self, *, after: timedelta = timedelta(0)) -> None:
        self.clock.advance(after)
        await self.watch.look()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110 - what is awaited has no event of its own
                await asyncio.sleep(0)

    async def is_due(self) -> bool:
        """Whether it asked itself for another look."""
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(self.watch.due.heard())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            is_done = waiting.done()
            waiting.cancel()
        return is_done

    @property
    def view(self) -> LogView:
        part = self.watch.part()
        assert isinstance(part, Observed)
        return part.value

    @property
    def seen(self) -> dict[str, int]:
        return {one.signature: one.count for one in self.view.sightings}


@pytest.fixture
def post() -> Post:
    return Post()


async def test_before_the_first_look_nothing_is_known(post: Post) -> None:
    assert isinstance(post.watch.part(), Unobserved)


async def test_a_complaint_is_seen_and_makes_the_bot_look(post: Post) -> None:
    post.logs.held += [a_line()]

    await post.look()

    assert post.seen == {"root-expired": 1}
    assert (post.rung, sum(post.matched.values())) == (1, 1)


async def test_the_first_look_reaches_back_to_the_last_hourly_warning(post: Post) -> None:
    post.logs.held += [a_line(at=NOW - FIRST_LOOK + MINUTE), a_line(at=NOW - FIRST_LOOK - MINUTE)]

    await post.look()

    assert post.seen == {"root-expired": 1}


async def test_a_line_is_counted_once_however_often_it_is_read(post: Post) -> None:
    post.logs.held += [a_line()]

    for _ in range(3):
        await post.look(after=MINUTE)

    assert post.seen == {"root-expired": 1}
    assert post.rung == 1


async def test_a_line_that_arrives_late_is_counted(post: Post) -> None:
    await post.look()
    post.logs.held += [a_line(at=NOW - OVERLAP + MINUTE)]

    await post.look(after=MINUTE)

    assert post.seen == {"root-expired": 1}


async def test_a_restart_neither_loses_nor_repeats_a_line(post: Post) -> None:
    post.logs.held += [a_line()]
    await post.look()
    post.again()
    post.logs.held += [a_line(at=NOW + MINUTE)]

    await post.look(after=2 * MINUTE)

    assert post.seen == {"root-expired": 2}
    assert sum(post.matched.values()) == 2
    assert post.rung == 1


async def test_after_a_restart_it_knows_at_once_what_it_knew(post: Post) -> None:
    post.logs.held += [a_line()]
    await post.look()
    post.again()

    await post.watch.remember()

    assert post.seen == {"root-expired": 1}


async def test_what_it_knew_is_lost_when_no_look_succeeds_any_more(post: Post) -> None:
    await post.look()
    post.again()
    await post.watch.remember()
    post.logs.unable["lines"] = Unreachable("Loki: no connection.")

    await post.look()
    await post.look(after=PATIENCE)

    assert post.watch.part() == Unobserved(Why.UNREACHABLE, "Loki: no connection.")


async def test_lines_of_a_look_that_could_not_be_kept_are_counted_by_the_next(post: Post) -> None:
    post.logs.held += [a_line()]
    post.store.is_full = True
    await post.look()
    post.store.is_full = False

    await post.look(after=MINUTE)

    assert post.seen == {"root-expired": 1}
    assert (post.rung, sum(post.matched.values())) == (1, 1)


async def test_after_a_long_absence_one_day_is_read(post: Post) -> None:
    await post.look()
    post.logs.held += [a_line(at=NOW + MINUTE), a_line(at=NOW + timedelta(days=1))]

    await post.look(after=LONGEST_LOOK + timedelta(hours=1))

    assert post.seen == {"root-expired": 1}


async def test_what_was_last_seen_long_ago_is_forgotten_and_is_news_again(post: Post) -> None:
    post.logs.held += [a_line()]
    await post.look()
    await post.look(after=timedelta(hours=4))
    assert post.seen == {}

    post.logs.held += [a_line(at=NOW + timedelta(hours=4))]
    await post.look(after=MINUTE)

    assert post.rung == 2


async def test_an_hourly_warning_does_not_come_and_go(post: Post) -> None:
    post.logs.held += [a_line(at=NOW + timedelta(hours=hour)) for hour in range(6)]

    for _ in range(36):
        await post.look(after=timedelta(minutes=10))
        assert "root-expired" in post.seen

    assert post.rung == 1


@pytest.mark.parametrize(
    "line",
    [
        a_line(namespace="shop"),
        a_line(namespace="shop", container="orders"),
        a_line(container="daprd"),
        a_line(container="my-own-sentry"),
        a_line(text="All is well, though the root certificate expires one day."),
    ],
)
async def test_what_somebody_else_prints_is_nobodys_complaint(post: Post, line: LogLine) -> None:
    post.logs.held += [line]

    await post.look()

    assert post.seen == {}
    assert post.rung == 0


async def test_it_asks_two_questions_a_look(post: Post) -> None:
    await post.look()
    await post.look(after=MINUTE)

    questions = [question for method, question in post.logs.asked if method == "lines"]
    assert len(questions) == 4
    control_plane, sidecars = questions[-2:]
    assert (control_plane.namespace, sidecars.namespace) == (NAMESPACE, "")
    assert sidecars.containers == ("daprd",)
    assert "dapr-sentry" in control_plane.containers
    assert all(question.literals and question.until_ns - question.since_ns == 240_000_000_000 for question in (control_plane, sidecars))


async def test_one_look_that_fails_is_nothing_to_talk_about_and_a_lasting_failure_is(post: Post) -> None:
    post.logs.held += [a_line()]
    await post.look()
    post.logs.unable["lines"] = TimedOut("Loki: no complete answer within 15 s.", hint="Ask for less.")

    await post.look(after=MINUTE)
    assert post.seen == {"root-expired": 1}

    await post.look(after=PATIENCE)
    assert post.watch.part() == Unobserved(Why.TIMED_OUT, "Loki: no complete answer within 15 s.", "Ask for less.")

    post.logs.unable.clear()
    await post.look(after=MINUTE)
    assert post.seen == {"root-expired": 1}


async def test_a_loki_that_never_answered_is_told_at_once(post: Post) -> None:
    post.logs.unable["lines"] = Unreachable("Loki: no connection.")

    await post.look()

    assert post.watch.part() == Unobserved(Why.UNREACHABLE, "Loki: no connection.")


async def test_more_than_one_look_can_read_is_read_by_the_next_looks(post: Post) -> None:
    begin = NOW - 10 * MINUTE
    post.logs.held += [a_line(at=begin + timedelta(milliseconds=number), pod=f"p{number}") for number in range(MOST_LINES + 7)]

    await post.look()
    assert await post.is_due()
    await post.look()

    assert post.seen == {"root-expired": MOST_LINES + 7}
    assert post.view.missed_until_at is None


async def test_a_loki_that_comes_no_further_is_asked_again_in_its_own_time(post: Post) -> None:
    await post.look()
    post.watch.logs = Stuck()

    await post.look(after=MINUTE)

    assert not await post.is_due()
    await post.look(after=PATIENCE)
    assert isinstance(post.watch.part(), Unobserved)

    post.watch.logs = post.logs
    post.logs.held += [a_line(at=NOW + 30 * SECOND)]
    await post.look(after=MINUTE)
    assert post.seen == {"root-expired": 1}


async def test_what_was_read_before_it_came_no_further_is_kept(post: Post) -> None:
    post.logs.held += [a_line(at=NOW - 2 * MINUTE), a_line(at=NOW - SECOND)]
    post.watch.logs = Stuck(held=post.logs.held, until_ns=ns(NOW - MINUTE))

    await post.look()

    assert post.seen == {"root-expired": 1}
    assert post.view.read_until_at == NOW - MINUTE


async def test_what_can_never_be_caught_up_with_is_passed_over_and_told(post: Post) -> None:
    begin = NOW - LONGEST_LAG - 10 * MINUTE
    post.logs.held += [a_line(at=begin + timedelta(milliseconds=number)) for number in range(MOST_LINES + 7)]

    await post.look()

    assert post.view.missed_until_at == NOW
    assert post.view.read_until_at == NOW


async def test_the_control_plane_is_listened_to_every_half_hour(post: Post) -> None:
    post.logs.held += [
        a_line(text="anything", at=NOW - 10 * MINUTE),
        a_line(text="anything", at=NOW - timedelta(hours=2), container="dapr-operator"),
    ]

    await post.look()

    heartbeat = post.view.heartbeat
    assert heartbeat is not None
    assert len(heartbeat.counts) == 144
    assert {index - 144: count for index, count in enumerate(heartbeat.counts) if count} == {-3: 1}
    assert heartbeat.until_at == NOW - 30 * MINUTE
    assert heartbeat.since == 1


async def test_a_bug_in_reading_does_not_end_the_watch(post: Post) -> None:
    post.logs.unable["lines"] = ZeroDivisionError()
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(post.watch.look_when_due())
        await post.until(lambda: isinstance(post.watch.part(), Unobserved) and bool(post.logs.asked))
        post.logs.unable.clear()

        post.watch.due.ring()
        await post.until(lambda: isinstance(post.watch.part(), Observed))

        watching.cancel()
