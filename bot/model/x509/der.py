"""DER, read exactly as strictly as Go's cryptobyte (vendor/golang.org/x/crypto/cryptobyte/asn1.go): no leniency, no more checks."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

_HIGH_TAG = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4
_MAX_ARC_BYTES = 5
_MAX_ARC_SHIFT = 1 << 24
_OID_PAIR_LIMIT = 80
_UTC_TIME_WRAPS_AT = 50
_LAST_UTC_TIME_YEAR = 2049


class DerError(ValueError):
    """These bytes are not what they should be; the message is Go's wording and never contains the bytes."""


def context(number: int, *, constructed: bool) -> int:
    """The tag [number] of class context-specific."""
    return 0x80 | (0x20 if constructed else 0) | number


class Reader:
    """A cursor over DER bytes. Every ``read`` consumes what it returns, or raises DerError with the given complaint."""

    __slots__ = ("_data", "_end", "_pos")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pos = 0
        self._end = len(data)

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self._pos >= self._end

    def peek(self, tag: int) -> bool:
        """Whether the next element starts with this tag byte."""
        return self._pos < self._end and self._data[self._pos] == tag

    def any_element(self, complaint: str) -> tuple[int, int, bytes]:
        """The next element: its tag, the length of its header, and its bytes with the header."""
        start, header, length = self._header(complaint)
        stop = start + header + length
        if stop > self._end:
            raise DerError(complaint)
        self._pos = stop
        return self._data[start], header, self._data[start:stop]

    def element(self, tag: int, complaint: str) -> bytes:
        """The next element with its header; its tag must match."""
        found, _, whole = self.any_element(complaint)
        if found != tag:
            raise DerError(complaint)
        return whole

    def read(self, tag: int, complaint: str) -> bytes:
        """The contents of the next element; its tag must match."""
        found, header, whole = self.any_element(complaint)
        if found != tag:
            raise DerError(complaint)
        return whole[header:]

    def inner(self, tag: int, complaint: str) -> "Reader":
        """A reader over the contents of the next element; its tag must match."""
        return Reader(self.read(tag, complaint))

    def optional(self, tag: int, complaint: str) -> bytes | None:
        """The contents of the next element when it has this tag, None when it has another."""
        return self.read(tag, complaint) if self.peek(tag) else None

    def integer(self, complaint: str) -> int:
        """The next INTEGER."""
        return integer(self.read(INTEGER, complaint), complaint)

    def boolean(self, complaint: str) -> bool:
        """The next BOOLEAN; DER knows 0x00 and 0xff only."""
        contents = self.read(BOOLEAN, complaint)
        if contents not in (b"\x00", b"\xff"):
            raise DerError(complaint)
        return contents == b"\xff"

    def oid(self, complaint: str) -> str:
        """The next OBJECT IDENTIFIER, dotted."""
        return oid(self.read(OID, complaint), complaint)

    def bit_string(self, complaint: str) -> tuple[bytes, int]:
        """The next BIT STRING: its bytes and the number of padding bits in the last one (which must be zero)."""
        return bit_string(self.read(BIT_STRING, complaint), complaint)

    def time(self) -> datetime:
        """The next UTCTime or GeneralizedTime as an instant in UTC; years outside 1..9999 are clamped."""
        if self.peek(UTC_TIME):
            return _utc_time(self.read(UTC_TIME, "x509: malformed UTCTime"))
        if self.peek(GENERALIZED_TIME):
            return _generalized_time(self.read(GENERALIZED_TIME, "x509: malformed GeneralizedTime"))
        raise DerError("x509: unsupported time format")

    def _header(self, complaint: str) -> tuple[int, int, int]:
        start = self._pos
        if self._end - start < 2 or self._data[start] & 0x1F == _HIGH_TAG:  # noqa: PLR2004 - a tag and a length
            raise DerError(complaint)
        first = self._data[start + 1]
        if not first & _LONG_FORM:
            return start, 2, first
        count = first & 0x7F
        if count == 0 or count > _MAX_LENGTH_BYTES or self._end - start < 2 + count:
            raise DerError(complaint)
        length = int.from_bytes(self._data[start + 2 : start + 2 + count], "big")
        if length < _LONG_FORM or length >> ((count - 1) * 8) == 0:
            raise DerError(complaint)
        return start, 2 + count, length


def bit_string(contents: bytes, complaint: str) -> tuple[bytes, int]:
    """The contents of a BIT STRING: its bytes and the number of padding bits."""
    if not contents:
        raise DerError(complaint)
    padding, bits = contents[0], contents[1:]
    if padding > 7 or (not bits and padding) or (bits and bits[-1] & ((1 << padding) - 1)):  # noqa: PLR2004 - a byte has eight
        raise DerError(complaint)
    return bits, padding


def integer(contents: bytes, complaint: str) -> int:
    """The contents of a minimally encoded INTEGER."""
    if not contents:
        raise DerError(complaint)
    if len(contents) > 1 and ((contents[0] == 0 and contents[1] < 0x80) or (contents[0] == 0xFF and contents[1] >= 0x80)):  # noqa: PLR2004 - the sign bit
        raise DerError(complaint)
    return int.from_bytes(contents, "big", signed=True)


def small_integer(value: int, complaint: str, *, bits: int = 63) -> int:
    """The value when it fits a signed integer of ``bits`` + 1 bits, as Go's int does."""
    if not -(1 << bits) <= value < (1 << bits):
        raise DerError(complaint)
    return value


def oid(contents: bytes, complaint: str) -> str:
    """The contents of an OBJECT IDENTIFIER whose arcs fit 31 bits, dotted."""
    arcs = list(_arcs(contents, complaint))
    if not arcs:
        raise DerError(complaint)
    first = arcs[0]
    pair = divmod(first, 40) if first < _OID_PAIR_LIMIT else (2, first - _OID_PAIR_LIMIT)
    return ".".join(map(str, (*pair, *arcs[1:])))


def _arcs(contents: bytes, complaint: str) -> list[int]:
    arcs: list[int] = []
    value = width = 0
    for byte in contents:
        if width == _MAX_ARC_BYTES or value >= _MAX_ARC_SHIFT or (width == 0 and byte == 0x80):  # noqa: PLR2004 - a leading zero digit
            raise DerError(complaint)
        value, width = value << 7 | byte & 0x7F, width + 1
        if byte < 0x80:  # noqa: PLR2004 - the last digit of an arc
            arcs.append(value)
            value = width = 0
    if width:
        raise DerError(complaint)
    return arcs


def _utc_time(contents: bytes) -> datetime:
    complaint = "x509: malformed UTCTime"
    digits, zone = _split_zone(contents, complaint)
    if len(digits) == len("YYMMDDhhmm"):
        digits += "00"
    if len(digits) != len("YYMMDDhhmmss"):
        raise DerError(complaint)
    year = int(digits[:2])
    # Go reads 69..99 as 19xx and 00..68 as 20xx, and then moves everything from 2050 on back by a century.
    year += 1900 if year >= _UTC_TIME_WRAPS_AT else 2000
    return _instant(year, digits[2:], zone, complaint)


def _generalized_time(contents: bytes) -> datetime:
    complaint = "x509: malformed GeneralizedTime"
    digits, zone = _split_zone(contents, complaint)
    if len(digits) != len("YYYYMMDDhhmmss"):
        raise DerError(complaint)
    return _instant(int(digits[:4]), digits[4:], zone, complaint)


def _split_zone(contents: bytes, complaint: str) -> tuple[str, timedelta]:
    """The digits and the offset from UTC. Go demands that a time writes back identically, so +0000 is refused (it writes Z)."""
    text = contents.decode("ascii", "replace")
    if text.endswith("Z"):
        digits, zone = text[:-1], timedelta()
    else:
        digits, zone = text[:-5], _offset(text[-5:], complaint)
    if not digits.isascii() or not digits.isdigit():
        raise DerError(complaint)
    return digits, zone


def _offset(text: str, complaint: str) -> timedelta:
    sign, digits = text[:1], text[1:]
    if sign not in ("+", "-") or len(digits) != 4 or not (digits.isascii() and digits.isdigit()):  # noqa: PLR2004 - hhmm
        raise DerError(complaint)
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 24 or minutes > 59 or not (hours or minutes):  # noqa: PLR2004 - Go's own bounds
        raise DerError(complaint)
    return timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)


def _instant(year: int, rest: str, zone: timedelta, complaint: str) -> datetime:
    month, day, hour, minute, second = (int(rest[at : at + 2]) for at in range(0, 10, 2))
    try:
        # Year 0 is a leap year like 4, and no earlier than anything: it stands in for the year that datetime cannot hold.
        local = datetime(year or 4, month, day, hour, minute, second, tzinfo=timezone.utc)  # noqa: UP017 - reads beside timedelta
    except ValueError:
        raise DerError(complaint) from None
    try:
        return local - zone
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if zone < timedelta() else datetime.min.replace(tzinfo=UTC)
