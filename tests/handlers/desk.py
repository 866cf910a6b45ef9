"""A delivery at work between a memory and a strict Slack, under one clock."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.model.alert import Reason
from bot.ports import Store
from handlers.delivery import Delivery
from playground.slack import ManualClock, Message, SlackEmulator
from playground.slack.workspace import HISTORY_SCOPES
from tests.cards import a_card, a_report, an_announcement
from tests.fakes.store import FakeStore

CHANNEL = "C0OPS00000"


@dataclass
class Desk:
    slack: SlackEmulator
    client: AsyncWebClient
    clock: ManualClock
    store: Store = field(default_factory=FakeStore)
    channel: str = CHANNEL
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.delivery = Delivery(self.client, self.store, self.clock, self.channel)

    async def announce(self, *reasons: Reason, cause: str = "root-expiry", **card: Any) -> None:
        about = a_card(cause, **card)
        said = [an_announcement(reason, about, at=self.clock.now()) for reason in reasons]
        await self.store.commit_sweep(a_report(), [about], said)

    async def say(self, *reasons: Reason, cause: str = "root-expiry", **card: Any) -> None:
        """Announce, and deliver what can be delivered now."""
        await self.announce(*reasons, cause=cause, **card)
        await self.delivery.deliver_pending()

    async def later(self, span: timedelta = timedelta(minutes=10)) -> None:
        """Time passes, then another round."""
        self.clock.advance(span)
        await self.delivery.deliver_pending()

    def may_read_history(self) -> None:
        self.slack.grant(*HISTORY_SCOPES)

    @property
    def cards(self) -> tuple[Message, ...]:
        return tuple(message for message in self.slack.messages(self.channel) if not message.is_reply)

    @property
    def card(self) -> Message:
        (only,) = self.cards
        return only

    @property
    def replies(self) -> tuple[Message, ...]:
        return tuple(message for message in self.slack.messages(self.channel) if message.is_reply)

    def methods(self) -> list[str]:
        return [call.method for call in self.slack.calls]
