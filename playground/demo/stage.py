"""What the story happens on: one Slack for all of it, and a cluster at a time with its bot."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from playground.demo import child
from playground.demo.child import Bot
from playground.demo.clusters import Cluster, installed
from playground.slack import Message, SlackEmulator

CHANNEL: Final = "ops"
OLGA: Final = "olga"
COMMAND: Final = "/dapr"
FRESH: Final = "Seen just now"
# The bot looks again this long after a change; 30 by default, here nobody should wait.
SETTLE_SECONDS: Final = 1
# Longer than a slow machine needs, shorter than anybody's patience.
ANSWER_SECONDS: Final = 20.0
CARD_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One cluster with its bot. ``settings``: the environment of everything that is started for it."""

    slack: SlackEmulator
    cluster: Cluster
    bot: Bot
    settings: Mapping[str, str]

    async def ask(self, text: str) -> Message:
        """Olga types a command in #ops; the private answer."""
        gesture = await self.slack.slash(OLGA, CHANNEL, COMMAND, text)
        if gesture.error:
            raise self.bot.trouble(f"Slack shows Olga an error: {gesture.error}.")
        # An older answer is replaced by a new one within seconds; here the new one is shown.
        return await self._seen(
            lambda: [answer for answer in gesture.messages if FRESH in answer.everything], f"an answer to {COMMAND} {text}", ANSWER_SECONDS
        )

    async def card(self, check_id: str, word: str) -> Message:
        """The card of a check in #ops, once it shows a word such as CRITICAL."""
        return await self._seen(lambda: self.cards(check_id, word), f"a card of {check_id} that says {word}", CARD_SECONDS)

    def cards(self, *words: str) -> Sequence[Message]:
        """Cards of this cluster in #ops that show all these words, oldest first."""
        cards = (message for message in self.slack.messages(CHANNEL) if not message.is_reply)
        return [card for card in cards if all(word in card.everything for word in (self.cluster.name, *words))]

    async def status(self) -> tuple[str, int]:
        """`dapr-warden status` in a terminal: what it prints, and its exit code."""
        return await child.status(self.settings)

    async def _seen(self, look: Callable[[], Sequence[Message]], what: str, seconds: float) -> Message:
        async def happened() -> bool:
            return bool(look())

        await self.bot.until(happened, what, seconds)
        return look()[-1]


@asynccontextmanager
async def staged(slack: SlackEmulator, name: str, age: timedelta, folder: Path) -> AsyncGenerator[Stage]:
    """A cluster whose Dapr is so old, and a bot that is just starting; both end with the block."""
    async with installed(name, age, slack.workspace.clock.now) as cluster:
        settings = _settings(slack, cluster, folder)
        async with child.serving(settings, folder / f"{name}.log") as bot:
            yield Stage(slack=slack, cluster=cluster, bot=bot, settings=settings)


def _settings(slack: SlackEmulator, cluster: Cluster, folder: Path) -> dict[str, str]:
    return {
        **slack.environment,
        "SLACK_CHANNEL": slack.channel(CHANNEL).id,
        "DAPR_WARDEN_CLUSTER": cluster.name,
        "DAPR_WARDEN_HTTP_HOST": "127.0.0.1",
        "DAPR_WARDEN_HTTP_PORT": "0",
        "DAPR_WARDEN_KUBECONFIG": str(cluster.kubeconfig(folder)),
        "DAPR_WARDEN_OPERATORS": slack.user(OLGA).id,
        "DAPR_WARDEN_SETTLE_SECONDS": str(SETTLE_SECONDS),
        "DAPR_WARDEN_STORE": f"sqlite:///{folder / cluster.name}.sqlite3",
        "HOME": str(folder),
    }
