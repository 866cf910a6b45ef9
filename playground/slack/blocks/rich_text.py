"""The rich_text block and its parts."""

from collections.abc import Mapping
from typing import Any

from playground.slack.blocks.objects import BLOCK_ID, URL
from playground.slack.blocks.shape import Check, array, boolean, by_type, number, record, string, word

_MANY = 10_000
_ID = string(255)
_TEXT = string(_MANY * 4, shortest=1)
_STYLE = record(
    {},
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean),
)


def _part(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record(required, {"style": _STYLE, **(optional or {})})


PARTS: Mapping[str, Check] = {
    "text": _part({"text": _TEXT}),
    "link": _part({"url": URL}, {"text": _TEXT, "unsafe": boolean}),
    "emoji": _part({"name": _ID}, {"unicode": string(255), "skin_tone": number(1, 6), "url": URL}),
    "user": _part({"user_id": _ID}),
    "usergroup": _part({"usergroup_id": _ID}),
    "channel": _part({"channel_id": _ID}),
    "team": _part({"team_id": _ID}),
    "broadcast": _part({"range": word("here", "channel", "everyone")}),
    "color": _part({"value": string(20)}),
    "date": _part({"timestamp": number(0, 99_999_999_999), "format": string(500)}, {"url": URL, "fallback": string(500)}),
}
_SECTION = record({"elements": array(by_type(PARTS), _MANY, shortest=0)})
_PREFORMATTED = record(
    {"elements": array(by_type({"text": PARTS["text"], "link": PARTS["link"]}), _MANY, shortest=0)},
    {"border": number(0, 1), "language": string(50)},
)
_QUOTE = record({"elements": array(by_type(PARTS), _MANY, shortest=0)}, {"border": number(0, 1)})
_LIST = record(
    {"style": word("bullet", "ordered"), "elements": array(by_type({"rich_text_section": _SECTION}), _MANY)},
    {"indent": number(0, 8), "offset": number(0, 100_000), "border": number(0, 1)},
)

RICH_TEXT_BLOCK = record(
    {
        "elements": array(
            by_type(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": _LIST,
                    "rich_text_preformatted": _PREFORMATTED,
                    "rich_text_quote": _QUOTE,
                }
            ),
            _MANY,
        )
    },
    {"block_id": BLOCK_ID},
)
RICH_TEXT = by_type({"rich_text": RICH_TEXT_BLOCK})


def written(value: Any) -> str:
    """The plain characters of a rich_text block, as far as they count against limits."""
    if isinstance(value, dict):
        own = value.get("text")
        return (own if isinstance(own, str) else "") + written(value.get("elements"))
    return "".join(written(item) for item in value) if isinstance(value, list) else ""
