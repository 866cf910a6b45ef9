"""What people do: type a slash command, click, submit, mention; and what came of each gesture."""

from dataclasses import dataclass, field
from datetime import timedelta

from playground.slack import hooks
from playground.slack.arguments import Arguments
from playground.slack.blocks import validate_view
from playground.slack.directory import Channel
from playground.slack.errors import ImpossibleError, Payload, SlackError
from playground.slack.journal import Violation
from playground.slack.messages import Message
from playground.slack.people import APP, HOME_TEAM, User
from playground.slack.socket_mode import Envelope
from playground.slack.strictness import violations
from playground.slack.tickets import Hook
from playground.slack.widgets import Pressed, action_payload, find_element, find_in_view
from playground.slack.workspace import Workspace

TOKEN = "playground-verification-token"
FAILURES = {"timeout": "operation_timeout", "no_socket": "dispatch_failed", "connection_failed": "dispatch_failed"}


@dataclass(kw_only=True)
class Gesture:
    """One gesture of one person, and what came of it so far.

    `error` is what the person's client shows: empty, `operation_timeout` (no ack in time), `dispatch_failed` (no
    socket), `invalid_command` or `dismissed` (the confirm dialog was answered with no). `confirm` is the dialog that
    the button asked with, if any. `messages` grows as the bot answers over ack or response_url.
    """

    id: str
    kind: str
    user: str
    channel: str
    workspace: Workspace = field(repr=False)
    payload: Payload = field(default_factory=dict)
    confirm: Payload | None = None
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
class Gestures:
    """Makes gestures against one workspace and remembers them all, oldest first."""

    workspace: Workspace
    commands: tuple[str, ...] = ()
    made: list[Gesture] = field(default_factory=list)

    async def slash(self, user: User, channel: Channel, command: str, text: str) -> Gesture:
        """`user` types `command text` in `channel` and presses enter; returns after ack or deadline."""
        self._require_present(user, channel)
        gesture = self._new("slash_commands", user, channel)
        if self.commands and command not in self.commands:
            gesture.error = "invalid_command"
            return gesture
        hook = self._hook(gesture)
        gesture.payload = {
            "token": TOKEN,
            "team_id": user.team_id,
            "team_domain": "dapr-home" if user.team_id == HOME_TEAM else "partners",
            "channel_id": channel.id,
            "channel_name": _channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._url(hook),
            "trigger_id": self.workspace.tickets.trigger(user.id),
        }
        await self._send(gesture)
        self._answer_by_ack(gesture, hook)
        return gesture

    async def click(self, user: User, message: Message, action_id: str, *, confirmed: bool = True, option: str = "") -> Gesture:
        """`user` presses the element of that action_id (or picks `option` of a menu) in the message as it is now."""
        message = self.workspace.messages.current(message)
        channel = self.workspace.directory.channel(message.channel)
        self._require_present(user, channel)
        if message.is_deleted or message.visible_to not in {"", user.id}:
            raise ImpossibleError(f"{user.name} cannot see message {message.ts}")
        block, element = find_element(message, action_id)
        gesture = self._new("interactive", user, channel)
        gesture.confirm = element.get("confirm")
        if gesture.confirm and not confirmed:
            gesture.error = "dismissed"
            return gesture
        hook = self._hook(gesture, source_ts=message.ts)
        gesture.payload = self._interactive("block_actions", user) | {
            "container": _container(message),
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "state": {"values": {}},
            "response_url": self._url(hook),
            "actions": [action_payload(block, element, option, self.workspace.messages.next_ts())],
        }
        # Slack leaves the message out when it was ephemeral: the bot must not count on it.
        gesture.payload |= {} if message.visible_to else {"message": message.payload()}
        await self._send(gesture)
        return gesture

    async def press(self, user: User, view_id: str, pressed: Pressed) -> Gesture:
        """`user` presses an element of a modal or Home tab (or picks an option of it); returns after ack or deadline."""
        view = self.workspace.views.find(view_id=view_id)
        if view.user != user.id:
            raise ImpossibleError(f"{user.name} has no view {view_id} open")
        view.values = pressed.values
        block, element = find_in_view(view.definition, pressed.block_id, pressed.action_id)
        gesture = self._new("interactive", user, None)
        gesture.payload = self._interactive("block_actions", user) | {
            "container": {"type": "view", "view_id": view_id},
            "view": view.payload(),
            "actions": [action_payload(block, element, pressed.option, self.workspace.messages.next_ts())],
        }
        await self._send(gesture)
        return gesture

    async def submit(self, user: User, view_id: str, values: Payload) -> Gesture:
        """`user` fills the modal with `values` (block_id -> action_id -> state) and submits it."""
        workspace = self.workspace
        view = workspace.views.find(view_id=view_id)
        if view.user != user.id:
            raise ImpossibleError(f"{user.name} has no view {view_id} open")
        view.values = values
        gesture = self._new("interactive", user, None)
        gesture.payload = self._interactive("view_submission", user) | {"view": view.payload(), "response_urls": []}
        await self._send(gesture)
        if gesture.acked:
            self._follow_view_ack(gesture, view_id)
        return gesture

    async def close_view(self, user: User, view_id: str) -> Gesture:
        """`user` closes the modal; the bot hears of it only if the view asked for that with notify_on_close."""
        view = self.workspace.views.find(view_id=view_id)
        if view.user != user.id:
            raise ImpossibleError(f"{user.name} has no view {view_id} open")
        gesture = self._new("interactive", user, None)
        self.workspace.views.close(view)
        if view.definition.get("notify_on_close"):
            gesture.payload = self._interactive("view_closed", user) | {"view": view.payload(), "is_cleared": False}
            await self._send(gesture)
        return gesture

    def _follow_view_ack(self, gesture: Gesture, view_id: str) -> None:
        views, ack = self.workspace.views, gesture.ack or {}
        action, view = ack.get("response_action"), views.find(view_id=view_id)
        if action in {"update", "push"}:
            problems = validate_view(ack.get("view"), "modal")
            if problems:
                gesture.error = "dispatch_failed"
                self.workspace.journal.violated(*violations("ack", problems))
            elif action == "update":
                views.replace(view, ack["view"], "")
            else:
                views.push(gesture.user, ack["view"])
        elif action == "errors":
            self._check_field_errors(ack, view.definition)
        elif action == "clear":
            views.stacks[gesture.user] = []
        else:
            views.close(view)
        self.workspace.journal.changes.announce()

    def _check_field_errors(self, ack: Payload, definition: Payload) -> None:
        inputs = {block.get("block_id") for block in definition["blocks"] if block.get("type") == "input"}
        unknown = [name for name in ack.get("errors") or {} if name not in inputs]
        if unknown or not ack.get("errors"):
            message = f"errors must name input blocks of the view, not {unknown}"
            self.workspace.journal.violated(Violation(method="ack", code="invalid_errors", message=message))

    def _interactive(self, kind: str, user: User) -> Payload:
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": APP,
            "token": TOKEN,
            "trigger_id": self.workspace.tickets.trigger(user.id),
            "team": {"id": HOME_TEAM, "domain": "dapr-home"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _new(self, kind: str, user: User, channel: Channel | None) -> Gesture:
        number = len(self.made) + 1
        gesture = Gesture(
            id=f"gesture-{number}",
            kind=kind,
            user=user.id,
            channel=channel.id if channel else "",
            workspace=self.workspace,
        )
        self.made.append(gesture)
        return gesture

    def _hook(self, gesture: Gesture, source_ts: str = "") -> Hook:
        return self.workspace.tickets.hook(channel=gesture.channel, user=gesture.user, origin=gesture.id, source_ts=source_ts)

    def _url(self, hook: Hook) -> str:
        return f"{self.workspace.url}/commands/{hook.token}"

    async def _send(self, gesture: Gesture) -> None:
        gesture.envelope = await self.workspace.sockets.deliver(gesture.kind, gesture.payload)
        gesture.error = FAILURES.get(gesture.envelope.outcome, "")
        self.workspace.journal.changes.announce()

    def _answer_by_ack(self, gesture: Gesture, hook: Hook) -> None:
        if not gesture.ack:
            return
        try:
            hooks.answer(self.workspace, hook, Arguments(gesture.ack))
        except SlackError as error:
            gesture.error = "dispatch_failed"
            self.workspace.journal.violated(Violation(method="ack", code=error.code, message="ack payload refused"))
        self.workspace.journal.changes.announce()

    def _require_present(self, user: User, channel: Channel) -> None:
        if user.deleted or user.is_bot:
            raise ImpossibleError(f"{user.name} cannot do anything: deactivated, or not a person")
        if user.id not in channel.members:
            raise ImpossibleError(f"{user.name} is not in {channel.name or channel.id}")


def _channel_name(channel: Channel) -> str:
    if channel.im_user:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _container(message: Message) -> Payload:
    container: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.visible_to),
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
