"""One delivery to the app, whichever way it takes, and what came of it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from playground.slack.errors import Payload

Way = Literal["socket", "http"]

# What Slack calls each failure when it delivers an event again.
REASONS: dict[tuple[Way, str], str] = {
    ("socket", "timeout"): "timeout",
    ("socket", "connection_failed"): "connection_failed",
    ("socket", "no_socket"): "connection_failed",
    ("http", "timeout"): "http_timeout",
    ("http", "connection_failed"): "connection_failed",
    ("http", "http_error"): "http_error",
}


@dataclass(kw_only=True)
class Envelope:
    """One delivery; `outcome` is pending, acked, timeout, connection_failed, no_socket or http_error.

    `latency` is real time from sending to ack. `ack_payload` is what the ack carried, if anything. `socket` is the
    number of the socket, 0 for HTTP. `no_retry`: the app asked not to be sent this again (HTTP only).
    """

    kind: str
    payload: Payload
    sent_at: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    way: Way = "socket"
    socket: int = 0
    retry_attempt: int = 0
    retry_reason: str = ""
    outcome: str = "pending"
    latency: timedelta | None = None
    ack_payload: Payload | None = None
    no_retry: bool = False

    @property
    def reason(self) -> str:
        """What a redelivery gives as its reason."""
        return REASONS.get((self.way, self.outcome), self.outcome)

    def frame(self) -> Payload:
        """The JSON that goes over a socket."""
        body: Payload = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.kind != "events_api",
        }
        if self.kind == "events_api":
            body |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason}
        return body


class Transport(Protocol):
    """A way to the app."""

    async def send(self, envelope: Envelope) -> None:
        """Deliver once and wait for the ack or its deadline; the envelope tells how it went. Raises nothing."""
        ...
