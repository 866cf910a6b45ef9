"""The name constraints extension (Go: crypto/x509/parser.go parseNameConstraintsExtension)."""

import ipaddress
from dataclasses import dataclass

from bot.model.x509 import domains
from bot.model.x509.der import SEQUENCE, DerError, Reader, context

_INVALID = "x509: invalid NameConstraints extension"
_MASK_BYTES = frozenset((0x00, 0x80, 0xC0, 0xE0, 0xF0, 0xF8, 0xFC, 0xFE, 0xFF))
_IP_SIZES = (8, 32)


@dataclass(frozen=True, slots=True)
class Subtrees:
    """Allowed or forbidden names of each type. ``ips`` are (address, mask) pairs of bytes."""

    dns: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    ips: tuple[tuple[bytes, bytes], ...] = ()
    has_unknown_types: bool = False

    @property
    def count(self) -> int:
        """How many subtrees."""
        return len(self.dns) + len(self.emails) + len(self.uris) + len(self.ips)


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """What a CA may and may not sign for. Types that Go does not know (directory names) only matter when critical."""

    permitted: Subtrees
    excluded: Subtrees

    @property
    def has_unknown_types(self) -> bool:
        """Whether some subtree is of a type that Go does not evaluate."""
        return self.permitted.has_unknown_types or self.excluded.has_unknown_types

    @property
    def count(self) -> int:
        """How many subtrees."""
        return self.permitted.count + self.excluded.count


def name_constraints(value: bytes) -> NameConstraints:
    """The extension's value. DerError where Go refuses the certificate."""
    outer = Reader(value)
    body = outer.inner(SEQUENCE, _INVALID)
    permitted = body.optional(context(0, constructed=True), _INVALID)
    excluded = body.optional(context(1, constructed=True), _INVALID)
    if not outer.empty or not body.empty:
        raise DerError(_INVALID)
    if not permitted and not excluded:
        raise DerError("x509: empty name constraints extension")
    return NameConstraints(_subtrees(permitted or b""), _subtrees(excluded or b""))


def _subtrees(der: bytes) -> Subtrees:
    body = Reader(der)
    dns: list[str] = []
    emails: list[str] = []
    uris: list[str] = []
    ips: list[tuple[bytes, bytes]] = []
    unknown = False
    while not body.empty:
        tag, header, whole = body.inner(SEQUENCE, _INVALID).any_element(_INVALID)
        value = whole[header:]
        match tag:
            case 0x81:
                emails.append(_email(value))
            case 0x82:
                dns.append(_domain(value, "dnsName"))
            case 0x86:
                uris.append(_uri_domain(value))
            case 0x87:
                ips.append(_network(value))
            case _:
                unknown = True
    return Subtrees(tuple(dns), tuple(emails), tuple(uris), tuple(ips), unknown)


def _text(value: bytes) -> str:
    try:
        return value.decode("ascii")
    except UnicodeDecodeError:
        raise DerError("x509: invalid constraint value") from None


def _domain(value: bytes, kind: str) -> str:
    text = _text(value)
    if not domains.valid(text, constraint=True):
        raise DerError(f"x509: failed to parse {kind} constraint")
    return text


def _email(value: bytes) -> str:
    text = _text(value)
    if "@" not in text:
        return _domain(value, "rfc822Name")
    if domains.mailbox(text) is None:
        raise DerError("x509: failed to parse rfc822Name constraint")
    return text


def _uri_domain(value: bytes) -> str:
    text = _text(value)
    if is_ip(text):
        raise DerError("x509: failed to parse URI constraint: cannot be IP address")
    return _domain(value, "URI")


def is_ip(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _network(value: bytes) -> tuple[bytes, bytes]:
    if len(value) not in _IP_SIZES:
        raise DerError(f"x509: IP constraint contained value of length {len(value)}")
    half = len(value) // 2
    address, mask = value[:half], value[half:]
    body = mask.lstrip(b"\xff")
    if body and (body[0] not in _MASK_BYTES or any(body[1:])):
        raise DerError("x509: IP constraint contained invalid mask")
    return address, mask
