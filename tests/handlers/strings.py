"""What outside text may be at its worst, for hypothesis, and what must never come of it."""

import json
import re
import unicodedata
from typing import Any

from hypothesis import strategies as st

from handlers.views.message import Message
from playground.slack.blocks import validate

NAUGHTY = (
    "<!channel> <!here|here> <!everyone>",
    "<@U0OLGAOPER> <@W123|x> <!subteam^S0OPERATOR|@ops> <#C0OPS00000>",
    "@channel @here @everyone",
    "<https://evil.example|Approve here>",
    "https://evil.example/path?x=1 mailto:a@evil.example",
    "<!date^1^{date}^https://evil.example|today>",
    "&lt;!channel&gt; &amp;lt;!channel&amp;gt;",
    "*bold* _italic_ ~strike~ `code` ```pre``` > quote",
    ":rotating_light: :red_circle:",
    "\x1b[31mFAIL\x1b[0m \x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\u202eevil\u202c \u2066\u2069 \u200f\u200e \u061c",
    "or\u200bders \u200d\ufeff\u00ad\u2060 \U000e0041\U000e0042",
    "a\r\nline\u2028two\u2029three\x85four\x0bfive",
    "\x00\x01\x7f\x9b1m",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349",
    "\ud800 \udfff \uffff \U0010ffff",
    "\U0001f469\u200d\U0001f4bb" * 120,
    "x" * 700,
    "<" * 700,
    "&" * 700,
    "\u115f\u3164\u2800",
    "|" * 50 + "^" * 50,
    "",
    " ",
)

hostile = st.one_of(
    st.sampled_from(NAUGHTY),
    st.text(max_size=80),
    st.lists(st.one_of(st.sampled_from(NAUGHTY), st.text(max_size=20)), max_size=4).map("".join),
)

# A token that our renderer made: a date, and nothing else.
OUR_DATE = re.compile(r"<!date\^\d{1,11}\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>")
ALLOWED_ELEMENTS = {"text", "emoji", "date"}


def problems(message: Message) -> list[str]:
    """Everything that a message must not be, whatever was put into it."""
    blocks = list(message.blocks)
    found = [f"{problem.pointer}: {problem.message}" for problem in validate(blocks, "message")]
    if not message.text.strip() or len(message.text) > 4_000:
        found.append(f"text of {len(message.text)} characters")
    found += _smuggled(message.text)
    found += [trouble for text in _texts(blocks) for trouble in _smuggled(text)]
    found += [f"element {kind}" for kind in _elements(blocks) if kind not in ALLOWED_ELEMENTS]
    found += [f"payload cannot be sent: {error}" for error in _unsendable(blocks)]
    return found


def _smuggled(text: str) -> list[str]:
    rest = re.sub(r"\bspiffe://", "", OUR_DATE.sub("", text))
    found = [sign for sign in ("<", ">", "://", "@channel", "@here", "@everyone") if sign in rest]
    found += [f"U+{ord(char):04X}" for char in rest if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}]
    found += [f"RTL U+{ord(char):04X}" for char in rest if unicodedata.bidirectional(char) in {"R", "AL", "AN"}]
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list) else []


def _elements(blocks: list[dict[str, Any]]) -> list[str]:
    rich = [part for block in blocks if block["type"] == "rich_text" for part in block["elements"]]
    sections = [section for part in rich for section in (part["elements"] if part["type"] == "rich_text_list" else [part])]
    return [element["type"] for section in sections for element in section["elements"]]


def _unsendable(blocks: list[dict[str, Any]]) -> list[str]:
    try:
        json.dumps(blocks, ensure_ascii=False).encode()
    except (TypeError, UnicodeEncodeError) as error:
        return [str(error)]
    return []
