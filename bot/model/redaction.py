"""What may leave of a log line: no escape sequences, no invisible characters, nothing that looks like a credential, not too long."""

import re
from typing import Final

LONGEST: Final = 300
MARK: Final = "[redacted]"

# How many characters are looked at for each that may be shown, and how much of the end is not trusted when there are more: a secret
# that is cut off there may no longer look like one.
_LOOKED_AT: Final = 8
_UNTRUSTED_END: Final = re.compile(r"\S{1,400}\Z")

# ECMA-48, with ESC or as one C1 character: CSI; OSC, DCS, SOS, PM and APC with their text; two-character ones. Bounded, as is all below.
_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]{0,512}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]{0,8}[0-~]?"
)
# What is seen as nothing and could hide inside a secret or a word: soft hyphens, joiners, direction marks (UAX 9), variation selectors,
# fillers, tags, private use, lone surrogates (UTR 36).
_NOTHING: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U0010ffff]+"
)
# C0 and C1 controls, line and paragraph separators: a space, so that words stay apart.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

_KEY_HEADER: Final = r"[A-Z0-9 ]{0,40}PRIVATE KEY-----"
_SECRETS: Final = re.compile(
    # Private keys, with real line ends or escaped ones, without their end or without their beginning.
    rf"-----BEGIN {_KEY_HEADER}(?:.*?-----END {_KEY_HEADER}|.*)"
    rf"|[A-Za-z0-9+/=\\\s]{{0,120}}-----END {_KEY_HEADER}"
    # The same as base64, and any other long base64 that is no digest in hex: a line out of the middle of a key.
    r"|LS0tLS1CRUdJTi[A-Za-z0-9+/]*={0,2}"
    r"|(?<![A-Za-z0-9+/])(?![0-9a-f]+(?![A-Za-z0-9+/]))(?=[^0-9]{0,59}[0-9])(?=[^A-Z]{0,59}[A-Z])[A-Za-z0-9+/]{60,}={0,2}"
    # JSON web tokens, which Kubernetes' are; tokens with a maker's mark.
    r"|eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}"
    r"|(?i:xox[a-z]{1,2}|xapp)[-.][A-Za-z0-9.-]{8,}"
    r"|(?<![A-Za-z0-9])(?:gh[opsu]_|ghr_|github_pat_|glpat-|glsa_|glc_|sk-|hvs\.|AKIA|ASIA|AIza)[A-Za-z0-9_-]{12,}",
    re.DOTALL,
)
# A name that stays, and its value: HTTP's Authorization and what looks random after a scheme's name; name=value; "name":"value"; for
# passwords also "name: value"; Slack's webhooks; whom an address names before its host, and Go's data source names.
_VALUES: Final = re.compile(
    r"((?i:authorization)[\"'\\]{0,4}\s?[:=]\s?[\"'\\\[]{0,4}(?:[A-Za-z]{1,20} )?)[^\s\"'\\\]]+"
    r"|(\b(?i:bearer|basic)\s{1,4})(?=\S{1,200}[0-9A-Z=_+/])[A-Za-z0-9._~+/=-]{8,}"
    r"|((?i:passw(?:or)?d|pwd|secret|token|key)=\\{0,3}[\"']?)[^\s\"'&;,\\]+"
    r"|((?i:passw(?:or)?d|pwd|secret|token|key)\\{0,3}[\"']\s?:\s?\\{0,3}[\"'])[^\"'\\]+"
    r"|((?i:passw(?:or)?d): ?)[^\s\"',;]+"
    r"|(hooks\.slack\.com/)\S+"
    r"|(://)[^\s/]+(?=@)"
    r"|(\b[\w.-]{1,64}:)[^\s@/]+(?=@(?:tcp|unix)\()",
)


def excerpt(text: str, longest: int = LONGEST) -> str:
    """One line that may be shown: at most ``longest`` characters, the last an ellipsis where it was cut."""
    seen = text[: _LOOKED_AT * longest]
    bare = _CONTROLS.sub(" ", _NOTHING.sub("", _ESCAPES.sub("", seen)))
    shown = _VALUES.sub(_without_value, _SECRETS.sub(MARK, bare)).strip()
    if len(text) > len(seen):
        shown = _UNTRUSTED_END.sub("", shown)
    return shown if len(shown) <= longest and len(text) <= len(seen) else f"{shown[: longest - 1]}…"


def _without_value(found: re.Match[str]) -> str:
    return f"{found[found.lastindex or 0]}{MARK}"
