"""Slack's inline things as styled text: mrkdwn, rich text elements, dates, emoji. As the reader's client would show them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from playground.demo.ink import BOLD, CYAN, ITALIC, STRUCK, UNDERLINED, Line, Run, printable, styled

EMOJI: Final = {
    "red_circle": "🔴",
    "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡",
    "large_green_circle": "🟢",
    "large_blue_circle": "🔵",
    "white_circle": "⚪",
    "heavy_minus_sign": "\N{HEAVY MINUS SIGN}",
    "white_check_mark": "✅",
    "rotating_light": "🚨",
    "hourglass_flowing_sand": "⏳",
    "hourglass": "⌛",
    "no_entry": "⛔",
    "warning": "⚠️",
    "information_source": "\N{INFORMATION SOURCE}️",
    "octagonal_sign": "🛑",
    "raised_hand": "✋",
    "arrow_forward": "▶️",
    "double_vertical_bar": "⏸️",
    "black_square_for_stop": "⏹️",
    "leftwards_arrow_with_hook": "↩️",
    "white_large_square": "⬜",
    "mag": "🔍",
    "wastebasket": "🗑️",
}
STYLES: Final = {"bold": BOLD, "italic": ITALIC, "strike": STRUCK, "code": CYAN}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}

# One token of mrkdwn: <...>, :emoji:, or a span between two equal signs.
TOKEN: Final = re.compile(
    r"<(?P<inside>[^<>]+)>"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
    r"|(?<!\w)(?P<sign>[*_~`])(?P<span>\S(?:[^\n]*?\S)?)(?P=sign)(?!\w)"
)
SIGNS: Final = {"*": BOLD, "_": ITALIC, "~": STRUCK, "`": CYAN}
DATE: Final = re.compile(r"!date\^(?P<timestamp>-?\d+)\^(?P<format>[^|^]*)(?:\^[^|]*)?\|(?P<fallback>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever reads: what "today" is, and how ids are called. Times are shown in UTC, so that they compare with a terminal's."""

    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)

    def date(self, timestamp: float, form: str, fallback: str) -> str:
        """A moment as Slack's date formats spell it; the fallback where the format has more than we know."""
        at = datetime.fromtimestamp(timestamp, UTC)
        day = f"{MONTHS[at.month - 1]} {at.day}, {at.year}"
        pretty = NEAR.get((at.date() - self.now.date()).days, day)
        words = form.replace("{date_short_pretty}", pretty).replace("{date_short}", day).replace("{time}", f"{at:%H:%M} UTC")
        return fallback if "{" in words else words

    def name(self, identifier: str) -> str:
        """What an id of a person or channel is called."""
        return self.names.get(identifier, identifier)


def mrkdwn(text: str, reader: Reader, style: str = "") -> Line:
    """Slack's markup, entities and tokens included."""
    runs: list[Run] = []
    end = 0
    for token in TOKEN.finditer(text):
        runs.append(Run(_unescaped(text[end : token.start()]), style))
        runs += _token(token, reader, style)
        end = token.end()
    return tuple(run for run in (*runs, Run(_unescaped(text[end:]), style)) if run.text)


def element(part: Mapping[str, Any], reader: Reader) -> Run:
    """One element of a rich text section."""
    style = styled(*(STYLES[name] for name, is_on in part.get("style", {}).items() if is_on and name in STYLES))
    match part.get("type"):
        case "emoji":
            return Run(emoji(part["name"]), style)
        case "date":
            return Run(printable(reader.date(part["timestamp"], part["format"], part.get("fallback", ""))), style)
        case "link":
            return Run(printable(part.get("text") or part["url"]), styled(style, UNDERLINED))
        case "user":
            return Run(f"@{printable(reader.name(part['user_id']))}", styled(style, BOLD))
        case "channel":
            return Run(f"#{printable(reader.name(part['channel_id']))}", styled(style, BOLD))
        case _:
            return Run(printable(part.get("text", "")), style)


def emoji(name: str) -> str:
    """The character, or the name between colons where we have none."""
    return EMOJI.get(name, f":{printable(name)}:")


def _token(token: re.Match[str], reader: Reader, style: str) -> Line:
    if token["emoji"]:
        return (Run(emoji(token["emoji"]), style),)
    if token["sign"] == "`":
        return (Run(_unescaped(token["span"]), styled(style, CYAN)),)
    if token["sign"]:
        return mrkdwn(token["span"], reader, styled(style, SIGNS[token["sign"]]))
    return (_inside(token["inside"], reader, style),)


def _inside(inside: str, reader: Reader, style: str) -> Run:
    date = DATE.fullmatch(inside)
    if date:
        return Run(_unescaped(reader.date(int(date["timestamp"]), date["format"], date["fallback"])), style)
    target, _, label = inside.partition("|")
    if target[0] in "@#!":
        sign = "#" if target[0] == "#" else "@"
        return Run(sign + _unescaped(label or reader.name(target[1:])), styled(style, BOLD))
    return Run(_unescaped(label or target), styled(style, UNDERLINED))


def _unescaped(text: str) -> str:
    return printable(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
