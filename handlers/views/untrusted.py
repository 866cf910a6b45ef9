r"""Text from outside (names, certificates, API errors): a type of its own, which only :mod:`handlers.views.inline` can show.

What comes out of :meth:`Untrusted.shown`, duty by duty:

1. one line: every kind of white space is one space
2. nothing invisible: control, format, bidi, zero-width and unassigned characters are written out (``\x1b``, ``\u202e``)
3. nothing that reorders its neighbours: right-to-left letters are written out too
4. no heaps of combining marks: two per letter are kept
5. no markup of Slack: ``<`` and ``>`` become look-alikes, so no mention, link or date token survives any parser
6. no words that ping (``@channel``) and no address that a client would make clickable (``https[:]//``)
7. cut to a length, counted as Slack's own clients count (UTF-16 units)

Whatever 2 to 6 changed is marked, except for the address, where the change is its own mark.
"""

import re
import unicodedata
from typing import final

MARK = " (altered)"
CUT = "…"
MAX_MARKS = 2

_PINGS = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)
# A SPIFFE ID is a name (every certificate of Dapr has one), no address that anything could open.
_ADDRESS = re.compile(r"(?<!\bspiffe)://")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and symbols by category that nevertheless draw nothing: Hangul fillers, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_MARKUP = {"<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"}


@final
class Untrusted:
    """Outside text. It has no ``str()`` of its own: an f-string shows its length only, never its content."""

    __slots__ = ("_raw",)

    def __init__(self, raw: str) -> None:
        self._raw = raw

    def __repr__(self) -> str:
        """Its length."""
        return f"Untrusted({len(self._raw)} characters)"

    def __eq__(self, other: object) -> bool:
        """Same raw text."""
        return isinstance(other, Untrusted) and other._raw == self._raw

    def __hash__(self) -> int:
        """As __eq__."""
        return hash(self._raw)

    def __bool__(self) -> bool:
        """Whether anything is in it."""
        return bool(self._raw.strip())

    def shown(self, limit: int) -> str:
        """What a person may see of it: the seven duties above. ``limit`` is in UTF-16 units, the mark included."""
        # Most of a huge text would be thrown away after it was cleaned; what is cleaned bounds the time.
        excerpt = self._raw[: 4 * limit]
        words = " ".join(excerpt.split())
        visible = _visible(words)
        mark = MARK if _without_pings(visible) != words else ""
        clean = inert(visible)
        if width(clean) + width(mark) <= limit and len(excerpt) == len(self._raw):
            return clean + mark
        return _cut(clean, limit - width(mark) - width(CUT)) + CUT + mark


def inert(text: str) -> str:
    """Without words that ping and addresses that link; also for what two harmless neighbours make together."""
    return _ADDRESS.sub("[:]//", _without_pings(text))


def width(text: str) -> int:
    """Length as Slack's clients count it: UTF-16 units, so that one emoji may be two."""
    return len(text) + sum(char > "\uffff" for char in text)


def _cut(text: str, limit: int) -> str:
    end = used = 0
    for char in text:
        used += width(char)
        if used > limit:
            break
        end += 1
    return text[:end].rstrip()


def _without_pings(text: str) -> str:
    return _PINGS.sub("\N{FULLWIDTH COMMERCIAL AT}", text)


def _visible(text: str) -> str:
    pieces: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= MAX_MARKS:
            pieces.append(_MARKUP.get(char) or (_written_out(char) if _must_be_written_out(char) else char))
    return "".join(pieces)


def _must_be_written_out(char: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    return (
        unicodedata.category(char) in _INVISIBLE_CATEGORIES
        or unicodedata.bidirectional(char) in _RIGHT_TO_LEFT
        or char in _BLANK
        or "VARIATION SELECTOR" in unicodedata.name(char, "")
        or char == "\u034f"  # combining grapheme joiner
    )


def _written_out(char: str) -> str:
    code = ord(char)
    if code < 0x100:  # noqa: PLR2004 - Latin-1 has the short form
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane
