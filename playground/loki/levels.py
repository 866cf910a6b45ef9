"""The level that Loki guesses of every line and keeps as structured metadata ``detected_level``."""

import re
from collections.abc import Mapping
from typing import Final

LABEL: Final = "detected_level"

_FIELD: Final = re.compile(r'(?:^|[\s,{])"?(?:level|severity|lvl)"?\s*[=:]\s*"?(\w+)', re.IGNORECASE)
# A word of its own: what stands before and after it is what Loki takes for the edge of one.
_WORD: Final = re.compile(r'(?:^|(?<=[ \t\n\[({"=]))(trace|debug|fatal|critical|error|err|warning|warn|info)(?=$|[ \t\n\[\](){}:,!"=])')
_NORMAL: Final = {
    "trace": "trace", "trc": "trace", "debug": "debug", "dbg": "debug", "info": "info", "inf": "info", "information": "info",
    "warn": "warn", "wrn": "warn", "warning": "warn", "error": "error", "err": "error", "critical": "critical", "fatal": "fatal",
}  # fmt: skip


def guessed(line: str, labels: Mapping[str, str]) -> str:
    """From a label ``level``, a field of that name, or the first word that is a level; "unknown" otherwise."""
    if level := labels.get("level") or labels.get("severity"):
        return _NORMAL.get(level.lower(), level)
    field = _FIELD.search(line)
    if field and (level := _NORMAL.get(field[1].lower())):
        return level
    word = _WORD.search(line.lower())
    return _NORMAL[word[1]] if word else "unknown"
