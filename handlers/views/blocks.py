"""Blocks within Slack's limits (docs.slack.dev, block reference). The only place that knows the numbers.

Text stands in rich_text and plain_text, which Slack never parses; the one exception is :func:`context`, whose element is
marked ``verbatim`` and filled by :func:`handlers.views.inline.markup`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from handlers.views import inline
from handlers.views.inline import Count, Element, Line
from handlers.views.message import Block, Message, Modal
from handlers.views.untrusted import CUT, width

MAX_BLOCKS = 50
MAX_TEXT = 4_000
MAX_SECTION = 3_000
MAX_HEADER = 150
MAX_BUTTON_TEXT = 75
MAX_BUTTON_VALUE = 2_000
MAX_BUTTONS = 25
MAX_CONFIRM_TITLE = 100
MAX_CONFIRM_TEXT = 300
MAX_CONFIRM_BUTTON = 30
MAX_MODAL_BLOCKS = 100
MAX_MODAL_TITLE = 24
MAX_LABEL = 150
MAX_METADATA = 3_000
# 250 KB are documented; somebody has to read it.
MAX_MODAL = 60_000
# Not documented, but seen: larger messages are refused as a whole (slackapi/bolt-js#2509 at 13,200).
MAX_MESSAGE = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """The dialog that asks again before a button acts."""

    title: Line
    text: Line
    yes: Line
    no: Line = ("Cancel",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button. ``value`` comes back with the click and proves nothing: it may be forged."""

    action_id: str
    label: Line
    value: str = ""
    primary: bool = False
    danger: bool = False
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a modal asks for. ``metadata`` comes back with what is submitted and proves nothing: it may be forged."""

    callback_id: str
    submit: Line
    metadata: str


def paragraph(*lines: Line) -> Block:
    """Lines of text below each other."""
    joined: list[inline.Part] = []
    for line in lines:
        if joined:
            joined.append("\n")
        joined.extend(line)
    return _rich([_section(inline.elements(joined, MAX_SECTION))])


def preformatted(text: inline.Outside) -> Block:
    """What a program printed, in letters of one width."""
    made = inline.elements((text,), MAX_SECTION)
    return _rich([{**_section(made), "type": "rich_text_preformatted"}])


def bullets(title: Line, items: Sequence[Line], most: int) -> Block:
    """A title with a list below it: the first ``most`` items, then "and N more"."""
    head = inline.elements(title, MAX_SECTION)
    shown: list[Element] = []
    left = MAX_SECTION - _length(head)
    for item in items[:most]:
        made = inline.elements(item, MAX_SECTION)
        left -= _length(made)
        if left < 0:
            break
        shown.append(_section(made))
    if len(shown) < len(items):
        shown.append(_section(inline.elements(("and ", Count(len(items) - len(shown)), " more"), MAX_SECTION)))
    below: list[Element] = [{"type": "rich_text_list", "style": "bullet", "elements": shown}] if shown else []
    return _rich([_section(head), *below])


def header(line: Line) -> Block:
    """One large line."""
    return {"type": "header", "text": _plain(line, MAX_HEADER)}


def context(*lines: Line) -> Block:
    """Small grey lines."""
    made = [{"type": "mrkdwn", "text": _cut(inline.markup(line), MAX_SECTION), "verbatim": True} for line in lines]
    return {"type": "context", "elements": made}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def actions(*buttons: Button) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": [_button(button) for button in buttons[:MAX_BUTTONS]]}


def question(name: LiteralString, label: Line, *, longest: int) -> Block:
    """A field of several lines that must be filled in; block and action are called ``name``."""
    field: Element = {"type": "plain_text_input", "action_id": name, "multiline": True, "max_length": longest}
    return {"type": "input", "block_id": name, "label": _plain(label, MAX_LABEL), "element": field}


def modal(title: Line, blocks: Iterable[Block], form: Form | None = None) -> Modal:
    """A modal; without a form it can only be closed."""
    fitting = _fitting(tuple(blocks), MAX_MODAL_BLOCKS, MAX_MODAL)
    view: Block = {
        "type": "modal",
        "title": _plain(title, MAX_MODAL_TITLE),
        "blocks": fitting,
        "close": _plain(("Close",), MAX_MODAL_TITLE),
    }
    if form is not None:
        view |= {
            "callback_id": form.callback_id,
            "submit": _plain(form.submit, MAX_MODAL_TITLE),
            "private_metadata": form.metadata[:MAX_METADATA],
        }
    return Modal(view=view)


def compose(summary: Line, blocks: Iterable[Block]) -> Message:
    """A message: ``summary`` is its text for notifications. Too many or too large blocks are cut from the end, with a word."""
    return Message(text=_cut(inline.notification(summary), MAX_TEXT) or "-", blocks=tuple(_fitting(tuple(blocks), MAX_BLOCKS, MAX_MESSAGE)))


def _fitting(blocks: Sequence[Block], most: int, largest: int) -> list[Block]:
    fitting: list[Block] = []
    size = 0
    for number, block in enumerate(blocks):
        size += _size(block)
        last = number == len(blocks) - 1
        if size > largest or len(fitting) == most - (not last):
            return [*fitting, paragraph((Count(len(blocks) - number), " more parts did not fit into one message."))]
        fitting.append(block)
    return fitting


def _size(value: object) -> int:
    # The length of its JSON comes close enough to what Slack measures.
    return len(json.dumps(value, ensure_ascii=False))


def _length(made: Sequence[Element]) -> int:
    return sum(width(element.get("text", "")) or 1 for element in made)


def _rich(parts: list[Element]) -> Block:
    return {"type": "rich_text", "elements": parts}


def _section(made: list[Element]) -> Element:
    # Slack refuses an empty section.
    return {"type": "rich_text_section", "elements": made or [{"type": "text", "text": " "}]}


def _plain(line: Line, limit: int) -> Element:
    # Without emoji: a name like ":rotating_light:" stays what it is.
    return {"type": "plain_text", "text": _cut(inline.plain(line), limit) or "-", "emoji": False}


def _button(button: Button) -> Element:
    made: Element = {"type": "button", "action_id": button.action_id, "text": _plain(button.label, MAX_BUTTON_TEXT)}
    if button.value:
        made["value"] = button.value[:MAX_BUTTON_VALUE]
    if button.primary or button.danger:
        made["style"] = "primary" if button.primary else "danger"
    if button.confirm:
        made["confirm"] = {
            "title": _plain(button.confirm.title, MAX_CONFIRM_TITLE),
            "text": _plain(button.confirm.text, MAX_CONFIRM_TEXT),
            "confirm": _plain(button.confirm.yes, MAX_CONFIRM_BUTTON),
            "deny": _plain(button.confirm.no, MAX_CONFIRM_BUTTON),
        }
    return made


def _cut(text: str, limit: int) -> str:
    if width(text) <= limit:
        return text
    kept = text[: limit - 1]
    while width(kept) > limit - 1:
        kept = kept[:-1]
    # Not in the middle of an entity or of a date token.
    for opening, closing in (("&", ";"), ("<", ">")):
        start = kept.rfind(opening)
        if start > kept.rfind(closing):
            kept = kept[:start]
    return kept + CUT
