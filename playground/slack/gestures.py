"""What people do in channels and with elements: type a slash command, press, pick, ask a menu for more, use a shortcut."""

from dataclasses import dataclass
from typing import Any

from playground.slack import hooks
from playground.slack.arguments import Arguments
from playground.slack.blocks import validate_options
from playground.slack.directory import Channel
from playground.slack.errors import ImpossibleError, Payload, SlackError
from playground.slack.gesture import Gesture, Hands
from playground.slack.holders import Holder, channel_name, in_message, place, require_present, state
from playground.slack.http_mode import TOKEN
from playground.slack.journal import Violation
from playground.slack.messages import Message
from playground.slack.people import APP, HOME_TEAM, User
from playground.slack.strictness import violations
from playground.slack.tickets import Hook
from playground.slack.widgets import EXTERNAL, STATEFUL, Pressed, entry, find_element, picked
from playground.slack.workspace import Workspace

# Block Kit's own default for external menus.
SHORTEST_QUERY = 3


@dataclass
class Gestures:
    """Gestures of everybody in one workspace. `commands`: those that the app's manifest has, empty for any."""

    hands: Hands
    commands: tuple[str, ...] = ()

    @property
    def workspace(self) -> Workspace:
        """Where it all happens."""
        return self.hands.workspace

    async def slash(self, user: User, channel: Channel, command: str, text: str) -> Gesture:
        """`user` types `command text` in `channel` and presses enter; returns after ack or deadline."""
        require_present(user, channel)
        gesture = self.hands.new("slash_commands", user, channel)
        if self.commands and command not in self.commands:
            gesture.error = "invalid_command"
            return gesture
        hook = self.hands.hook(gesture)
        gesture.payload = {
            "token": TOKEN,
            "team_id": user.team_id,
            "team_domain": "dapr-home" if user.team_id == HOME_TEAM else "partners",
            "channel_id": channel.id,
            "channel_name": channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.hands.url(hook),
        } | self.hands.trigger(user)
        await self.hands.send(gesture)
        self._answer_by_ack(gesture, hook)
        return gesture

    async def use(self, user: User, holder: Holder, pressed: Pressed) -> Gesture:
        """`user` presses an element, or picks in it (an option, several in a list, a date, a text)."""
        choices, action_id = self.workspace.choices, pressed.action_id
        block, element = find_element(holder.blocks, action_id, holder.name, pressed.block_id)
        block_id = str(block.get("block_id", ""))
        suggested = choices.suggested(holder.key, user.id, action_id)
        chosen = picked(element, pressed.option, suggested, self.workspace.directory)
        gesture = self.hands.new("interactive", user, holder.channel)
        gesture.confirm = element.get("confirm")
        if gesture.confirm and not pressed.confirmed:
            gesture.error = "dismissed"
            return gesture
        choices.fill(holder.key, user.id, pressed.values)
        if element["type"] in STATEFUL:
            choices.pick(holder.key, user.id, block_id, action_id, entry(element, chosen))
        if block["type"] == "input" and not block.get("dispatch_action"):
            return gesture
        action = {"type": element["type"], "action_id": action_id, "block_id": block_id, **chosen, **_began_with(element)}
        gesture.payload = self.hands.interaction("block_actions", user) | self.hands.trigger(user)
        gesture.payload |= holder.payload(state(self.workspace, user, holder))
        gesture.payload |= {"actions": [action | {"action_ts": self.workspace.messages.next_ts()}]}
        if holder.message is not None:
            gesture.payload |= {"response_url": self.hands.url(self.hands.hook(gesture, source_ts=holder.message.ts))}
        await self.hands.send(gesture)
        return gesture

    async def suggest(self, user: User, holder: Holder, action_id: str, query: str) -> Gesture:
        """`user` types into an external menu, which asks the app for options (`block_suggestion`)."""
        block, element = find_element(holder.blocks, action_id, holder.name)
        if element["type"] not in EXTERNAL:
            raise ImpossibleError(f"a {element['type']} asks nobody for options")
        shortest = element.get("min_query_length", SHORTEST_QUERY)
        if len(query) < shortest:
            raise ImpossibleError(f"this menu asks from {shortest} characters on, not for {query!r}")
        gesture = self.hands.new("interactive", user, holder.channel)
        gesture.payload = self.hands.interaction("block_suggestion", user) | holder.payload(state(self.workspace, user, holder))
        gesture.payload |= {"action_id": action_id, "block_id": block.get("block_id", ""), "value": query}
        await self.hands.send(gesture)
        if gesture.acked:
            self._take_options(gesture, holder, action_id)
        return gesture

    async def shortcut(self, user: User, callback_id: str) -> Gesture:
        """`user` picks a global shortcut."""
        if user.deleted or user.is_bot:
            raise ImpossibleError(f"{user.name} cannot do anything: deactivated, or not a person")
        gesture = self.hands.new("interactive", user, None)
        gesture.payload = self.hands.interaction("shortcut", user) | self.hands.trigger(user)
        gesture.payload |= {"callback_id": callback_id, "action_ts": self.workspace.messages.next_ts()}
        await self.hands.send(gesture)
        return gesture

    async def message_shortcut(self, user: User, message: Message, callback_id: str) -> Gesture:
        """`user` picks a shortcut in the menu of a message."""
        holder = in_message(self.workspace, user, message)
        if holder.channel is None or holder.message is None or holder.message.visible_to:
            raise ImpossibleError("an ephemeral message has no shortcuts")
        gesture = self.hands.new("interactive", user, holder.channel)
        gesture.payload = self.hands.interaction("message_action", user) | self.hands.trigger(user)
        gesture.payload |= {
            "callback_id": callback_id,
            "action_ts": self.workspace.messages.next_ts(),
            "message_ts": message.ts,
            "message": holder.message.payload(),
            "channel": place(holder.channel),
            "response_url": self.hands.url(self.hands.hook(gesture)),
        }
        await self.hands.send(gesture)
        return gesture

    def _take_options(self, gesture: Gesture, holder: Holder, action_id: str) -> None:
        problems = validate_options(gesture.ack)
        if problems:
            gesture.error = "no_results"
            self.workspace.journal.violated(*violations("options", problems))
            return
        options = _options(gesture.ack or {})
        gesture.options = tuple(options)
        self.workspace.choices.suggest(holder.key, gesture.user, action_id, options)

    def _answer_by_ack(self, gesture: Gesture, hook: Hook) -> None:
        if not gesture.ack:
            return
        try:
            hooks.answer(self.workspace, hook, Arguments(gesture.ack))
        except SlackError as error:
            gesture.error = "dispatch_failed"
            self.workspace.journal.violated(Violation(method="ack", code=error.code, message="ack payload refused"))
        self.workspace.journal.changes.announce()


def _options(ack: Payload) -> list[Payload]:
    groups: Any = ack.get("option_groups") or []
    return [*(ack.get("options") or []), *(option for group in groups for option in group["options"])]


def _began_with(element: Payload) -> Payload:
    _, initial = STATEFUL.get(element["type"], ("", ""))
    kept = (initial, "placeholder", "timezone")
    return {key: element[key] for key in kept if key in element}
