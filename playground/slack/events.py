"""The Events API over Socket Mode: each event until it is acked, four attempts at most."""

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import timedelta

from playground.slack.errors import Payload
from playground.slack.gestures import TOKEN
from playground.slack.people import APP, BOT_USER, HOME_TEAM
from playground.slack.socket_mode import Envelope
from playground.slack.workspace import Workspace

RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
REASONS = {"timeout": "timeout", "connection_failed": "connection_failed", "no_socket": "connection_failed"}


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
        if delivery.acked:
            delivery.is_over = True
        else:
            task = self.group.create_task(self._retry(delivery), name=f"redeliver {event_id}")
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)
        return delivery

    async def again(self, delivery: Delivery, reason: str = "timeout") -> Envelope:
        """Deliver an event once more although it was acked: Slack promises at least once, not once."""
        return await self._attempt(delivery, reason)

    def stop(self) -> None:
        """Give up every redelivery that is still to come."""
        for task in tuple(self._retries):
            task.cancel()

    async def _retry(self, delivery: Delivery) -> None:
        for pause in RETRY_AFTER:
            await self.workspace.clock.sleep(pause)
            await self._attempt(delivery, REASONS[delivery.attempts[-1].outcome])
            if delivery.acked:
                break
        delivery.is_over = True
        self.workspace.journal.changes.announce()

    async def _attempt(self, delivery: Delivery, reason: str) -> Envelope:
        retry = (len(delivery.attempts), reason)
        envelope = await self.workspace.sockets.deliver("events_api", delivery.payload, retry)
        delivery.attempts.append(envelope)
        self.workspace.journal.changes.announce()
        return envelope
