"""``dapr-warden lint``: would sentry load a CA that somebody brings, and would sidecars then trust each other?

``judge`` is pure; ``run`` only reads the files. Exit code 0 accepted, 2 not accepted, 3 unable to judge.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.cli import exit_codes
from bot.errors import InputError
from bot.files import content
from bot.model import acceptance
from bot.model.bundle import Mode, TrustBundle
from bot.model.pem import MAX_SIZE, read
from bot.model.private_key import read_key
from bot.model.problem import Problem
from bot.model.versions import Version

_ORDER: Final = {"critical": 0, "warning": 1, "notice": 2}
_NOT_ACCEPTED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options as given. ``configmap_ca`` None in Kubernetes mode: the ConfigMap is taken for equal to ca.crt."""

    ca_cert: Path
    issuer_cert: Path
    issuer_key: Path
    dapr_version: str
    mode: str = "kubernetes"
    configmap_ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer. ``judged`` False: a file was too large to judge, and the other answers are worth nothing."""

    sentry_loads: bool
    sentry_replaces: bool
    peers_verify: bool
    findings: tuple[Problem, ...]
    judged: bool = True

    @property
    def accepted(self) -> bool:
        """Sentry runs with this CA, and workloads accept what it issues."""
        return self.sentry_loads and self.peers_verify and not self.sentry_replaces

    @property
    def exit_code(self) -> int:
        """0 accepted, 2 not accepted, 3 unable to judge."""
        if not self.judged:
            return exit_codes.UNABLE
        return 0 if self.accepted else _NOT_ACCEPTED


def run(request: Request, *, at: datetime) -> Result:
    """Read the files and judge them. InputError when a file cannot be read or the version or mode is none."""
    version, mode = _version(request.dapr_version), _mode(request.mode)
    configmap = None if request.configmap_ca is None else read(content(request.configmap_ca, MAX_SIZE))
    bundle = TrustBundle(
        ca=read(content(request.ca_cert, MAX_SIZE)),
        issuer=read(content(request.issuer_cert, MAX_SIZE)),
        key=read_key(content(request.issuer_key, MAX_SIZE)),
        configmap_ca=configmap,
    )
    return judge(bundle, version, mode, at)


def judge(bundle: TrustBundle, version: Version, mode: Mode, at: datetime) -> Result:
    """What becomes of the bundle with that version in that mode."""
    loading, peers = acceptance.sentry(bundle, version, mode, at), acceptance.peers(bundle, version, at)
    return Result(
        sentry_loads=loading.loads,
        sentry_replaces=loading.replaces,
        peers_verify=peers.verify,
        findings=_sorted((*loading.problems, *peers.problems)),
        judged=loading.judged,
    )


def as_json(result: Result) -> str:
    """One JSON object and a newline."""
    findings = [{"id": one.id, "severity": one.severity, "message": one.message} for one in result.findings]
    answer = {
        "accepted": result.accepted,
        "sentry_loads": result.sentry_loads,
        "sentry_replaces": result.sentry_replaces,
        "peers_verify": result.peers_verify,
        "findings": findings,
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def as_text(result: Result) -> str:
    """A verdict line, then what leads to it, worst first."""
    lines = [_verdict(result), *(f"{one.severity:<8}  {one.id}: {one.message}" for one in result.findings)]
    return "\n".join(lines) + "\n"


def _verdict(result: Result) -> str:
    if not result.judged:
        return "Not judged."
    if result.sentry_replaces:
        return "Not accepted: sentry would REPLACE this CA with a new one of its own."
    if not result.sentry_loads:
        return "Not accepted: sentry would refuse to start with this CA."
    return "Accepted." if result.peers_verify else "Not accepted: sentry would load this CA, but workloads would refuse each other."


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: _ORDER[one.severity]))


def _version(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no Dapr version.", hint=f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no mode.", hint="Use kubernetes or standalone.") from error
