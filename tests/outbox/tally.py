"""Lives that end too early, counted: how many, what was lost, what was said twice."""

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.adapters import store as sqlite
from bot.model.alert import Reason
from playground.slack import SlackEmulator
from playground.slack.faults import held
from playground.slack.workspace import HISTORY_SCOPES
from tests.cards import a_card, a_report, an_announcement
from tests.handlers.desk import CHANNEL
from tests.outbox.deliverer import deliver
from tests.outbox.mortal import Reaper
from tests.outbox.story import Opened, Told, a_story, in_mind, tell

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATIENCE_SECONDS = 60
KILLS = 3
AT_ONCE = 4
NEVER_KNOWN = ("after chat.postMessage", "before settle")


@dataclass(frozen=True)
class Tally:
    """``deaths``: lives that were ended. ``said``: entries that arrived, ``lost``: that did not, ``repeated``: once too often."""

    deaths: int = 0
    said: int = 0
    lost: int = 0
    repeated: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.deaths + other.deaths, self.said + other.said, self.lost + other.lost, self.repeated + other.repeated)

    def __str__(self) -> str:
        rate = 100 * self.repeated / self.said if self.said else 0
        return f"{self.deaths} kills, {self.said} messages, {self.lost} lost, {self.repeated} repeated ({rate:.3f} %)"


async def undisturbed(seed: int) -> Told:
    return await tell(a_story(seed), in_mind(), Reaper())


async def disturbed(seed: int, memory: Opened, path: list[str], *scopes: str) -> Told:
    """Killed at random steps, one of them where it hurts."""
    random = Random(seed)  # noqa: S311 - chosen, not secret
    hurting = [step for step, where in enumerate(path, start=1) if where in NEVER_KNOWN]
    kill_at = {random.choice(hurting), *random.sample(range(1, len(path)), KILLS - 1)}
    return await tell(a_story(seed), memory, Reaper(frozenset(kill_at)), *scopes)


async def one_story(seed: int, memory: Opened, *scopes: str) -> Tally:
    """A story told twice, with and without deaths, and what the difference is."""
    plain = await undisturbed(seed)
    killed = await disturbed(seed, memory, plain.reaper.path, *scopes)
    lost = sum((plain.texts - killed.texts).values())
    repeated = sum(killed.marks.values()) - len(killed.marks)
    return Tally(len(killed.reaper.deaths), sum(killed.marks.values()), lost, repeated)


async def nines(seeds: Iterable[int], folder: Path, kills: int) -> Tally:
    """Several memories, a few at a time."""
    seats = asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> Tally:
        async with seats:
            return await nine(seed, folder, kills)

    return sum(await asyncio.gather(*(one(seed) for seed in seeds)), Tally())


async def nine(seed: int, folder: Path, kills: int) -> Tally:
    """Real processes under a real `kill -9`, one after the other, over one memory; the last one may live."""
    random = Random(seed)  # noqa: S311 - chosen, not secret
    memory = str(folder / f"memory-{seed}.sqlite3")
    causes = [f"check-{seed}-{number}" for number in range(4 * kills)]
    async with SlackEmulator() as slack:
        slack.grant(*HISTORY_SCOPES)
        async with sqlite.opened(f"sqlite:///{memory}") as store:
            for cause in causes:
                card = a_card(cause)
                said = [an_announcement(reason, card, at=LONG_AGO) for reason in (Reason.OPENED, Reason.WORSENED)]
                await store.commit_sweep(a_report(), [card], said)
        for _ in range(kills):
            await _kill(slack, memory, random)
        await deliver(memory, slack.api_url, slack.bot_token, CHANNEL)
        marks = [str((message.metadata or {})["event_payload"]["id"]) for message in slack.messages(CHANNEL)]
        threads = {message.thread_ts for message in slack.messages(CHANNEL) if message.is_reply}
    return Tally(kills, len(marks), 2 * len(causes) - len(set(marks)) + len(causes) - len(threads), len(marks) - len(set(marks)))


async def _kill(slack: SlackEmulator, memory: str, random: Random) -> None:
    """Let a process say one to three things, and kill it; half of the time Slack has done the last one, but not answered."""
    answer = asyncio.Event()
    is_held = random.random() < 0.5
    if is_held:
        slack.faults.plan("chat.postMessage", held(answer))
    wanted = len(slack.messages(CHANNEL)) + (1 if is_held else random.randrange(1, 4))
    arguments = (memory, slack.api_url, slack.bot_token, CHANNEL)
    command = (sys.executable, "-m", "tests.outbox.deliverer", *arguments)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    try:
        await slack.wait_for(lambda: len(slack.messages(CHANNEL)) >= wanted, PATIENCE_SECONDS)
    finally:
        process.kill()
    assert await process.wait() == -9
    answer.set()
