"""A PEM text as a value that is safe to keep: its certificates, and descriptions of everything else in it.

``read`` never raises and never keeps a key, junk text or anything else that is not a certificate. What it does keep is enough
to answer two questions later: what would Dapr's Go code see in it, and what should a person be told about it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from ssl import DER_cert_to_PEM_cert
from typing import Final, Literal

import msgspec

from bot.model import pem_hints
from bot.model.pem_hints import Hint
from bot.model.x509.der import DerError
from bot.model.x509.parser import parse
from bot.model.x509.pem_decode import BEGIN, RawBlock, decode_all

MAX_SIZE: Final = 256 * 1024
MAX_CERTIFICATES: Final = 64
MAX_BLOCKS: Final = 256
MAX_CERTIFICATE_SIZE: Final = 16 * 1024
MOST_TOLD: Final = 8
CERTIFICATE: Final = "CERTIFICATE"
PRIVATE_KEY: Final = "PRIVATE KEY"

_LABEL = re.compile(rb"[A-Z0-9 ]{1,64}")

Severity = Literal["critical", "warning", "notice"]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One PEM block that Go returns, in Go's order.

    ``label``    what stands after BEGIN, or "other" when that is nothing usual
    ``line``     1-based line of its BEGIN
    ``rest``     bytes that follow it (0: it ends the text)
    ``der``      the certificate when it parses; b"" for everything else, so that a key can never stay here
    ``problem``  why Go refuses it as a certificate, "" when it does not, or when it is no certificate
    """

    label: str
    line: int
    rest: int
    der: bytes = b""
    problem: str = ""


class PemProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the text that a person should know. ``line`` 0: it is about the whole text."""

    id: str
    severity: Severity
    message: str
    line: int = 0


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What tells two almost equal texts apart. Digests are SHA-256 of the text without the named thing."""

    trailing_newlines: int = 0
    without_trailing_space: str = ""
    with_unix_lines: str = ""
    without_any_space: str = ""
    is_utf8: bool = True


class PemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A PEM text. ``size`` in bytes, ``sha256`` of the bytes as they were; equal digests are equal texts.

    ``whole`` is False when the text exceeds what we read (its size, its blocks, one of them): then there are no blocks here, and
    nobody can judge it. So whatever judges texts has work that is bounded, whoever wrote them.
    """

    size: int
    sha256: str
    blocks: tuple[Block, ...] = ()
    problems: tuple[PemProblem, ...] = ()
    shape: Shape = Shape()
    whole: bool = True


def read(data: bytes) -> PemDocument:
    """Describe a text of any kind; the empty one too. Never raises; what exceeds a cap becomes a problem."""
    digest = _sha256(data)
    if len(data) > MAX_SIZE:
        return PemDocument(size=len(data), sha256=digest, problems=(_too_large(len(data)),), whole=False)
    raw, lines = tuple(decode_all(data)), _Lines(data)
    beyond = _beyond_caps(raw, lines)
    if beyond:
        return PemDocument(size=len(data), sha256=digest, problems=beyond, shape=_shape(data), whole=False)
    blocks = tuple(_block(one, lines, len(data)) for one in raw)
    hints = (_problem(hint, lines) for hint in pem_hints.hints(data, raw))
    return PemDocument(
        size=len(data), sha256=digest, blocks=blocks, problems=(*_block_problems(blocks), *hints, *_many(blocks)), shape=_shape(data)
    )


def of_certificates(ders: Iterable[bytes]) -> PemDocument:
    """The text that these certificates would be."""
    return read("".join(map(DER_cert_to_PEM_cert, ders)).encode())


def unread(data: bytes, why: str) -> PemDocument:
    """A text that nobody looks into, for a reason that is none of its own."""
    problem = PemProblem(id="not-read", severity="critical", message=f"{why}; it was not judged.")
    return PemDocument(size=len(data), sha256=_sha256(data), problems=(problem,), whole=False)


def describe_difference(a: PemDocument, b: PemDocument, *, a_name: str = "the first", b_name: str = "the second") -> str | None:
    """None when both are the same bytes, else one sentence for a person. Names read like "the Secret's ca.crt"."""
    if a.sha256 == b.sha256 and a.size == b.size:
        return None
    if 0 in (a.size, b.size):
        return f"{a_name if a.size == 0 else b_name} is empty, the other is not"
    return _layout_difference(a, b, a_name, b_name) or _content_difference(a, b, a_name, b_name)


def _layout_difference(a: PemDocument, b: PemDocument, a_name: str, b_name: str) -> str:
    if not (a.whole and b.whole):
        return ""
    one, other = a.shape, b.shape
    newlines = other.trailing_newlines - one.trailing_newlines
    if one.without_trailing_space == other.without_trailing_space:
        if newlines and a.size + newlines == b.size:
            return f"{_count(abs(newlines))} more at the end of {b_name if newlines > 0 else a_name}"
        return f"blank characters at the end of {a_name} and {b_name} differ"
    if one.with_unix_lines == other.with_unix_lines:
        return f"{a_name if a.size > b.size else b_name} has Windows line ends (CRLF), the other has not"
    return f"only blanks or line ends differ between {a_name} and {b_name}" if one.without_any_space == other.without_any_space else ""


def _content_difference(a: PemDocument, b: PemDocument, a_name: str, b_name: str) -> str:
    first, second = (tuple(block.der for block in one.blocks if block.der) for one in (a, b))
    if not (a.whole and b.whole):
        return f"{a_name} and {b_name} differ ({a.size} and {b.size} bytes)"
    if first == second:
        return f"{a_name} and {b_name} hold the same certificates, but the text around them differs"
    if set(first) == set(second):
        return f"{a_name} and {b_name} hold the same certificates in another order or number"
    only_first, only_second = (len(set(x) - set(y)) for x, y in ((first, second), (second, first)))
    if not only_first or not only_second:
        longer, extra = (a_name, only_first) if only_first else (b_name, only_second)
        return f"{longer} has {_certificates(extra)} that the other lacks"
    if len(first) == len(second):
        at = next(index for index, (x, y) in enumerate(zip(first, second, strict=True), 1) if x != y)
        return f"certificate {at} of {len(first)} differs between {a_name} and {b_name}"
    return f"{a_name} holds {_certificates(len(first))}, {b_name} {_certificates(len(second))}, and they differ"


def _count(newlines: int) -> str:
    return "one newline" if newlines == 1 else f"{newlines} newlines"


def _certificates(count: int) -> str:
    return "one certificate" if count == 1 else f"{count} certificates"


class _Lines:
    """Offsets to 1-based line numbers, asked in ascending order."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._line = data, 0, 1

    def number(self, offset: int) -> int:
        if offset < self._at:
            self._at, self._line = 0, 1
        self._line += self._data.count(b"\n", self._at, offset)
        self._at = offset
        return self._line


def label_of(raw: RawBlock) -> str:
    """What stands after BEGIN, "other" when that is nothing usual."""
    return raw.label.decode("ascii") if _LABEL.fullmatch(raw.label) else "other"


def _block(raw: RawBlock, lines: _Lines, size: int) -> Block:
    label, line, rest = label_of(raw), lines.number(raw.begin), size - raw.rest
    if label != CERTIFICATE:
        return Block(label=label, line=line, rest=rest)
    try:
        parse(raw.contents)
    except DerError as refusal:
        return Block(label=label, line=line, rest=rest, problem=str(refusal))
    return Block(label=label, line=line, rest=rest, der=raw.contents)


def _problem(hint: Hint, lines: _Lines) -> PemProblem:
    line = lines.number(hint.offset) if hint.offset >= 0 else 0
    return PemProblem(id=hint.id, severity=hint.severity, message=hint.message.replace("{line}", str(line)), line=line)


def _block_problems(blocks: tuple[Block, ...]) -> list[PemProblem]:
    refused = [block for block in blocks if block.problem]
    broken = [
        PemProblem(id="certificate-malformed", severity="critical", line=block.line, message=_malformed(block))
        for block in refused[:MOST_TOLD]
    ]
    if len(refused) > MOST_TOLD:
        message = f"{len(refused) - MOST_TOLD} further certificates cannot be read."
        broken.append(PemProblem(id="certificate-malformed", severity="critical", message=message))
    return [*broken, *_others(blocks)]


def _others(blocks: tuple[Block, ...]) -> Iterator[PemProblem]:
    """What stands among the certificates and is none. A file of keys only is no text of certificates: ``private_key`` ignores these."""
    stop = next((at for at, block in enumerate(blocks) if block.label != CERTIFICATE), len(blocks))
    hidden = sum(block.label == CERTIFICATE for block in blocks[stop:])
    keys = [block for block in blocks if PRIVATE_KEY in block.label]
    if hidden:
        yield PemProblem(id="certificates-hidden", severity="critical", line=blocks[stop].line, message=_hidden(blocks[stop], hidden))
    if keys:
        yield PemProblem(id="private-key-exposed", severity="critical", line=keys[0].line, message=_exposed(keys[0]))
    elif stop < len(blocks) and not hidden:
        message = (
            f"The block {blocks[stop].label!r} at line {blocks[stop].line} is not a certificate; Dapr stops reading there, in silence."
        )
        yield PemProblem(id="no-certificate", severity="notice", line=blocks[stop].line, message=message)


def _malformed(block: Block) -> str:
    return f"The certificate at line {block.line} cannot be read ({block.problem}); one such block makes Dapr refuse the whole file."


def _hidden(block: Block, hidden: int) -> str:
    return (
        f"The block {block.label!r} at line {block.line} is not a certificate, and Dapr stops reading there in silence: "
        f"{_certificates(hidden)} after it {'does' if hidden == 1 else 'do'} not exist for Dapr. Remove that block."
    )


def _exposed(key: Block) -> str:
    return f"A private key stands at line {key.line}, among certificates. Take it out: whoever could read this text has that key."


def _many(blocks: Sequence[Block]) -> Iterator[PemProblem]:
    count = sum(block.label == CERTIFICATE for block in blocks)
    if count > MAX_CERTIFICATES:
        message = f"The file holds {count} certificates, more than {MAX_CERTIFICATES}: surely a mistake."
        yield PemProblem(id="too-many-certificates", severity="warning", message=message)


def _beyond_caps(raw: Sequence[RawBlock], lines: _Lines) -> tuple[PemProblem, ...]:
    """A text with so many blocks, or so large a one, is surely a mistake, or an attempt to keep us busy."""
    if len(raw) > MAX_BLOCKS:
        message = f"The file holds {len(raw)} PEM blocks, more than the {MAX_BLOCKS} that are read here; it was not judged."
        return (PemProblem(id="too-many-blocks", severity="critical", message=message),)
    large = next((one for one in raw if len(one.contents) > MAX_CERTIFICATE_SIZE and label_of(one) == CERTIFICATE), None)
    if large is None:
        return ()
    line = lines.number(large.begin)
    size = f"{len(large.contents)} bytes, more than the {MAX_CERTIFICATE_SIZE} that are read here"
    message = f"The certificate at line {line} is {size}; the file was not judged."
    return (PemProblem(id="certificate-too-large", severity="critical", line=line, message=message),)


def _too_large(size: int) -> PemProblem:
    message = f"The file is {size} bytes, more than the {MAX_SIZE} that are read here; it was not judged."
    return PemProblem(id="file-too-large", severity="critical", message=message)


def _shape(data: bytes) -> Shape:
    stripped = data.rstrip(b" \t\r\n")
    unix = data.replace(b"\r\n", b"\n")
    return Shape(
        trailing_newlines=data[len(stripped) :].count(b"\n"),
        without_trailing_space=_sha256(stripped),
        with_unix_lines=_sha256(unix),
        without_any_space=_sha256(data.translate(None, b" \t\r\n")),
        is_utf8=_is_utf8(data),
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


__all__ = ["BEGIN", "Block", "PemDocument", "PemProblem", "Shape", "describe_difference", "read"]
