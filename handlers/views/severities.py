"""How a severity looks: an emoji and a word, never the colour alone."""

from dataclasses import dataclass
from typing import LiteralString

from bot.model.finding import Severity
from handlers.views.inline import Emoji


@dataclass(frozen=True, slots=True)
class Look:
    """``emoji`` for a glance, ``word`` for everybody."""

    emoji: Emoji
    word: LiteralString


RESOLVED = Look(Emoji("large_green_circle"), "RESOLVED")

_LOOKS = {
    Severity.OK: Look(Emoji("large_green_circle"), "OK"),
    Severity.NOT_CHECKED: Look(Emoji("heavy_minus_sign"), "NOT CHECKED"),
    Severity.NOTICE: Look(Emoji("large_blue_circle"), "NOTICE"),
    Severity.UNKNOWN: Look(Emoji("white_circle"), "UNKNOWN"),
    Severity.WARNING: Look(Emoji("large_orange_circle"), "WARNING"),
    Severity.CRITICAL: Look(Emoji("red_circle"), "CRITICAL"),
}


def look(severity: Severity) -> Look:
    """The look of a severity."""
    return _LOOKS[severity]
