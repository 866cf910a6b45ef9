"""PEM, scanned exactly as Go's encoding/pem Decode scans it: what it skips in silence is skipped here in silence too."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BEGIN: Final = b"-----BEGIN "
_END = b"\n-----END "
_DASHES = b"-----"
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


@dataclass(frozen=True, slots=True, repr=False)
class RawBlock:
    """One block that Go would return. ``begin`` and ``rest`` are offsets: of its BEGIN, and of what follows its END line."""

    label: bytes
    headers: int
    contents: bytes
    begin: int
    rest: int


def decode_all(data: bytes) -> Iterator[RawBlock]:
    """Every block that repeated calls of Go's pem.Decode would return, in order."""
    at = 0
    while at < len(data):
        block = decode(data, at)
        if block is None:
            return
        yield block
        at = block.rest


def decode(data: bytes, start: int) -> RawBlock | None:
    """The first block that Go finds at or after an offset, None when it finds none.

    Go looks for the first END line, then back for the last BEGIN before it; whatever does not fit together is skipped.
    """
    at = start
    while True:
        end = data.find(_END, at)
        if end < 0:
            return None
        trailer = end + len(_END)
        begin = data.rfind(BEGIN, at, end)
        if begin >= 0 and (begin == at or data[begin - 1 : begin] == b"\n"):
            block = _block(data, begin, end)
            if isinstance(block, RawBlock):
                return block
            if block is _GIVE_UP:
                return None
        at = trailer


_GIVE_UP: Final = object()
_SKIP: Final = object()


def _block(data: bytes, begin: int, end: int) -> RawBlock | object:
    line, at = _line(data, begin + len(BEGIN))
    if not line.endswith(_DASHES):
        return _SKIP
    label = line[: -len(_DASHES)]
    headers: set[bytes] = set()
    while True:
        if at >= len(data):
            return _GIVE_UP
        line, after = _line(data, at)
        key, colon, _ = line.partition(b":")
        if not colon:
            break
        headers.add(key.strip())
        at = after
    if (headers and at > end) or not _ends_well(data, end + len(_END), label):
        return _GIVE_UP if headers and at > end + len(_END) else _SKIP
    contents = _base64(data[at:end]) if end > at else b""
    if contents is None:
        return _SKIP
    _, rest = _line(data, end + len(_END) - 1)
    return RawBlock(label, len(headers), contents, begin, rest)


def _ends_well(data: bytes, trailer: int, label: bytes) -> bool:
    wanted = len(label) + len(_DASHES)
    ending = data[trailer : trailer + wanted]
    if len(ending) < wanted or not ending.startswith(label) or not ending.endswith(_DASHES):
        return False
    return not _line(data, trailer + wanted)[0]


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    """The line at an offset without its end and trailing blanks, and the offset of the next one."""
    newline = data.find(b"\n", at)
    if newline < 0:
        return data[at:].rstrip(b" \t"), len(data)
    stop = newline - 1 if newline > at and data[newline - 1 : newline] == b"\r" else newline
    return data[at:stop].rstrip(b" \t"), newline + 1


def _base64(text: bytes) -> bytes | None:
    packed = text.translate(None, b" \t\r\n")
    return base64.b64decode(packed) if _BASE64.fullmatch(packed) else None
