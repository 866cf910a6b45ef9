"""What people see of the bot in one channel: its cards, its broadcasts, its private answers, as they read them."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from playground.slack import Gesture, Message, SlackEmulator
from playground.slack.transcript import told

T = TypeVar("T")

CHANNEL, ASKER, COMMAND = "ops", "olga", "/dapr"
PATIENCE = 60.0

_CHECK_ID = re.compile(r"^\s*([a-z]+(?:-[a-z]+)*) · ", re.MULTILINE)
_RESOLVED = " · RESOLVED · "


class Audience:
    """Everybody in the channel. ``tail``: the bot's last log lines, for whoever waits in vain."""

    def __init__(self, slack: SlackEmulator, tail: Callable[[], Iterable[str]]) -> None:
        self._slack = slack
        self._tail = tail

    @property
    def messages(self) -> tuple[Message, ...]:
        """Everything that the bot wrote for all to read, replies included, oldest first."""
        return self._slack.messages(CHANNEL)

    @property
    def cards(self) -> dict[str, str]:
        """The words of each card by the check that it is about. AssertionError when there are two about one."""
        found = [(_check_id(words), words) for words in (self.words(one) for one in self.messages if not one.is_reply)]
        assert len(dict(found)) == len(found), f"two cards about one thing:\n{self._slack.transcript()}"
        return dict(found)

    @property
    def broadcasts(self) -> Sequence[str]:
        """The words of every reply that the whole channel sees, oldest first."""
        return [self.words(message) for message in self.messages if message.is_reply and message.is_broadcast]

    @property
    def is_all_green(self) -> bool:
        """Whether every card is resolved."""
        return all(_RESOLVED in words for words in self.cards.values())

    def words(self, message: Message) -> str:
        """A message as a person reads it, dates in UTC."""
        return "\n".join(told(self._slack.workspace, message))

    async def sees(self, happened: Callable[[], T], *, within: float = PATIENCE) -> T:
        """Waits for Slack to show it. TimeoutError with the conversation and the bot's log."""
        try:
            return await self._slack.wait_for(happened, within)
        except TimeoutError as error:
            story = (str(error), self._slack.transcript(), *self._tail())
            raise TimeoutError("\n".join(story)) from None

    async def card(self, check_id: str, *says: str) -> str:
        """Waits until the card about a check says all of that; its words."""
        return await self.sees(lambda: _if_said(self.cards.get(check_id, ""), says))

    async def asks(self, text: str) -> Gesture:
        """A member types the command; returns when there is an answer."""
        gesture = await self._slack.slash(ASKER, CHANNEL, COMMAND, text)
        await self.sees(lambda: gesture.messages)
        return gesture

    async def status(self, *says: str) -> str:
        """The private answer to `/dapr status`, once it says all of that."""
        gesture = await self.asks("status")
        return await self.sees(lambda: _if_said("\n".join(map(self.words, gesture.messages)), says))


def _check_id(words: str) -> str:
    # The last line that begins with a name: what a card says above it may quote anything.
    found = _CHECK_ID.findall(words)
    assert found, f"a card of no check:\n{words}"
    return str(found[-1])


def _if_said(words: str, says: Iterable[str]) -> str:
    return words if words and all(text in words for text in says) else ""
