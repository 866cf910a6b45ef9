"""Buttons and menus in a message or view: finding one, and what Slack says when it was used."""

from dataclasses import dataclass, field
from typing import Any

from playground.slack.errors import ImpossibleError, Payload
from playground.slack.messages import Message

PICKED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What was pressed in a view: the element, the option picked, and what is filled in everywhere (`state.values`)."""

    block_id: str
    action_id: str
    option: str = ""
    values: Payload = field(default_factory=dict)


def find_in_view(definition: Payload, block_id: str, action_id: str) -> tuple[Payload, Payload]:
    """The block and the element of these ids in a view; impossible when there is none."""
    for block in definition["blocks"]:
        for element in elements(block):
            if (block["block_id"], element["action_id"]) == (block_id, action_id):
                return block, element
    raise ImpossibleError(f"the view has no element {action_id!r} in a block {block_id!r}")


def find_element(message: Message, action_id: str) -> tuple[Payload, Payload]:
    """The block and the element with this action_id in a message; impossible when there is none."""
    blocks = message.all_blocks
    for block in blocks:
        for element in elements(block):
            if element.get("action_id") == action_id:
                return block, element
    offered = [e["action_id"] for block in blocks for e in elements(block)]
    raise ImpossibleError(f"message {message.ts} has no element {action_id!r}; it has {offered}")


def elements(value: Any) -> list[Payload]:
    """Everything with an action_id in a piece of Block Kit, in reading order."""
    if isinstance(value, list):
        return [element for item in value for element in elements(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "action_id" in value else []
    return own + [element for item in value.values() for element in elements(item)]


def action_payload(block: Payload, element: Payload, option: str, action_ts: str) -> Payload:
    """The `actions[0]` of block_actions after this element was pressed, or `option` of it picked."""
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
    return action | {PICKED.get(kind, "value"): option}


def _option(element: Payload, value: str) -> Payload:
    offered = [*(element.get("options") or [])]
    offered += [option for group in element.get("option_groups") or [] for option in group["options"]]
    for option in offered:
        if option["value"] == value:
            chosen: Payload = option
            return chosen
    raise ImpossibleError(f"no option {value!r}; there is {[option['value'] for option in offered]}")
