"""What Loki answers, as msgspec decodes it. Lines and labels are outside text: whatever they hold, they make no page unreadable."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeVar

import msgspec

from bot.adapters.loki import errors
from bot.adapters.loki.families import place
from bot.model.logs import LogLabels, LogLine
from bot.model.redaction import excerpt

_LATEST_NS: Final = 2**63
_DIGITS: Final = 19
# An escape in JSON: a pair of surrogates, a surrogate on its own (which is no text), any other.
_ESCAPE: Final = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)

# A line's entry begins so, and little else does: a string that ends in a bracket.
_ENTRY: Final = re.compile(rb'\[\s*"')
_SLACK: Final = 8
_LONGEST_VERSION: Final = 40

T = TypeVar("T")
Key = tuple[int, str, frozenset[tuple[str, str]], frozenset[tuple[str, str]]]


class _Wire(msgspec.Struct, gc=False):
    """Unknown fields are skipped. Lives as long as its page."""


class _Categories(_Wire):
    structured: dict[str, str] | None = msgspec.field(name="structuredMetadata", default=None)


class _Entry(_Wire, array_like=True):
    at: str
    line: str
    more: _Categories | None = None


class _Stream(_Wire):
    values: list[_Entry]
    stream: dict[str, str]


class _Series(_Wire):
    values: list[tuple[float, str]]


class _Streams(_Wire):
    kind: Literal["streams"] = msgspec.field(name="resultType")
    result: list[_Stream] | None


class _Matrix(_Wire):
    kind: Literal["matrix"] = msgspec.field(name="resultType")
    result: list[_Series] | None


class _Lines(_Wire):
    status: Literal["success"]
    data: _Streams


class _Points(_Wire):
    status: Literal["success"]
    data: _Matrix


class _Names(_Wire):
    status: Literal["success"]
    data: list[str] | None = None


class _Build(_Wire):
    version: str = ""


_LINES: Final = msgspec.json.Decoder(_Lines)
_POINTS: Final = msgspec.json.Decoder(_Points)
_NAMES: Final = msgspec.json.Decoder(_Names)
_BUILD: Final = msgspec.json.Decoder(_Build)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line. ``key`` tells it from every other: instant, text, the labels of its stream, its structured metadata."""

    line: LogLine
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: lines in the order of time, and ``size``, the bytes that it took."""

    found: tuple[Found, ...]
    size: int


def lines(where: str, body: bytes | bytearray, labels: LogLabels, *, most: int) -> Page:
    """The lines of all streams, merged in the order of time. Raises Malformed, also for many times more than ``most`` lines."""
    # Before any becomes an object: a million empty lines fit into an answer, and would take half a gigabyte.
    if next(islice(_ENTRY.finditer(body), _SLACK * most + _SLACK, None), None) is not None:
        raise errors.malformed(where, "many times more lines than were asked for")
    decoded = _decoded(where, body, _LINES)
    found = [one for stream in decoded.data.result or () for one in _of_stream(where, stream, labels)]
    found.sort(key=lambda one: one.line.at_ns)
    return Page(found=tuple(found), size=len(body))


def names(where: str, body: bytes | bytearray) -> tuple[str, ...]:
    """Names of labels, or values of one; () where Loki leaves out ``data``, as it does when there is nothing."""
    return tuple(_decoded(where, body, _NAMES).data or ())


def version(where: str, body: bytes | bytearray) -> str:
    """As the build says it; "" where it does not."""
    return excerpt(_decoded(where, body, _BUILD).version, _LONGEST_VERSION)


def points(where: str, body: bytes | bytearray) -> tuple[tuple[float, int], ...]:
    """The points of the only series: seconds since 1970, count; () when nothing was counted. Raises Malformed."""
    series = _decoded(where, body, _POINTS).data.result or []
    if len(series) > 1:
        raise errors.malformed(where, "more than one series, although a sum was asked for")
    return tuple((at, _count(where, text)) for one in series for at, text in one.values)


def sample_metadata(where: str, body: bytes | bytearray) -> frozenset[str]:
    """Names in the structured metadata of the lines."""
    streams = _decoded(where, body, _LINES).data.result or ()
    return frozenset(
        name for stream in streams for entry in stream.values if entry.more and entry.more.structured for name in entry.more.structured
    )


def _of_stream(where: str, stream: _Stream, labels: LogLabels) -> list[Found]:
    of_stream = frozenset(stream.stream.items())
    found: list[Found] = []
    for entry in stream.values:
        structured = (entry.more.structured if entry.more else None) or {}
        namespace, pod, container = place(labels, stream.stream, structured)
        line = LogLine(at_ns=_instant(where, entry.at), text=entry.line, namespace=namespace, pod=pod, container=container)
        found.append(Found(line=line, key=(line.at_ns, line.text, of_stream, frozenset(structured.items()))))
    return found


def _instant(where: str, text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else _LATEST_NS
    if number >= _LATEST_NS:
        raise errors.malformed(where, "a line's time is no number of nanoseconds")
    return number


def _count(where: str, text: str) -> int:
    try:
        number = int(float(text))
    except (ValueError, OverflowError) as error:
        raise errors.malformed(where, "a count is no number") from error
    if number < 0:
        raise errors.malformed(where, "a count is negative")
    return number


def _decoded(where: str, body: bytes | bytearray, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError):
            # A line that is no text must not hide all others: a program could blind us by printing it.
            return decoder.decode(_as_text(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if errors.is_page(body):
            raise errors.page(where) from error
        raise errors.malformed(where, f"not what Loki promises ({error})") from error


def _as_text(body: bytes | bytearray) -> bytes:
    """The JSON with every byte that is no UTF-8, and every lone surrogate, replaced by U+FFFD."""
    text = body.decode("utf-8", "replace")
    return _ESCAPE.sub(lambda escape: r"\ufffd" if escape.group(1) else escape.group(), text).encode()
