"""One gesture of one person, and the hands that make gestures: what they have in common."""

from dataclasses import dataclass, field
from datetime import timedelta

from playground.slack.directory import Channel
from playground.slack.envelope import Envelope
from playground.slack.errors import Payload
from playground.slack.http_mode import TOKEN
from playground.slack.messages import Message
from playground.slack.people import APP, HOME_TEAM, User
from playground.slack.tickets import Hook
from playground.slack.workspace import Workspace

FAILURES = {
    "timeout": "operation_timeout",
    "no_socket": "dispatch_failed",
    "connection_failed": "dispatch_failed",
    "http_error": "dispatch_failed",
}


@dataclass(kw_only=True)
class Gesture:
    """One gesture of one person, and what came of it so far.

    `error` is what the person's client shows: empty, `operation_timeout` (no ack in time), `dispatch_failed` (nobody
    to hear it), `invalid_command` or `dismissed` (the confirm dialog was answered with no). `confirm` is the dialog that
    the button asked with, if any. `options` is what an external menu offers. `messages` grows as the bot answers over ack
    or response_url.
    """

    id: str
    kind: str
    user: str
    channel: str
    workspace: Workspace = field(repr=False)
    payload: Payload = field(default_factory=dict)
    confirm: Payload | None = None
    options: tuple[Payload, ...] = ()
    error: str = ""
    envelope: Envelope | None = None

    @property
    def acked(self) -> bool:
        """Whether the bot acked in time."""
        return self.envelope is not None and self.envelope.outcome == "acked"

    @property
    def ack(self) -> Payload | None:
        """What the ack carried."""
        return self.envelope.ack_payload if self.envelope else None

    @property
    def latency(self) -> timedelta | None:
        """Real time from sending to ack."""
        return self.envelope.latency if self.envelope else None

    @property
    def trigger_id(self) -> str:
        """The right to open one modal within three seconds."""
        return str(self.payload.get("trigger_id", ""))

    @property
    def response_url(self) -> str:
        """Where the bot can answer later."""
        return str(self.payload.get("response_url", ""))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The answers that came over the ack and over response_url, in their present form, oldest first."""
        return tuple(m for m in self.workspace.messages if m.origin == self.id and not m.is_deleted)


@dataclass
class Hands:
    """Makes gestures against one workspace and remembers them all, oldest first."""

    workspace: Workspace
    made: list[Gesture] = field(default_factory=list)

    def new(self, kind: str, user: User, channel: Channel | None) -> Gesture:
        """A gesture that is about to be made."""
        gesture = Gesture(
            id=f"gesture-{len(self.made) + 1}",
            kind=kind,
            user=user.id,
            channel=channel.id if channel else "",
            workspace=self.workspace,
        )
        self.made.append(gesture)
        return gesture

    def interaction(self, kind: str, user: User) -> Payload:
        """What every interaction payload begins with."""
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": APP,
            "token": TOKEN,
            "team": {"id": HOME_TEAM, "domain": "dapr-home"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def trigger(self, user: User) -> Payload:
        """The right to open a modal, as payloads carry it."""
        return {"trigger_id": self.workspace.tickets.trigger(user.id)}

    def hook(self, gesture: Gesture, source_ts: str = "") -> Hook:
        """A response_url for this gesture."""
        return self.workspace.tickets.hook(channel=gesture.channel, user=gesture.user, origin=gesture.id, source_ts=source_ts)

    def url(self, hook: Hook) -> str:
        """Where the hook listens."""
        return f"{self.workspace.url}/commands/{hook.token}"

    async def send(self, gesture: Gesture) -> None:
        """Deliver; returns after ack or deadline."""
        gesture.envelope = await self.workspace.deliver(gesture.kind, gesture.payload)
        gesture.error = FAILURES.get(gesture.envelope.outcome, "")
        self.workspace.journal.changes.announce()
