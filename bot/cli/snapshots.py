"""Snapshots from a file: read with caps, and believed only as far as one of ours could have come from an API server."""

from pathlib import Path
from typing import Final

import msgspec

from bot import files
from bot.errors import InputError
from bot.model import plausibility
from bot.model.snapshot import Snapshot

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
    problem = next(plausibility.problems(found), "")
    if problem:
        raise _no_snapshot(path, problem)
    return found


def _no_snapshot(path: Path, why: str) -> InputError:
    return InputError(f"{path} is not a snapshot of dapr-warden: {why[:_LONGEST_REASON]}.", hint=HINT)
