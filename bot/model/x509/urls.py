"""URIs in certificates (Go: net/url Parse): whether Go can parse one, and its host, on which name constraints work."""

import ipaddress
import re

from bot.model.x509.der import DerError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_HOST_CHARS = frozenset("!\"$&'()*+,-.0123456789:;<=>ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~")
_USERINFO = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*")
_PORT = re.compile(r"(?::[0-9]*)?")
_ESCAPED_ASCII = frozenset("01234567")


def host(uri: str) -> str:
    """The host of a URI (with its port), "" when it has none. DerError when Go cannot parse the URI."""
    text, _, fragment = uri.partition("#")
    if any(char < " " or char == "\x7f" for char in text):
        raise DerError("x509: cannot parse URI: invalid control character in URL")
    _check_escapes(fragment)
    scheme, rest = _scheme(text)
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        return _rootless(scheme, rest)
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        _check_escapes(slash + path)
        return _authority(scheme.lower(), authority)
    _check_escapes(rest)
    return ""


def _scheme(text: str) -> tuple[str, str]:
    found = _SCHEME.match(text)
    if found:
        return found[1], text[found.end() :]
    if text.startswith(":"):
        raise DerError("x509: cannot parse URI: missing protocol scheme")
    return "", text


def _rootless(scheme: str, rest: str) -> str:
    if not scheme:
        if ":" in rest.partition("/")[0]:
            raise DerError("x509: cannot parse URI: first path segment in URL cannot contain colon")
        _check_escapes(rest)
    return ""


def _authority(scheme: str, authority: str) -> str:
    userinfo, at, location = authority.rpartition("@")
    found = _host(scheme, location)
    if at:
        if not _USERINFO.fullmatch(userinfo):
            raise DerError("x509: cannot parse URI: invalid userinfo")
        _check_escapes(userinfo)
    return found


def _host(scheme: str, text: str) -> str:
    bracket = text.rfind("[")
    if bracket > 0:
        raise DerError("x509: cannot parse URI: invalid IP-literal")
    if bracket == 0:
        return _ip_literal(text)
    colon = text.find(":") if scheme in ("http", "https") else text.rfind(":")
    if colon >= 0 and not _PORT.fullmatch(text[colon:]):
        raise DerError("x509: cannot parse URI: invalid port after host")
    return _unescaped_host(text)


def _ip_literal(text: str) -> str:
    close = text.rfind("]")
    if close < 0 or not _PORT.fullmatch(text[close + 1 :]):
        raise DerError("x509: cannot parse URI: invalid host")
    literal, _, zone = text[1:close].partition("%25")
    try:
        ipaddress.IPv6Address(_unescaped_host(literal))
    except ValueError:
        raise DerError("x509: cannot parse URI: invalid host") from None
    return f"[{literal}{'%' + zone if zone else ''}]{text[close + 1 :]}"


def _unescaped_host(text: str) -> str:
    _check_escapes(text)
    if any(text[at + 1] in _ESCAPED_ASCII and text[at : at + 3] != "%25" for at in _escapes_in(text)):
        raise DerError("x509: cannot parse URI: invalid URL escape")
    plain = _ESCAPE.sub("", text)
    if not _HOST_CHARS.issuperset(plain):
        raise DerError("x509: cannot parse URI: invalid character in host name")
    return _ESCAPE.sub(lambda found: chr(int(found[0][1:], 16)), text)


def _escapes_in(text: str) -> list[int]:
    return [found.start() for found in _ESCAPE.finditer(text)]


def _check_escapes(text: str) -> None:
    if text.count("%") != len(_ESCAPE.findall(text)):
        raise DerError("x509: cannot parse URI: invalid URL escape")
