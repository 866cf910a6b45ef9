"""What people do: type a slash command, click, submit, mention; and what came of each gesture."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playground.slack import hooks
from playground.slack.arguments import Arguments
from playground.slack.directory import Channel
from playground.slack.errors import ImpossibleError, Payload, SlackError
from playground.slack.journal import Violation
from playground.slack.messages import Message
from playground.slack.people import APP, HOME_TEAM, User
from playground.slack.socket_mode import Envelope
from playground.slack.tickets import Hook
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
        block, element = _find_element(message, action_id)
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
            "actions": [_action(block, element, option, self.workspace.messages.next_ts())],
        }
        # Slack leaves the message out when it was ephemeral: the bot must not count on it.
        gesture.payload |= {} if message.visible_to else {"message": message.payload()}
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

    def _follow_view_ack(self, gesture: Gesture, view_id: str) -> None:
        workspace, user = self.workspace, gesture.user
        ack = gesture.ack or {}
        action, view = ack.get("response_action"), workspace.views.find(view_id=view_id)
        if action == "errors":
            return
        if action == "clear":
            workspace.views.stacks[user] = []
        elif action == "update":
            workspace.views.replace(view, ack.get("view", {}), "")
        elif action == "push":
            workspace.views.push(user, ack.get("view", {}))
        else:
            workspace.views.close(view)
        workspace.journal.changes.announce()

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


def _find_element(message: Message, action_id: str) -> tuple[Payload, Payload]:
    for block in message.blocks:
        for element in _elements(block):
            if element.get("action_id") == action_id:
                return block, element
    offered = [e["action_id"] for block in message.blocks for e in _elements(block)]
    raise ImpossibleError(f"message {message.ts} has no element {action_id!r}; it has {offered}")


def _elements(value: Any) -> list[Payload]:
    if isinstance(value, list):
        return [element for item in value for element in _elements(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "action_id" in value else []
    return own + [element for item in value.values() for element in _elements(item)]


def _action(block: Payload, element: Payload, option: str, action_ts: str) -> Payload:
    kind = str(element["type"])
    action: Payload = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block.get("block_id", ""),
        "action_ts": action_ts,
    }
    if kind in {"button", "workflow_button", "icon_button"}:
        return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    if kind in {"overflow", "static_select", "radio_buttons"}:
        return action | {"selected_option": _option(element, option)}
    if kind == "checkboxes":
        return action | {"selected_options": [_option(element, option)]}
    return action | {{"users_select": "selected_user", "datepicker": "selected_date"}.get(kind, "value"): option}


def _option(element: Payload, value: str) -> Payload:
    offered = [*(element.get("options") or [])]
    offered += [option for group in element.get("option_groups") or [] for option in group["options"]]
    for option in offered:
        if option["value"] == value:
            chosen: Payload = option
            return chosen
    raise ImpossibleError(f"no option {value!r}; there is {[option['value'] for option in offered]}")
