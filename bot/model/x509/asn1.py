"""ASN.1 as Go's encoding/asn1 unmarshals it (keys are read by it): laxer than cryptobyte about what trails, stricter about headers."""

from bot.model.x509.der import INTEGER, DerError, integer, small_integer

_HIGH_TAG = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH = 1 << 23
_MAX_ARC_BYTES = 5
_CONTEXT, _CONSTRUCTED = 0x80, 0x20


class Fields:
    """A cursor over the fields of a SEQUENCE. Raises DerError with its complaint; never shows the bytes."""

    __slots__ = ("_at", "_complaint", "_data")

    def __init__(self, data: bytes, complaint: str) -> None:
        self._data, self._at, self._complaint = data, 0, complaint

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._data)

    def required(self, tag: int) -> bytes:
        """The contents of the next field, which must have this tag byte."""
        found, start, length = self._header(self._at)
        if found != tag:
            raise DerError(self._complaint)
        return self._take(start, length)

    def optional(self, tag: int) -> bytes | None:
        """The contents of the next field when it has this tag byte, else None; a malformed header is an error all the same."""
        if self.empty:
            return None
        found, start, length = self._header(self._at)
        return self._take(start, length) if found == tag else None

    def optional_explicit(self, number: int, tag: int) -> bytes | None:
        """As ``optional``, for a field wrapped in the explicit tag [number]."""
        if self.empty:
            return None
        outer, start, length = self._header(self._at)
        if start == len(self._data):
            raise DerError(self._complaint)
        if outer & ~_CONSTRUCTED != _CONTEXT | number or (length and not outer & _CONSTRUCTED):
            return None
        if length == 0:
            raise DerError(self._complaint)
        found, start, length = self._header(start)
        return self._take(start, length) if found == tag else None

    def any(self) -> bytes:
        """The next field with its header, b"" when there is none."""
        if self.empty:
            return b""
        begin = self._at
        _, start, length = self._header(begin)
        self._take(start, length)
        return self._data[begin : self._at]

    def integer(self) -> int:
        """The next field, an INTEGER of any size."""
        return integer(self.required(INTEGER), self._complaint)

    def int64(self) -> int:
        """The next field, an INTEGER that fits 64 bits."""
        return small_integer(self.integer(), self._complaint)

    def sequence(self, tag: int = 0x30) -> "Fields":
        """The fields of the next field, a SEQUENCE."""
        return Fields(self.required(tag), self._complaint)

    def _take(self, start: int, length: int) -> bytes:
        if start + length > len(self._data):
            raise DerError(self._complaint)
        self._at = start + length
        return self._data[start : self._at]

    def _header(self, at: int) -> tuple[int, int, int]:
        """The tag byte (high tags are -1: we never ask for one), where the contents start, and how long they are."""
        tag = self._byte(at)
        at += 1
        if tag & _HIGH_TAG == _HIGH_TAG:
            tag, at = -1, self._skip_high_tag(at)
        first = self._byte(at)
        at += 1
        if not first & _LONG_FORM:
            return tag, at, first
        length, count = 0, first & 0x7F
        if not count:
            raise DerError(self._complaint)
        for _ in range(count):
            if length >= _MAX_LENGTH:
                raise DerError(self._complaint)
            length = length << 8 | self._byte(at)
            at += 1
            if not length:
                raise DerError(self._complaint)
        if length < _LONG_FORM:
            raise DerError(self._complaint)
        return tag, at, length

    def _skip_high_tag(self, at: int) -> int:
        value = 0
        for width in range(_MAX_ARC_BYTES):
            byte = self._byte(at)
            at += 1
            if width == 0 and byte == _LONG_FORM:
                raise DerError(self._complaint)
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                if not _HIGH_TAG <= value < 1 << 31:
                    raise DerError(self._complaint)
                return at
        raise DerError(self._complaint)

    def _byte(self, at: int) -> int:
        if at >= len(self._data):
            raise DerError(self._complaint)
        return self._data[at]
