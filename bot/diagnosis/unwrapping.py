"""From a line as it was collected to what the program printed: through CRI, docker, Fluent Bit and Dapr's own two formats. Never raises."""

import re
import sys
from typing import Final, cast

import msgspec

LONGEST: Final = 65_536
"""Characters of a line that are looked at; container runtimes cut lines at 16 KiB."""
SEARCHED: Final = 16_384
"""Characters of a message in which patterns are searched, so that no text makes the search long."""
DEPTH: Final = 4
"""Wrappings that are taken off: CRI in docker's JSON in Fluent Bit's JSON is three."""

_ESCAPES: Final = re.compile(r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]")
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# kubectl logs --prefix, then the time of --timestamps or a raw CRI line.
_PREFIX: Final = re.compile(r"\s{0,8}(?:\[pod/[^\]\s]{1,500}\] )?(?:\d{4}-\d\d-\d\dT\S{1,40} (?:std(?:out|err) [FP] )?)?")
# What other tools put before a line (stern, a chat): only passed over when a record of Dapr's follows.
_LEAD: Final = re.compile(r'[^{"]{1,400}?(?=\{"|\btime="?\d{4}-)')
_TEXT: Final = re.compile(r'time="?\d')
_PAIR: Final = re.compile(r'([\w.-]{1,64})=(?:"((?:[^"\\]++|\\.)*+)"?|([^\s"]*+))')
_QUOTED: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_SURROGATES: Final = range(0xD800, 0xE000)
_WRAPPERS: Final = ("log", "message", "msg", "body")


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """What a program printed: outside text. ``message`` is the whole line where the format is not Dapr's; what is unknown is ""."""

    message: str
    level: str = ""
    scope: str = ""
    instance: str = ""
    app_id: str = ""
    version: str = ""


def plain(line: str) -> str:
    """A line without what only colours it or cannot be seen (terminals' escapes, directions of writing): a word is one again."""
    bare = _ESCAPES.sub("", line)
    return bare if bare.isascii() else _UNSEEN.sub("", bare)


def printed(line: str) -> Printed:
    """What the program printed; of a line longer than LONGEST its beginning."""
    text = line[:LONGEST].encode("utf-8", "replace").decode()  # no lone surrogate goes further than this
    return _inside(_ESCAPES.sub("", text).rstrip("\r\n"), DEPTH)


def _inside(text: str, depth: int) -> Printed:
    bare = text[found.end() :] if (found := _PREFIX.match(text)) else text
    if not depth:
        return Printed(message=bare)
    if bare.startswith("{"):
        return _from_json(bare, depth)
    if _TEXT.match(bare):
        return _from_logfmt(bare) or Printed(message=bare)
    lead = _LEAD.match(bare)
    record = _inside(bare[lead.end() :], 1) if lead else None
    return record if record is not None and record.scope else Printed(message=bare)


def _from_json(text: str, depth: int) -> Printed:
    fields = _object(text)
    words = {name: value for name, value in fields.items() if isinstance(value, str)}
    if "msg" in words and "scope" in words:  # Dapr's own record: its message is a message, whatever it looks like
        return _record(words)
    for name in _WRAPPERS:
        value = words.get(name, "")
        if value and (name != "msg" or value.lstrip().startswith(("{", "time="))):
            return _inside(value.rstrip("\r\n"), depth - 1)
    return Printed(message=text, level=words.get("level", ""))


def _object(text: str) -> dict[str, object]:
    try:
        value: object = msgspec.json.decode(text)
    except (ValueError, RecursionError):  # msgspec's own errors are ValueErrors
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _from_logfmt(text: str) -> Printed | None:
    words: dict[str, str] = {}
    for pair in _PAIR.finditer(text):
        name, quoted, plain = pair.groups()
        words.setdefault(name, plain if quoted is None else _QUOTED.sub(_unquoted, quoted))
    return _record(words) if "msg" in words else None


def _record(words: dict[str, str]) -> Printed:
    return Printed(
        message=words["msg"],
        level=words.get("level", ""),
        scope=words.get("scope", ""),
        instance=words.get("instance", ""),
        app_id=words.get("app_id", ""),
        version=words.get("ver", ""),
    )


def _unquoted(escape: re.Match[str]) -> str:
    """One escape of Go's %q."""
    *numbers, letter = escape.groups()
    digits = next((one for one in numbers if one is not None), None)
    if digits is None:
        return _LETTERS.get(letter, letter)
    number = int(digits, 16)
    return chr(number) if number <= sys.maxunicode and number not in _SURROGATES else "\ufffd"
