"""Reading a file that a person named: never more than was agreed, and never waiting for ever for somebody who does not write."""

import os
import select
import time
from pathlib import Path
from typing import Final

from bot.errors import InputError

PATIENCE_SECONDS: Final = 30.0
_PIECE = 1 << 16
_STANDARD_INPUT = 0


def content(path: Path, most: int, *, patience: float = PATIENCE_SECONDS) -> bytes:
    """The first ``most`` + 1 bytes, so that the caller sees when there are more. Pipes are read as well: `<(kubectl ...)`.

    Raises InputError when it cannot be read, or when nobody writes to it for so many seconds.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read {path}: {_why(error)}.", hint="Give the path of a readable file.") from error
    try:
        return _pieces(number, path, most + 1, patience)
    except OSError as error:
        raise InputError(f"Cannot read {path}: {_why(error)}.", hint="Give the path of a readable file.") from error
    finally:
        os.close(number)


def is_typed() -> bool:
    """Whether standard input is a person at a terminal."""
    return os.isatty(_STANDARD_INPUT)


def standard_input(most: int, *, patience: float = PATIENCE_SECONDS) -> bytes:
    """The same of standard input. Whoever types at a terminal is waited for as long as it takes."""
    try:
        return _pieces(_STANDARD_INPUT, "standard input", most + 1, None if is_typed() else patience)
    except OSError as error:
        raise InputError(f"Cannot read standard input: {_why(error)}.", hint="Give a file, or pipe something in.") from error


def _pieces(number: int, path: Path | str, most: int, patience: float | None) -> bytes:
    found = bytearray()
    began = time.monotonic()
    while len(found) < most:
        left = None if patience is None else began + patience - time.monotonic()
        # Nobody has opened the other end of a pipe yet: that is no end of file, and there is nothing to wait on but time.
        if (left is not None and left <= 0) or not select.select([number], [], [], left)[0]:
            raise InputError(f"Cannot read {path}: nothing came for {patience:g} s.", hint="Is something writing into that pipe?")
        try:
            piece = os.read(number, min(_PIECE, most - len(found)))
        except BlockingIOError:
            continue
        if not piece:
            break
        found += piece
        began = time.monotonic()
    return bytes(found)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
