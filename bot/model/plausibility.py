"""What types cannot say of nouns that somebody else may have written: instants, texts and certificates that whoever judges relies on."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import cast

import msgspec

from bot.model.certificate import certificate
from bot.model.pem import CERTIFICATE, MAX_BLOCKS, MAX_CERTIFICATE_SIZE, Block, PemDocument
from bot.model.x509.der import DerError


def problems(root: object) -> Iterator[str]:
    """What is wrong with nouns that were read from elsewhere; nothing when they could be our own."""
    open_ones = [root]
    while open_ones:
        one = open_ones.pop()
        yield from _of(one)
        open_ones += _parts(one)


def _of(one: object) -> Iterator[str]:
    if isinstance(one, datetime) and not _is_instant(one):
        yield "an instant in it has no time zone, or lies beyond the calendar"
    elif isinstance(one, PemDocument) and (len(one.blocks) > MAX_BLOCKS or (not one.whole and not one.problems)):
        yield f"a PEM text in it has more than {MAX_BLOCKS} blocks, or was not read for no reason"
    elif isinstance(one, Block):
        yield from _of_block(one)


def _parts(one: object) -> Iterable[object]:
    match one:
        case msgspec.Struct():
            return [getattr(one, name) for name in one.__struct_fields__]
        case tuple():
            return cast("tuple[object, ...]", one)
        case dict():
            return cast("dict[str, object]", one).values()
        case _:
            return ()


def _of_block(block: Block) -> Iterator[str]:
    if len(block.der) > MAX_CERTIFICATE_SIZE:
        yield f"a certificate in it is larger than {MAX_CERTIFICATE_SIZE} bytes"
    elif block.der or (block.label == CERTIFICATE and not block.problem):
        try:
            certificate(block.der)
        except DerError as error:
            yield f"a certificate in it cannot be read ({error})"


def _is_instant(at: datetime) -> bool:
    try:
        at.astimezone(UTC)
    except OverflowError:
        return False
    return at.tzinfo is not None
