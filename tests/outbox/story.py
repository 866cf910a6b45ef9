"""What a channel goes through, as reports one after the other; told by a process that may be killed anywhere, and begins again."""

import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TypeAlias

from bot.adapters import store as sqlite
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from bot.model.report import Report
from bot.ports import Store
from handlers.delivery import Delivery
from playground.slack import A_MONDAY_AT_NOON, ManualClock, Message, SlackEmulator
from tests.cards import a_finding, a_report_of
from tests.fakes.store import FakeStore
from tests.handlers.desk import CHANNEL
from tests.outbox.mortal import Killed, MortalClient, Reaper, mortal

POLICY = Policy()
CHECKS = ("root-expiry", "bundle-mismatch", "stale-pods")
BETWEEN_SWEEPS = timedelta(minutes=5)
MOST_LIVES = 50

Opened: TypeAlias = Callable[[], AbstractAsyncContextManager[Store]]


def a_story(seed: int, length: int = 3) -> tuple[Report, ...]:
    """One trouble, then random ones that come, worsen, ease, hide and go; in the end all is well."""
    random = Random(seed)  # noqa: S311 - a story, not a secret
    troubles = [[a_finding("stale-pods")], *(_findings(random) for _ in range(length)), *[[]] * POLICY.healthy_sweeps]
    return tuple(
        a_report_of(*findings, healthy=CHECKS, taken_at=A_MONDAY_AT_NOON + chapter * BETWEEN_SWEEPS)
        for chapter, findings in enumerate(troubles)
    )


def _findings(random: Random) -> list[Finding]:
    return [
        a_finding(check_id, random.choice(tuple(Severity)), rung=random.choice((None, 30, 14, 7)), fact=f"Fact {random.randrange(3)}")
        for check_id in CHECKS
        if random.random() < 0.7
    ]


@dataclass
class Told:
    """A finished telling: who died where, and the channel afterwards."""

    slack: SlackEmulator
    reaper: Reaper

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.slack.messages(CHANNEL)

    @property
    def texts(self) -> Counter[tuple[bool, str]]:
        """How often each text stands there, told apart by card or broadcast reply."""
        return Counter((message.is_reply, message.text) for message in self.messages)

    @property
    def marks(self) -> Counter[str]:
        """How often each outbox entry arrived."""
        return Counter(str((message.metadata or {})["event_payload"]["id"]) for message in self.messages)


async def tell(story: Sequence[Report], opened: Opened, reaper: Reaper, *scopes: str) -> Told:
    """Live through the story. After each death a new process opens the same memory and takes up where that says."""
    clock = ManualClock()
    slack = SlackEmulator(clock=clock)
    slack.grant(*scopes)
    for _ in range(MOST_LIVES):
        try:
            async with opened() as store:
                watched = mortal(store, reaper)
                await _live(story, watched, Delivery(MortalClient(slack, reaper), watched, clock, CHANNEL), clock)
            return Told(slack, reaper)
        except Killed:
            clock.advance(timedelta(seconds=1))
    raise AssertionError("the story has no end")


async def _live(story: Sequence[Report], store: Store, delivery: Delivery, clock: ManualClock) -> None:
    await _deliver(delivery, clock)
    last = await store.last_report()
    for report in story:
        if last is None or report.taken_at > last.taken_at:
            clock.advance(max(report.taken_at - clock.now(), timedelta(0)))
            result = reconcile(await store.cards(), report, report.taken_at, POLICY)
            await store.commit_sweep(report, result.cards, result.announcements)
            await _deliver(delivery, clock)


async def _deliver(delivery: Delivery, clock: ManualClock) -> None:
    while (due_at := await delivery.deliver_pending()) is not None:
        clock.advance(max(due_at - clock.now(), timedelta(0)))


def in_mind() -> Opened:
    """A memory that outlives the lives within one story, but has no disk."""
    store = FakeStore()

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Store]:
        yield store

    return opened


def on_disk(folder: Path, template: Path) -> Opened:
    """A fresh file which need not be migrated again."""
    path = shutil.copy(template, folder / "memory.sqlite3")
    return lambda: sqlite.opened(f"sqlite:///{path}")
