"""Interactive elements: finding one, what can be picked in it, and what Slack says of it in `actions` and `state.values`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.slack.directory import Directory
from playground.slack.errors import ImpossibleError, Payload, SlackError
from playground.slack.typed import MOMENTS, TEXTS

# The key that holds what was picked, and the one that holds what is picked from the beginning.
ONE: Final = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
}
SEVERAL: Final = {
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}
STATEFUL: Final = {**ONE, **SEVERAL}
PRESSED: Final = frozenset({"button", "workflow_button", "icon_button"})
EXTERNAL: Final = frozenset({"external_select", "multi_external_select"})
WITH_OPTIONS: Final = frozenset({"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow", *EXTERNAL})


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What was pressed in a view: the element, what is picked in it, and what is filled in elsewhere (`state.values`).

    `block_id` may be left out where the action_id stands once.
    """

    action_id: str
    block_id: str = ""
    option: str | Sequence[str] = ""
    values: Payload = field(default_factory=dict)
    confirmed: bool = True


def find_element(blocks: Iterable[Payload], action_id: str, where: str, block_id: str = "") -> tuple[Payload, Payload]:
    """The block and the first element with this action_id, in this block if one is named; impossible when there is none."""
    for block in blocks:
        for element in elements(block) if block_id in {"", block.get("block_id")} else ():
            if element.get("action_id") == action_id:
                return block, element
    offered = [e["action_id"] for block in blocks for e in elements(block)]
    inside = f" in block {block_id!r}" if block_id else ""
    raise ImpossibleError(f"{where} has no element {action_id!r}{inside}; it has {offered}")


def elements(value: Any) -> list[Payload]:
    """Everything with an action_id in a piece of Block Kit, in reading order."""
    if isinstance(value, list):
        return [element for item in value for element in elements(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "action_id" in value else []
    return own + [element for item in value.values() for element in elements(item)]


def picked(element: Payload, wanted: str | Sequence[str], suggested: Sequence[Payload], directory: Directory) -> Payload:
    """What `wanted` (option values, ids or names, a date, a time, a text) makes of this element: its part of `actions[0]`.

    Impossible for what no person could pick there.
    """
    kind = str(element["type"])
    if kind in PRESSED:
        return {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    if kind == "feedback_buttons":
        chosen = [b for b in (element["positive_button"], element["negative_button"]) if b["value"] == wanted]
        if not chosen:
            raise ImpossibleError("feedback is the value of one of the two buttons")
        return {key: chosen[0][key] for key in ("text", "value")}
    if kind in SEVERAL:
        words = [wanted] if isinstance(wanted, str) and wanted else list(wanted)
        return {SEVERAL[kind][0]: _several(element, words, suggested, directory)}
    if not isinstance(wanted, str) or not wanted:
        raise ImpossibleError(f"pick one thing in a {kind}, not {wanted!r}")
    return {ONE[kind][0] if kind in ONE else "selected_option": _choice(element, wanted, suggested, directory)}


def _several(element: Payload, wanted: list[str], suggested: Sequence[Payload], directory: Directory) -> list[Any]:
    most = element.get("max_selected_items", len(wanted))
    if len(wanted) > most or len(set(wanted)) != len(wanted):
        raise ImpossibleError(f"at most {most} different things can be picked, not {wanted}")
    return [_choice(element, word, suggested, directory) for word in wanted]


def _choice(element: Payload, wanted: str, suggested: Sequence[Payload], directory: Directory) -> Any:
    kind = str(element["type"])
    if kind in WITH_OPTIONS:
        return _option(element, wanted, suggested)
    if kind in MOMENTS:
        return MOMENTS[kind](wanted)
    if kind in TEXTS:
        return TEXTS[kind](element, wanted)
    try:
        return directory.user(wanted).id if "users" in kind else _channel(kind, wanted, directory)
    except SlackError as error:
        raise ImpossibleError(f"there is no {wanted!r} to pick: {error.code}") from error


def _channel(kind: str, wanted: str, directory: Directory) -> str:
    channel = directory.channel(wanted)
    if "channels" in kind and channel.kind != "public_channel":
        raise ImpossibleError(f"only public channels can be picked in a {kind}, not {wanted!r}")
    return channel.id


def _option(element: Payload, value: str, suggested: Sequence[Payload]) -> Payload:
    offered = [*(element.get("options") or []), *suggested, *(element.get("initial_options") or [])]
    offered += [option for group in element.get("option_groups") or [] for option in group["options"]]
    offered += [element["initial_option"]] if "initial_option" in element else []
    for option in offered:
        if option["value"] == value:
            chosen: Payload = option
            return chosen
    raise ImpossibleError(f"no option {value!r}; there is {[option['value'] for option in offered]}")


def entry(element: Payload, chosen: Payload | None = None) -> Payload:
    """The element's part of `state.values`: what was chosen, else what it begins with, else nothing."""
    kind = str(element["type"])
    key, initial = STATEFUL[kind]
    empty: Any = [] if kind in SEVERAL else None
    return {"type": kind, key: chosen[key] if chosen else element.get(initial, empty)}


def state_of(blocks: Iterable[Payload], chosen: dict[str, Payload]) -> dict[str, Payload]:
    """`state.values` of these blocks: every element that holds something, with what `chosen` knows of it."""
    values: dict[str, Payload] = {}
    for block in blocks:
        for element in elements(block):
            if element["type"] in STATEFUL:
                block_id, action_id = block.get("block_id", ""), element["action_id"]
                known = chosen.get(block_id, {}).get(action_id)
                values.setdefault(block_id, {})[action_id] = {"type": element["type"], **known} if known else entry(element)
    return values
