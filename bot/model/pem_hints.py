"""The slips that people make with PEM files, recognised in the text: each has a name, a severity and a plain explanation."""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from bot.model.x509.pem_decode import BEGIN, RawBlock

_ANY_BEGIN = re.compile(rb"-----BEGIN ")
_ANY_END = re.compile(rb"-----END ")
_BLANK = b" \t\r\n"
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_MAX_UNREAD: Final = 8


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One slip. ``offset`` -1: about the whole text; ``{line}`` in the message becomes the line of the offset."""

    id: str
    severity: Literal["critical", "warning", "notice"]
    message: str
    offset: int = -1


def hints(data: bytes, blocks: Sequence[RawBlock]) -> list[Hint]:
    """Every slip in a text, given the blocks that Go reads from it."""
    if not data.strip(_BLANK):
        return [Hint(id="file-empty", severity="critical", message="The file is empty.")]
    whole = _whole_text(data)
    if not blocks:
        return whole or [
            *_unread(data, blocks),
            Hint(id="no-pem", severity="critical", message="There is no PEM block that Dapr could read in the file."),
        ]
    return [*whole, *_unread(data, blocks), *_cosmetic(data, blocks)]


def _whole_text(data: bytes) -> list[Hint]:
    """Slips that spoil the file as a whole."""
    if data.startswith(_UTF16_BOMS):
        return [
            Hint(
                id="utf-16",
                severity="critical",
                message="The file is UTF-16 (Windows PowerShell writes that); save it as plain ASCII or UTF-8.",
            )
        ]
    if BEGIN not in data:
        return _encoded_hints(data)
    if b"\\n" in data and data.count(b"\n") <= data.count(b"\\n"):
        message = "The file holds the two characters \\ and n where line ends should be: a shell or YAML value was quoted wrongly."
        return [Hint(id="literal-newline", severity="critical", message=message)]
    return []


def _encoded_hints(data: bytes) -> list[Hint]:
    if data.startswith(b"\x30"):
        return [Hint(id="der", severity="critical", message="The file is DER (binary); convert it with `openssl x509 -inform der`.")]
    packed = data.translate(None, _BLANK)
    try:
        inner = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        return []
    if BEGIN not in inner:
        return []
    message = "The file is base64 around a PEM text: Kubernetes and Helm encode Secret values themselves, so it was encoded once too often."
    return [Hint(id="double-base64", severity="critical", message=message)]


def _unread(data: bytes, blocks: Sequence[RawBlock]) -> list[Hint]:
    """BEGIN lines that Go passes over in silence, with the most likely reason."""
    read = {block.begin for block in blocks}
    begins = [match.start() for match in _ANY_BEGIN.finditer(data) if match.start() not in read]
    found = [_why_unread(data, begin) for begin in begins[:_MAX_UNREAD]]
    if len(begins) > _MAX_UNREAD:
        more = Hint(
            id="block-unread",
            severity="critical",
            message=f"{len(begins) - _MAX_UNREAD} further blocks are passed over in silence.",
        )
        return [*found, more]
    return found


def _why_unread(data: bytes, begin: int) -> Hint:
    silent = "Dapr passes over it in silence"
    end, following = (_next(pattern, data, begin + 1) for pattern in (_ANY_END, _ANY_BEGIN))
    if end < 0 or 0 <= following < end:
        message = f"The block that begins at line {{line}} is truncated: it has no END line. {silent}."
        return Hint(id="block-truncated", severity="critical", offset=begin, message=message)
    if begin and data[begin - 1 : begin] != b"\n":
        if data.startswith(_UTF8_BOM) and begin == len(_UTF8_BOM):
            message = f"The file begins with a byte order mark, so that its first block does not begin a line. {silent}."
            return Hint(id="byte-order-mark", severity="critical", offset=begin, message=message)
        message = f"The block at line {{line}} does not begin at the start of its line (indented, or glued to what precedes it). {silent}."
        return Hint(id="block-indented", severity="critical", offset=begin, message=message)
    message = f"The block at line {{line}} is damaged (its base64, its headers, or its END line). {silent}."
    return Hint(id="block-damaged", severity="critical", offset=begin, message=message)


def _next(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.search(data, at)
    return found.start() if found else -1


def _cosmetic(data: bytes, blocks: Sequence[RawBlock]) -> list[Hint]:
    """Harmless oddities, and text outside of blocks (fatal up to Dapr 1.11 when it is at the end)."""
    found: list[Hint] = []
    if b"\r\n" in data:
        found.append(Hint(id="crlf", severity="notice", message="The file has Windows line ends (CRLF); Dapr reads it all the same."))
    if not data.endswith(b"\n"):
        found.append(
            Hint(
                id="no-final-newline",
                severity="notice",
                message="The file does not end with a newline; harmless, but appending another file glues two blocks together.",
            )
        )
    if data[blocks[-1].rest :].strip(_BLANK):
        message = "There is text after the last block; Dapr 1.12 and later ignore it, earlier versions refuse the file."
        found.append(Hint(id="trailing-text", severity="notice", offset=blocks[-1].rest, message=message))
    return found
