"""A real process, a real `kill -9`, a real file: what its successor makes of it."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.adapters import store as sqlite
from bot.model.alert import Reason
from bot.model.finding import Severity
from playground.slack import Message, SlackEmulator
from playground.slack.faults import held
from playground.slack.workspace import HISTORY_SCOPES
from tests.cards import a_card, a_report, an_announcement
from tests.handlers.desk import CHANNEL
from tests.outbox.deliverer import deliver

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATIENCE_SECONDS = 30


@dataclass
class Scene:
    slack: SlackEmulator
    memory: str

    @property
    def arguments(self) -> tuple[str, str, str, str]:
        return self.memory, self.slack.api_url, self.slack.bot_token, CHANNEL

    async def announce(self, *reasons: Reason, cause: str = "root-expiry", severity: Severity = Severity.WARNING) -> None:
        card = a_card(cause, severity)
        async with sqlite.opened(f"sqlite:///{self.memory}") as store:
            await store.commit_sweep(a_report(), [card], [an_announcement(reason, card, at=LONG_AGO) for reason in reasons])

    async def deliver(self) -> None:
        """By a process that lives."""
        await deliver(*self.arguments)

    async def deliver_until(self, seen: Callable[[], bool]) -> None:
        """By a process that is killed as soon as Slack shows the effect."""
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.outbox.deliverer", *self.arguments, cwd=ROOT)
        try:
            await self.slack.wait_for(seen, PATIENCE_SECONDS)
        finally:
            process.kill()
        assert await process.wait() == -9

    @property
    def cards(self) -> list[Message]:
        return [message for message in self.slack.messages(CHANNEL) if not message.is_reply]

    @property
    def replies(self) -> list[Message]:
        return [message for message in self.slack.messages(CHANNEL) if message.is_reply]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncGenerator[Scene]:
    async with SlackEmulator() as slack:
        slack.grant(*HISTORY_SCOPES)
        yield Scene(slack, str(tmp_path / "memory.sqlite3"))


@pytest.fixture
def answer(scene: Scene) -> asyncio.Event:
    """Until it is set, Slack does what it is asked to, but does not answer."""
    return asyncio.Event()


async def test_killed_before_the_answer_to_a_new_card(scene: Scene, answer: asyncio.Event) -> None:
    scene.slack.faults.plan("chat.postMessage", held(answer))
    await scene.announce(Reason.OPENED, Reason.WORSENED)
    await scene.deliver_until(lambda: len(scene.cards) == 1)
    answer.set()
    await scene.deliver()

    assert [(len(card.editions), len(scene.replies)) for card in scene.cards] == [(1, 1)]


async def test_killed_before_the_answer_to_a_new_card_and_the_history_may_not_be_read(scene: Scene, answer: asyncio.Event) -> None:
    scene.slack.revoke(*HISTORY_SCOPES)
    scene.slack.faults.plan("chat.postMessage", held(answer))
    await scene.announce(Reason.OPENED, Reason.WORSENED)
    await scene.deliver_until(lambda: len(scene.cards) == 1)
    answer.set()
    await scene.deliver()

    assert [len(card.editions) for card in scene.cards] == [0, 1]
    assert [reply.thread_ts for reply in scene.replies] == [scene.cards[1].ts]


async def test_killed_before_the_answer_to_a_broadcast(scene: Scene, answer: asyncio.Event) -> None:
    await scene.announce(Reason.OPENED)
    await scene.deliver()
    await scene.announce(Reason.WORSENED)
    scene.slack.faults.plan("chat.postMessage", held(answer))
    await scene.deliver_until(lambda: len(scene.replies) == 1)
    answer.set()
    await scene.deliver()

    assert [(len(card.editions), len(scene.replies)) for card in scene.cards] == [(1, 1)]


async def test_killed_before_the_answer_to_an_edit(scene: Scene, answer: asyncio.Event) -> None:
    await scene.announce(Reason.OPENED)
    await scene.deliver()
    await scene.announce(Reason.EDITED, severity=Severity.CRITICAL)
    scene.slack.faults.plan("chat.update", held(answer))
    await scene.deliver_until(lambda: len(scene.cards[0].editions) == 1)
    answer.set()
    await scene.announce(Reason.WORSENED, severity=Severity.CRITICAL)
    await scene.deliver()

    assert len(scene.cards) == len(scene.replies) == 1
    assert "critical" in scene.cards[0].text.lower()


async def test_killed_somewhere_in_a_stream_of_cards(scene: Scene) -> None:
    for number in range(10):
        await scene.announce(Reason.OPENED, Reason.WORSENED, cause=f"check-{number}")
    await scene.deliver_until(lambda: len(scene.cards) >= 4)
    await scene.deliver()

    assert len(scene.cards) == len(scene.replies) == 10
    assert {reply.thread_ts for reply in scene.replies} == {card.ts for card in scene.cards}
