"""The few regular expressions that the bot's client writes: alternatives of literals, with ``.+`` and ``.*`` in matchers.

Go's RE2 and Python's ``re`` differ in much; on these they agree. Whatever else is asked is refused, never guessed.
"""

import re
import string
from typing import Final

from playground.loki.refusals import Refusal, parse_error

_SPECIAL: Final = frozenset(r"\.+*?()|[]{}^$")
_PIECE: Final = re.compile(r"\\(?P<escaped>.)|(?P<wild>\.[+*])|(?P<bar>\|)|(?P<other>.)", re.DOTALL)
# RE2 takes a backslash before any ASCII character that is neither letter nor digit for that character.
_ESCAPABLE: Final = frozenset(map(chr, range(0x80))) - frozenset(string.ascii_letters + string.digits)


def no_pattern(pattern: str) -> Refusal | None:
    """What Loki says of a line filter's pattern that is none; None for one that is, also when it is not read here."""
    try:
        re.compile(pattern)
    except re.error as error:
        return parse_error(f"stage '|~ \"{pattern}\"' : error parsing regexp: {error.msg}: `{pattern}`")
    return None


def compiled(pattern: str, *, wild: bool) -> re.Pattern[str]:
    """The same in Python; ``wild`` allows ``.+`` and ``.*``. Refusal 400 for what Loki refuses and for what is not read here."""
    return re.compile("".join(_piece(found, pattern, wild=wild) for found in _PIECE.finditer(pattern)) or "", re.DOTALL)


def _piece(found: re.Match[str], pattern: str, *, wild: bool) -> str:
    if (escaped := found["escaped"]) is not None:
        if escaped not in _ESCAPABLE:
            raise parse_error(f"error parsing regexp: invalid escape sequence: `\\{escaped}`")
        return re.escape(escaped)
    if found["bar"]:
        return "|"
    if found["wild"] and wild:
        return found.group()
    character = found.group()
    if character[0] in _SPECIAL:
        raise parse_error(f"error parsing regexp: more than literals, which is all that is simulated: `{pattern}`")
    return re.escape(character)
