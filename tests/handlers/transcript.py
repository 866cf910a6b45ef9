"""A message as a person sees it, in plain letters: for reviewers, and for tests that read."""

import re
from datetime import UTC, datetime
from typing import Any

from handlers.views.message import Message
from playground.slack import Message as SlackMessage

EMOJI = {
    "red_circle": "🔴",
    "large_orange_circle": "🟠",
    "large_blue_circle": "🔵",
    "white_circle": "⚪",
    "large_green_circle": "🟢",
    "no_entry": "⛔",
    "heavy_minus_sign": "—",
    "white_check_mark": "✅",
    "warning": "⚠",
    "information_source": "i",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "wastebasket": "🗑",
    "arrow_forward": "▶",
    "double_vertical_bar": "⏸",
    "octagonal_sign": "🛑",
    "leftwards_arrow_with_hook": "↩",
    "black_square_for_stop": "⏹",
    "white_large_square": "⬜",
    "raised_hand": "✋",
    "mag": "🔎",
}
TOKEN = re.compile(r"<!date\^(\d+)\^[^|]*\|([^>]*)>")


def seen(message: Message) -> str:
    """The blocks, top to bottom."""
    return "\n".join(_block(block) for block in message.blocks)


def everything(message: Message) -> str:
    """The notification's line, then the blocks."""
    return f"[{message.text}]\n{seen(message)}"


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "rich_text":
            return "\n".join(_rich(part) for part in block["elements"])
        case "context":
            return "   " + "   ".join(TOKEN.sub(r"\2", element["text"]) for element in block["elements"])
        case "actions":
            return "   " + " ".join(f"[ {element['text']['text']} ]" for element in block["elements"])
        case "header":
            return f"# {block['text']['text']}"
        case "input":
            return f"{block['label']['text']} [                    ]"
        case "divider":
            return "-" * 40
        case other:
            raise AssertionError(f"a block that nobody draws: {other}")


def _rich(part: dict[str, Any]) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(f"  • {_inline(item['elements'])}" for item in part["elements"])
    return _inline(part["elements"])


def _inline(elements: list[dict[str, Any]]) -> str:
    return "".join(_element(element) for element in elements)


def _element(element: dict[str, Any]) -> str:
    match element["type"]:
        case "emoji":
            return EMOJI[element["name"]]
        case "date":
            return f"{datetime.fromtimestamp(element['timestamp'], UTC):%-d %b %Y %H:%M}"
        case "user":
            return f"@{element['user_id']}"
        case _:
            text: str = element["text"]
            style = element.get("style", {})
            if style.get("strike"):
                return f"~{text}~"
            return f"`{text}`" if style.get("code") else text


def of_slack(message: SlackMessage) -> str:
    """What a person sees of a message that the emulator holds."""
    return "\n".join(_block(block) for block in message.blocks)


def links(message: SlackMessage) -> list[tuple[str, str]]:
    """Words and address of every link in a message's rich text."""
    found: list[tuple[str, str]] = []
    pending: list[Any] = [*message.blocks]
    while pending:
        one = pending.pop(0)
        if one.get("type") == "link":
            found.append((one["text"], one["url"]))
        pending = [*one.get("elements", ()), *pending]
    return found
