"""The Events API: each event until it is acked, four attempts at most."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import timedelta

from playground.slack.envelope import Envelope
from playground.slack.errors import Payload
from playground.slack.http_mode import TOKEN
from playground.slack.people import APP, BOT_USER, HOME_TEAM
from playground.slack.workspace import Workspace

RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))


@dataclass(kw_only=True)
class Delivery:
    """One event and its attempts so far; `acked` once the bot took one of them."""

    event_id: str
    payload: Payload
    attempts: list[Envelope] = field(default_factory=list)
    is_over: bool = False

    @property
    def acked(self) -> bool:
        """Whether an attempt was acked in time."""
        return bool(self.attempts) and self.attempts[-1].outcome == "acked"


@dataclass
class Events:
    """Sends events of one workspace and retries them in tasks of `group`."""

    workspace: Workspace
    group: asyncio.TaskGroup
    sent: list[Delivery] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _retries: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def send(self, event: Payload) -> Delivery:
        """Deliver once; returns after ack or deadline. Without an ack it goes on at once, after 1 and 5 minutes."""
        number = next(self._numbers)
        event_id = f"Ev{number:09d}"
        payload = {
            "token": TOKEN,
            "team_id": HOME_TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self.workspace.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": HOME_TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        delivery = Delivery(event_id=event_id, payload=payload)
        self.sent.append(delivery)
        await self._attempt(delivery, "")
        if delivery.acked or delivery.attempts[-1].no_retry:
            delivery.is_over = True
        else:
            task = self.group.create_task(self._retry(delivery), name=f"redeliver {event_id}")
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)
        return delivery

    async def again(self, delivery: Delivery, reason: str = "") -> Envelope:
        """Deliver an event once more although it was acked: Slack promises at least once, not once."""
        return await self._attempt(delivery, reason or ("http_timeout" if self.workspace.http else "timeout"))

    def stop(self) -> None:
        """Give up every redelivery that is still to come."""
        for task in tuple(self._retries):
            task.cancel()

    async def _retry(self, delivery: Delivery) -> None:
        for pause in RETRY_AFTER:
            await self.workspace.clock.sleep(pause)
            await self._attempt(delivery, delivery.attempts[-1].reason)
            if delivery.acked or delivery.attempts[-1].no_retry:
                break
        delivery.is_over = True
        self.workspace.journal.changes.announce()

    async def _attempt(self, delivery: Delivery, reason: str) -> Envelope:
        retry = (len(delivery.attempts), reason)
        envelope = await self.workspace.deliver("events_api", delivery.payload, retry)
        delivery.attempts.append(envelope)
        self.workspace.journal.changes.announce()
        return envelope
