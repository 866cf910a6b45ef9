"""``dapr-warden verify``: would a peer that trusts these roots accept this chain, and if not, why?

``bot.model.handshake`` judges; this reads the files and tells. Exit code 0 accepted, 2 not accepted, 3 unable to judge.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.cli import exit_codes
from bot.cli.text import printable
from bot.errors import InputError
from bot.files import content
from bot.model import handshake
from bot.model.certificate import Certificate
from bot.model.handshake import HandshakeVerdict
from bot.model.pem import MAX_SIZE, read
from bot.model.phrases import instant
from bot.model.reason import named

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_NOT_ACCEPTED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The files as given: the roots that the peer trusts, and the chain that it is shown, leaf first; both PEM."""

    roots: Path
    chain: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The verdict, and the instant for which it holds."""

    verdict: HandshakeVerdict
    at: datetime

    @property
    def exit_code(self) -> int:
        """0 accepted, 2 not accepted, 3 unable to judge."""
        if not self.verdict.judged:
            return exit_codes.UNABLE
        return 0 if self.verdict.accepted else _NOT_ACCEPTED


def run(request: Request, *, at: datetime) -> Result:
    """Read both files and judge them at that instant (UTC). InputError when one cannot be read."""
    roots, chain = (read(content(path, MAX_SIZE)) for path in (request.roots, request.chain))
    return Result(verdict=handshake.judge(chain, roots, at), at=at)


def parsed_instant(text: str) -> datetime:
    """An instant in RFC 3339, as UTC. InputError for anything else, also for a time without its offset."""
    hint = "Write it as RFC 3339 with its offset: 2026-12-05T15:00:00Z, or 2026-12-05T16:00:00+01:00."
    if not _RFC_3339.fullmatch(text):
        raise InputError(f"{text!r} is no instant.", hint=hint)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text!r} is no instant: {error}.", hint=hint) from error


def as_json(result: Result) -> str:
    """One JSON object and a newline."""
    verdict = result.verdict
    answer = {
        "accepted": verdict.accepted,
        "at": _rfc_3339(result.at),
        "spiffe_id": verdict.spiffe_id or None,
        "path_valid": verdict.path_valid,
        "path": [_step(one) for one in verdict.path],
        "findings": [
            {"id": one.id, "severity": one.severity, "message": one.message, "certificate": one.fingerprint or None}
            for one in verdict.reasons
        ],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _step(one: Certificate) -> dict[str, str]:
    return {
        "subject": one.subject,
        "fingerprint": one.fingerprint,
        "not_before_at": _rfc_3339(one.not_before_at),
        "not_after_at": _rfc_3339(one.not_after_at),
    }


def _rfc_3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def as_text(result: Result) -> str:
    """A verdict line, then what leads to it, worst first, then the path."""
    verdict = result.verdict
    lines = [
        _verdict(verdict),
        *(f"{one.severity:<8}  {one.id}: {one.message}" for one in verdict.reasons),
        *_path(result),
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _verdict(verdict: HandshakeVerdict) -> str:
    if not verdict.judged:
        return "Not judged."
    if verdict.accepted:
        return f"Accepted: a peer with these roots takes this chain for {verdict.spiffe_id}."
    if any(one.id == "no-certificates" for one in verdict.reasons):
        return "Not accepted: there is no certificate to judge."
    if verdict.path_valid:
        return "Not accepted: the chain leads to these roots, but a peer would refuse it for another reason."
    return "Not accepted: the chain does not lead to these roots."


def _path(result: Result) -> Iterator[str]:
    steps = result.verdict.path
    if not steps:
        return
    yield "Path:" if result.verdict.path_valid else f"Path, not valid at {instant(result.at)}:"
    roles = ["root"] if len(steps) == 1 else ["leaf", *[""] * (len(steps) - 2), "root"]
    for role, one in zip(roles, steps, strict=True):
        yield f"  {role:<4}  {named(one)}  {instant(one.not_before_at)} to {instant(one.not_after_at)}"
