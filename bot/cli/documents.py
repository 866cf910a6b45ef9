"""JSON in and out: reports for machines, snapshots for support bundles."""

from pathlib import Path
from typing import Any

import msgspec

from bot import files
from bot.cli import exit_codes
from bot.errors import InputError
from bot.model.report import Report
from bot.model.snapshot import Snapshot

MAX_SNAPSHOT = 64 * 1024 * 1024


def report(judged: Report) -> str:
    """The report with its verdict and exit code on top, times in RFC 3339."""
    body: dict[str, Any] = {
        "cluster": judged.cluster,
        "namespace": judged.namespace,
        "taken_at": judged.taken_at,
        "severity": judged.severity,
        "exit_code": exit_codes.of(judged.severity),
        "answers": judged.answers,
    }
    return _pretty(body)


def snapshot(seen: Snapshot) -> str:
    """A snapshot; it holds no private key and no token by its types."""
    return _pretty(seen)


def read_snapshot(path: Path) -> Snapshot:
    """A snapshot from a file. Raises InputError when it cannot be read or is not one; reads 64 MiB at most."""
    data = files.content(path, MAX_SNAPSHOT)
    if len(data) > MAX_SNAPSHOT:
        raise InputError(f"{path} is larger than {MAX_SNAPSHOT // 2**20} MiB; that is no snapshot of dapr-warden.")
    try:
        return msgspec.json.decode(data, type=Snapshot)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            f"{path} is not a snapshot of dapr-warden: {error}.", hint="Make one with `dapr-warden snapshot > snapshot.json`."
        ) from error


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
