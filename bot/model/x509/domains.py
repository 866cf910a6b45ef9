"""Domain names and mailboxes inside certificates (Go: crypto/x509 domainNameValid, parseRFC2821Mailbox)."""

import string

_ATOM = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.")
_VISIBLE = range(33, 127)


def valid(name: str, *, constraint: bool) -> bool:
    """Whether Go takes this for a domain name; the empty name is one, a trailing dot never is."""
    if not name:
        return True
    if name.endswith("."):
        return False
    labels = (name[1:] if constraint and name.startswith(".") else name).split(".")
    return all(labels) and all(ord(char) in _VISIBLE for char in name if char != ".")


def mailbox(text: str) -> tuple[str, str] | None:
    """Local part and domain of an address, None when Go cannot parse it."""
    read = _quoted(text) if text.startswith('"') else _dotted(text)
    if read is None:
        return None
    local, rest = read
    if not rest.startswith("@"):
        return None
    domain = rest[1:]
    return (local, domain) if _labels_valid(domain) else None


def _labels_valid(domain: str) -> bool:
    if not domain:
        return True
    return all(label and all(ord(char) in _VISIBLE for char in label) for label in domain.split("."))


def _quoted(text: str) -> tuple[str, str] | None:
    local: list[str] = []
    at = 1
    while at < len(text):
        char = text[at]
        if char == '"':
            return "".join(local), text[at + 1 :]
        if char == "\\":
            at += 1
            if at >= len(text) or not _is_quotable(ord(text[at])):
                return None
            local.append(text[at])
        elif _is_quoted_text(ord(char)):
            local.append(char)
        else:
            return None
        at += 1
    return None


def _is_quotable(code: int) -> bool:
    return code in (11, 12) or 1 <= code <= 9 or 14 <= code <= 127  # noqa: PLR2004 - RFC 2821's character classes


def _is_quoted_text(code: int) -> bool:
    return code in (11, 12, 32, 33, 127) or 1 <= code <= 8 or 14 <= code <= 31 or 35 <= code <= 91 or 93 <= code <= 126  # noqa: PLR2004 - as above


def _dotted(text: str) -> tuple[str, str] | None:
    local: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
            if at >= len(text):
                return None
        elif text[at] not in _ATOM:
            break
        local.append(text[at])
        at += 1
    name = "".join(local)
    if not name or name.startswith(".") or name.endswith(".") or ".." in name:
        return None
    return name, text[at:]
