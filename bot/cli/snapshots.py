"""Snapshots from a file: read with caps, and believed only as far as one of ours could have come from an API server."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import msgspec

from bot import files
from bot.errors import InputError
from bot.model.certificate import certificate
from bot.model.pem import CERTIFICATE, MAX_BLOCKS, MAX_CERTIFICATE_SIZE, Block, PemDocument
from bot.model.snapshot import Snapshot
from bot.model.x509.der import DerError

MAX_SIZE: Final = 64 * 1024 * 1024
HINT: Final = "Make one with `dapr-warden snapshot > snapshot.json`."
_LONGEST_REASON = 200


def read(path: Path) -> Snapshot:
    """A snapshot from a file. Raises InputError when it cannot be read or is not one; reads 64 MiB at most."""
    data = files.content(path, MAX_SIZE)
    if len(data) > MAX_SIZE:
        raise InputError(f"{path} is larger than {MAX_SIZE // 2**20} MiB; that is no snapshot of dapr-warden.")
    try:
        found = msgspec.json.decode(data, type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_snapshot(path, str(error)) from error
    problem = next(_problems(found), "")
    if problem:
        raise _no_snapshot(path, problem)
    return found


def _no_snapshot(path: Path, why: str) -> InputError:
    return InputError(f"{path} is not a snapshot of dapr-warden: {why[:_LONGEST_REASON]}.", hint=HINT)


def _problems(root: object) -> Iterator[str]:
    """What types cannot say. Whoever judges a snapshot relies on it: somebody else may have written the file."""
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
