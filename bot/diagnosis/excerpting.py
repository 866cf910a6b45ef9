"""What may be shown of each of many lines. A private key that somebody pasted stands in several of them, and none of them shows it.

:func:`bot.model.redaction.excerpt` sees one line at a time, and the last line of a key is too short to look like one.
"""

import re
from collections.abc import Iterable
from typing import Final

from bot.model.redaction import MARK, excerpt

LONGEST_KEY: Final = 500
"""Lines that are hidden after a key's beginning when its end does not come; RSA of 16,384 bits has about 200."""

_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{1,200}={0,2}")
# Fewer letters of base64 alone are as a rule a word.
_LONGEST_WORD: Final = 20
_LOOKED_AT: Final = 16_384


def excerpts(messages: Iterable[str]) -> tuple[str, ...]:
    """One excerpt per message, in their order; of what is a private key, or may be a piece of one, only a mark."""
    shown: list[str] = []
    hidden_still = 0
    run = 0  # how many lines before this one could be those of a key whose beginning was not pasted
    for message in messages:
        text = message[:_LOOKED_AT].replace("\\n", " ").strip(" \t\r\"'`,")
        begun, ended = _last(_BEGIN, text), _last(_END, text)
        if hidden_still:
            shown.append(MARK)
            hidden_still = 0 if ended > begun else hidden_still - 1
            continue
        if ended >= 0 and begun < 0:
            shown[len(shown) - run :] = [MARK] * run
        hidden_still = LONGEST_KEY if begun > ended else 0
        is_base64 = _BASE64.fullmatch(text) is not None
        run = run + 1 if is_base64 else 0
        shown.append(MARK if is_base64 and len(text) > _LONGEST_WORD else excerpt(message))
    return tuple(shown)


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last one stands, -1 when there is none."""
    return max((found.start() for found in pattern.finditer(text)), default=-1)
