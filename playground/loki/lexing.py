"""LogQL in tokens: the signs, words and literals that the bot's client writes, and where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from playground.loki.refusals import parse_error

STRING: Final = "STRING"
IDENTIFIER: Final = "IDENTIFIER"
RANGE: Final = "RANGE"
NUMBER: Final = "NUMBER"
DURATION: Final = "DURATION"
END: Final = "$end"
_KINDS: Final = {"duration": DURATION, "number": NUMBER}

_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r'|(?P<quoted>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<raw>`[^`]*`)"
    r"|(?P<range>\[[^\]]*\])"
    r"|(?P<duration>(?:\d+(?:ms|[smhdwy]))+)"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign>\|=|\|~|=~|!~|!=|[{}(),=|])"
)
_ESCAPE: Final = re.compile(r"\\(?:([abfnrtv\\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|.)")
_NAMED: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: a sign, a word of LogQL in lower case, or one of the kinds above. ``text``: its value, unquoted."""

    kind: str
    text: str
    line: int
    column: int


WORDS: Final = frozenset({
    "sum", "by", "count_over_time", "without", "or", "and", "unless", "json", "logfmt", "regexp", "pattern", "unpack",
    "line_format", "label_format", "decolorize", "drop", "keep", "unwrap", "offset", "bool", "ip",
})  # fmt: skip
"""Words that are no names. Most of them only so that they are refused: nothing here understands them."""


def tokens(query: str) -> Iterator[Token]:
    """All of them, the last one $end. Refusal 400 where a character or a literal is none."""
    at, line, begin = 0, 1, 0
    while at < len(query):
        column = at - begin + 1
        found = _TOKEN.match(query, at)
        if found is None:
            what = "literal not terminated" if query[at] in '"`' else _range_open(query[at]) or "syntax error: unexpected IDENTIFIER"
            raise parse_error(what, line, column)
        text = found.group()
        if found.lastgroup != "space":
            yield _token(found.lastgroup or "", text, line, column)
        if "\n" in text:
            line += text.count("\n")
            begin = at + text.rindex("\n") + 1
        at = found.end()
    yield Token(END, "", line, at - begin + 1)


def _range_open(character: str) -> str:
    return "missing closing ']' in duration" if character == "[" else ""


def _token(group: str, text: str, line: int, column: int) -> Token:
    match group:
        case "quoted":
            return Token(STRING, _unquoted(text[1:-1], line, column), line, column)
        case "raw":
            return Token(STRING, text[1:-1].replace("\r", ""), line, column)
        case "range":
            return Token(RANGE, text[1:-1], line, column)
        case "word" if text.lower() not in WORDS:
            return Token(IDENTIFIER, text, line, column)
        case _:
            return Token(_KINDS.get(group, text.lower()), text, line, column)


def _unquoted(inside: str, line: int, column: int) -> str:
    def plain(found: re.Match[str]) -> str:
        named, *numbers, octal = found.groups()
        if named:
            return _NAMED[named]
        for digits in numbers:
            if digits:
                return chr(int(digits, 16))
        if octal:
            return chr(int(octal, 8))
        raise parse_error("invalid char escape", line, column)

    return _ESCAPE.sub(plain, inside)
