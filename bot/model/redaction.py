"""What may leave of a log line: no escape sequences, no invisible characters, nothing that looks like a credential, not too long."""

import functools
import re
from typing import Final, TypeAlias

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
_LONG_BASE64: Final = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{60}")
_WORDS: Final = ("passwd", "password", "pwd", "secret", "token", "key")
_WORD: Final = r"(?i:passw(?:or)?d|pwd|secret|token|key)"

# Alternatives, each with the words of which a text must hold one for it to match: as ``_folded`` makes them. To look for words is many
# times faster than to try a pattern at every character, and few lines hold any. None: ``_LONG_BASE64`` tells.
Alternatives: TypeAlias = tuple[tuple[tuple[str, ...] | None, str], ...]
_SECRETS: Final[Alternatives] = (
    # Private keys, with real line ends or escaped ones, without their end or without their beginning.
    (("private key-----",), rf"-----BEGIN {_KEY_HEADER}(?:.*?-----END {_KEY_HEADER}|.*)"),
    (("private key-----",), rf"[A-Za-z0-9+/=\\\s]{{0,120}}-----END {_KEY_HEADER}"),
    # The same as base64, and any other long base64 that is no digest in hex: a line out of the middle of a key.
    (("ls0tls1crudjti",), r"LS0tLS1CRUdJTi[A-Za-z0-9+/]*={0,2}"),
    (
        None,
        r"(?<![A-Za-z0-9+/])(?![0-9a-f]+(?![A-Za-z0-9+/]))(?=[^0-9]{0,59}[0-9])(?=[^A-Z]{0,59}[A-Z])[A-Za-z0-9+/]{60,}={0,2}",
    ),
    # JSON web tokens, which Kubernetes' are; tokens with a maker's mark.
    (("eyj",), r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}"),
    (("xox", "xapp"), r"(?i:xox[a-z]{1,2}|xapp)[-.][A-Za-z0-9.-]{8,}"),
    (
        ("gho_", "ghp_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "glsa_", "glc_", "sk-", "hvs.", "akia", "asia", "aiza"),
        r"(?<![A-Za-z0-9])(?:gh[opsu]_|ghr_|github_pat_|glpat-|glsa_|glc_|sk-|hvs\.|AKIA|ASIA|AIza)[A-Za-z0-9_-]{12,}",
    ),
)
# A name that stays, and its value: HTTP's Authorization and what looks random after a scheme's name; name=value; "name":"value"; for
# passwords also "name: value"; Slack's webhooks; whom an address names before its host, and Go's data source names.
_VALUES: Final[Alternatives] = (
    (("authorization",), r"((?i:authorization)[\"'\\]{0,4}\s?[:=]\s?[\"'\\\[]{0,4}(?:[A-Za-z]{1,20} )?)[^\s\"'\\\]]+"),
    (("bearer", "basic"), r"(\b(?i:bearer|basic)\s{1,4})(?=\S{1,200}[0-9A-Z=_+/])[A-Za-z0-9._~+/=-]{8,}"),
    (tuple(f"{word}=" for word in _WORDS), rf"({_WORD}=\\{{0,3}}[\"']?)[^\s\"'&;,\\]+"),
    (
        tuple(f"{word}{sign}" for word in _WORDS for sign in ("\\", '"', "'")),
        rf"({_WORD}\\{{0,3}}[\"']\s?:\s?\\{{0,3}}[\"'])[^\"'\\]+",
    ),
    (("passwd:", "password:"), r"((?i:passw(?:or)?d): ?)[^\s\"',;]+"),
    (("hooks.slack.com/",), r"(hooks\.slack\.com/)\S+"),
    (("@",), r"(://)[^\s/]+(?=@)"),
    (("@tcp(", "@unix("), r"(\b[\w.-]{1,64}:)[^\s@/]+(?=@(?:tcp|unix)\()"),
)
# What (?i:) takes for these letters beyond their capitals.
_ALIKE: Final = str.maketrans("\u0130\u0131\u017f\u212a", "iisk")


def excerpt(text: str, longest: int = LONGEST) -> str:
    """One line that may be shown: at most ``longest`` characters, the last an ellipsis where it was cut."""
    seen = text[: _LOOKED_AT * longest]
    shown = _without_values(_without_secrets(_bare(seen))).strip()
    if len(text) > len(seen):
        shown = _UNTRUSTED_END.sub("", shown)
    return shown if len(shown) <= longest and len(text) <= len(seen) else f"{shown[: longest - 1]}…"


def _bare(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub(" ", _NOTHING.sub("", _ESCAPES.sub("", text)))


def _without_secrets(text: str) -> str:
    possible = _possible(_SECRETS, text)
    return _compiled(possible).sub(MARK, text) if possible else text


def _without_values(text: str) -> str:
    possible = _possible(_VALUES, text)
    return _compiled(possible).sub(lambda found: f"{found[found.lastindex or 0]}{MARK}", text) if possible else text


def _possible(alternatives: Alternatives, text: str) -> str:
    """Those that may match in this text, as one pattern: of two that match the same stretch the same one wins as among all."""
    folded = _folded(text)
    return "|".join(
        pattern
        for words, pattern in alternatives
        if (_LONG_BASE64.search(text) if words is None else any(word in folded for word in words))
    )


def _folded(text: str) -> str:
    """In small letters, one for each; ASCII wherever a pattern that ignores case takes a character for ASCII."""
    return (text if text.isascii() else text.translate(_ALIKE)).lower()


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)
