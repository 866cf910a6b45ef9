"""What people do with a modal: fill it in and submit it, or close it."""

from dataclasses import dataclass

from playground.slack.blocks import validate_view
from playground.slack.errors import ImpossibleError, Payload, SlackError
from playground.slack.gesture import Gesture, Hands
from playground.slack.holders import in_view, state
from playground.slack.journal import Violation
from playground.slack.people import User
from playground.slack.strictness import violations
from playground.slack.view_store import View
from playground.slack.widgets import STATEFUL, elements, state_of
from playground.slack.workspace import Workspace


@dataclass
class ViewGestures:
    """Gestures with the modals of one workspace."""

    hands: Hands

    @property
    def workspace(self) -> Workspace:
        """Where it all happens."""
        return self.hands.workspace

    async def submit(self, user: User, view_id: str, values: Payload) -> Gesture:
        """`user` fills the modal with `values` (block_id -> action_id -> state) and submits it.

        Impossible while a field that is not optional is empty, and for fields that are not there: no client sends that.
        """
        holder = in_view(self.workspace, user, view_id)
        _require_shape(values)
        view = self.workspace.views.find(view_id=view_id)
        blocks = view.definition["blocks"]
        held = state(self.workspace, user, holder)
        view.values = state_of(blocks, held | {block: held.get(block, {}) | fields for block, fields in values.items()})
        _require_possible(blocks, view.values, values)
        gesture = self.hands.new("interactive", user, None)
        gesture.payload = self.hands.interaction("view_submission", user) | self.hands.trigger(user)
        gesture.payload |= {"view": view.payload(), "response_urls": self._response_urls(gesture, view)}
        await self.hands.send(gesture)
        if gesture.acked:
            self._follow(gesture, view_id)
        return gesture

    async def close(self, user: User, view_id: str, *, everything: bool = False) -> Gesture:
        """`user` closes the modal, or `everything` that lies below it, too.

        The bot hears of those that asked for it with notify_on_close; the gesture returned is the last one sent.
        """
        in_view(self.workspace, user, view_id)
        view = self.workspace.views.find(view_id=view_id)
        if view not in self.workspace.views.stacks.get(user.id, []):
            raise SlackError("not_found")
        everything = everything or bool(view.definition.get("clear_on_close"))
        closing = list(reversed(self.workspace.views.stacks[user.id])) if everything else [view]
        gesture = self.hands.new("interactive", user, None)
        for one in closing:
            self.workspace.views.close(one)
        for one in closing:
            if one.definition.get("notify_on_close"):
                gesture.payload = self.hands.interaction("view_closed", user) | {"view": one.payload(), "is_cleared": everything}
                await self.hands.send(gesture)
        self.workspace.journal.changes.announce()
        return gesture

    def _follow(self, gesture: Gesture, view_id: str) -> None:
        views, ack = self.workspace.views, gesture.ack or {}
        action, view = ack.get("response_action"), views.find(view_id=view_id)
        if action in {"update", "push"}:
            problems = validate_view(ack.get("view"), "modal")
            if problems:
                gesture.error = "dispatch_failed"
                self.workspace.journal.violated(*violations("ack", problems))
                return
            if action == "update":
                views.replace(view, ack["view"], "")
            else:
                self._push(gesture, ack["view"])
        elif action == "errors":
            self._check_field_errors(ack, view.definition)
        elif action == "clear":
            views.stacks[gesture.user] = []
        else:
            views.close(view)
        self.workspace.journal.changes.announce()

    def _push(self, gesture: Gesture, definition: Payload) -> None:
        try:
            self.workspace.views.push(gesture.user, definition)
        except SlackError as error:
            gesture.error = "dispatch_failed"
            self.workspace.journal.violated(Violation(method="ack", code=error.code, message="one modal too many"))

    def _check_field_errors(self, ack: Payload, definition: Payload) -> None:
        inputs = {block.get("block_id") for block in definition["blocks"] if block.get("type") == "input"}
        unknown = [name for name in ack.get("errors") or {} if name not in inputs]
        if unknown or not ack.get("errors"):
            message = f"errors must name input blocks of the view, not {unknown}"
            self.workspace.journal.violated(Violation(method="ack", code="invalid_errors", message=message))

    def _response_urls(self, gesture: Gesture, view: View) -> list[Payload]:
        """For menus of channels that asked for one with response_url_enabled."""
        urls: list[Payload] = []
        for block in view.definition["blocks"]:
            for element in elements(block):
                held = view.values.get(block.get("block_id", ""), {}).get(element["action_id"], {})
                channel = held.get("selected_conversation") or held.get("selected_channel")
                if element.get("response_url_enabled") and channel:
                    hook = self.workspace.tickets.hook(channel=channel, user=gesture.user, origin=gesture.id)
                    ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                    urls.append({**ids, "channel_id": channel, "response_url": self.hands.url(hook)})
        return urls


def _require_shape(values: object) -> None:
    fields = values.values() if isinstance(values, dict) else [None]
    if not all(isinstance(field, dict) and all(isinstance(state, dict) for state in field.values()) for field in fields):
        raise ImpossibleError("values are block_id -> action_id -> state")


def _require_possible(blocks: list[Payload], filled: dict[str, Payload], given: Payload) -> None:
    for block_id, fields in given.items():
        if unknown := [name for name in fields if name not in filled.get(block_id, {})]:
            raise ImpossibleError(f"the view has no field {unknown} in a block {block_id!r}")
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            element = block["element"]
            key, _ = STATEFUL[element["type"]]
            if not filled[block["block_id"]][element["action_id"]].get(key):
                raise ImpossibleError(f"{block['label']['text']!r} must be filled in before the view can be submitted")
