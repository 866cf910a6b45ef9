"""What may leave of a log line: no escape sequences, no invisible characters, nothing that looks like a credential, not too long."""

import re
from typing import Final

LONGEST: Final = 300
MARK: Final = "[redacted]"

# ECMA-48: CSI and OSC sequences, then two-character ones. Bounded, so that no text makes the search long.
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]?|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?|[@-_]?)")
# C0 and C1 controls, then what changes the direction of text or has no width (Unicode TR 9, TR 36).
_INVISIBLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+")
_SECRETS: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:.{0,8000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|.*)"
    r"|\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){1,4}"
    r"|\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}"
    r"|\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}",
    re.DOTALL | re.IGNORECASE,
)


def excerpt(text: str, longest: int = LONGEST) -> str:
    """One line that may be shown: at most ``longest`` characters, the last an ellipsis where it was cut."""
    seen = text[: 8 * longest]
    shown = _SECRETS.sub(MARK, seen.replace("\\n", "\n") if "PRIVATE KEY" in seen else seen)
    shown = _INVISIBLE.sub(" ", _ESCAPES.sub("", shown)).strip()
    return shown if len(shown) <= longest and len(text) <= len(seen) else f"{shown[: longest - 1]}…"
