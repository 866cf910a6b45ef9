"""Block Kit as rows of a terminal. What is not known here is shown by its words, never left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from playground.demo import ink
from playground.demo.ink import BOLD, DIM, REVERSED, Line, Run
from playground.demo.markup import Reader, element, mrkdwn
from playground.slack.transcript import readable

Block = Mapping[str, Any]

BULLET: Final = "• "
QUOTE: Final = "│ "
GAP: Final = Run("  ")
PRESSABLE: Final = frozenset({"button", "overflow", "static_select", "users_select"})


def rows(block: Block, reader: Reader, width: int) -> list[Line]:
    """One block, wrapped."""
    match block.get("type"):
        case "rich_text":
            return [row for part in block["elements"] for row in _rich(part, reader, width)]
        case "section" | "header" as kind:
            style = BOLD if kind == "header" else ""
            return [row for text in _texts(block) for row in ink.wrap(_text(text, reader, style), width)]
        case "context":
            texts = [_text(one, reader, DIM) for one in block["elements"]]
            return ink.wrap(tuple(run for text in texts for run in (*text, GAP))[:-1], width)
        case "divider":
            return [(Run("─" * width, DIM),)]
        case "actions":
            return _buttons(block["elements"], width)
        case _:
            return ink.wrap(ink.line(readable(dict(block)).strip("\n")), width)


def _rich(part: Block, reader: Reader, width: int) -> Iterator[Line]:
    match part.get("type"):
        case "rich_text_list":
            for number, item in enumerate(part["elements"], start=1 + part.get("offset", 0)):
                sign = f"{number}. " if part.get("style") == "ordered" else BULLET
                margin = "  " * (1 + part.get("indent", 0))
                yield from ink.wrap((Run(margin + sign), *_inline(item, reader)), width, hang=len(margin + sign))
        case "rich_text_quote":
            for row in ink.wrap(_inline(part, reader), width - len(QUOTE)):
                yield (Run(QUOTE, DIM), *row)
        case "rich_text_preformatted":
            for row in ink.wrap(_inline(part, reader), width - len(QUOTE)):
                yield (Run("  "), *row)
        case _:
            yield from ink.wrap(_inline(part, reader), width)


def _inline(part: Block, reader: Reader) -> Line:
    return tuple(element(one, reader) for one in part["elements"])


def _texts(section: Block) -> Iterator[Block]:
    if "text" in section:
        yield section["text"]
    yield from section.get("fields", ())
    if "accessory" in section:
        yield section["accessory"]


def _text(part: Block, reader: Reader, style: str = "") -> Line:
    match part.get("type"):
        case "mrkdwn":
            return mrkdwn(part["text"], reader, style)
        case "plain_text":
            return ink.line(part["text"], style)
        case kind if kind in PRESSABLE:
            return (_button(part),)
        case _:
            return ink.line(readable(dict(part)), style)


def _buttons(parts: Sequence[Block], width: int) -> list[Line]:
    return ink.wrap(tuple(run for part in parts for run in (_button(part), GAP))[:-1], width)


def _button(part: Block) -> Run:
    label = readable(part.get("text") or part.get("placeholder") or "…")
    return Run(f"[ {ink.printable(label)} ]", REVERSED if part.get("style") != "danger" else ink.styled(REVERSED, ink.RED))
