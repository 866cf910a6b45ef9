"""JSON out: reports for machines, snapshots for support bundles."""

from typing import Any

import msgspec

from bot.cli import exit_codes
from bot.model.report import Report
from bot.model.snapshot import Snapshot


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


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
