"""JSON out: reports for machines, snapshots for support bundles."""

from collections.abc import Sequence
from typing import Any

import msgspec

from bot.cli import exit_codes
from bot.diagnosis.explaining import Explained, Summary, Told, headline, is_red_herring
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


def explanation(lines: Sequence[Explained], summary: Summary, *, left_out: int, exit_code: int) -> str:
    """What lines of a log mean: all of them together on top, then one object per line that was read.

    ``is_certificate_problem`` null: it may be one, or nothing is known. ``nearest``: a guess for a line that no signature knows.
    """
    body: dict[str, Any] = {
        "exit_code": exit_code,
        "headline": headline(summary),
        "is_certificate_problem": summary.is_certificate_problem,
        "ends_at": summary.ends,
        "lines_read": summary.read,
        "lines_left_out": left_out,
        "lines_cut": summary.cut,
        "lines_unknown": summary.unknown,
        "causes": [_told(one) for one in summary.told],
        "guesses": [_told(one) for one in summary.guesses],
        "lines": [_line(one) for one in lines],
    }
    return _pretty(body)


def _told(one: Told) -> dict[str, Any]:
    return {
        "signature": one.signature.id,
        "row": one.signature.row,
        "is_red_herring": is_red_herring(one.signature),
        "count": one.count,
        "first_line": one.first.number,
        "excerpt": one.first.excerpt,
    }


def _line(one: Explained) -> dict[str, Any]:
    known = one.signature
    return {
        "line": one.number,
        "signature": known.id if known else None,
        "is_certificate_problem": one.is_certificate_problem,
        "meaning": known.meaning if known else None,
        "cause": known.cause if known else None,
        "remedy": known.remedy if known else None,
        "reasons": [reason.id for reason in one.reasons],
        "nearest": one.nearest.id if one.nearest else None,
    }


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
