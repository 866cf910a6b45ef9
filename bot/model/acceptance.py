"""Would sentry load this bundle, refuse it, or replace it? And would peers accept what it then issues? Per Dapr version.

The rules are those of pkg/sentry/server/ca (validate.go, kube.go, selfhosted.go) of 1.12 to 1.18, and of pkg/sentry/certs
and pkg/sentry/ca up to 1.11, on Go 1.26's X.509 rules. tests/real/test_differential.py
and test_lint.py compare them with the real programs.
"""

from datetime import datetime

import msgspec

from bot.model import acceptance_advice, acceptance_legacy, acceptance_peers
from bot.model.acceptance_chain import Judged, judge
from bot.model.acceptance_replacement import replacement
from bot.model.bundle import Mode, TrustBundle
from bot.model.problem import Problem
from bot.model.versions import Version


class SentryVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What sentry does at its next start or reload.

    ``loads``     it runs with this very CA afterwards
    ``replaces``  it throws this CA away, writes a new one and runs with that (then ``loads`` is False)
    neither       it refuses to start
    ``judged``    False when something was larger than what is read here; ``loads`` is then False too
    """

    loads: bool
    replaces: bool = False
    judged: bool = True
    problems: tuple[Problem, ...] = ()


class PeersVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a certificate that this issuer signs now is accepted by peers that trust exactly these roots."""

    verify: bool
    problems: tuple[Problem, ...] = ()


def sentry(bundle: TrustBundle, version: Version, mode: Mode, at: datetime) -> SentryVerdict:
    """What sentry of this version does with the bundle at that instant."""
    if not (bundle.ca.whole and bundle.issuer.whole):
        return SentryVerdict(loads=False, judged=False, problems=_too_large(bundle))
    replaced = replacement(bundle, version, mode)
    if replaced:
        return SentryVerdict(loads=False, replaces=True, problems=replaced)
    judged = judge_chain(bundle, version, at)
    return SentryVerdict(loads=not judged.refusals, problems=(*judged.refusals, *acceptance_advice.advice(bundle, judged, version, at)))


def peers(bundle: TrustBundle, version: Version, at: datetime) -> PeersVerdict:
    """Whether peers would accept what this issuer signs. Independent of whether sentry loads the bundle."""
    problems = acceptance_peers.peer_problems(judge_chain(bundle, version, at), version, at)
    return PeersVerdict(verify=not any(one.severity == "critical" for one in problems), problems=problems)


def judge_chain(bundle: TrustBundle, version: Version, at: datetime) -> Judged:
    """The certificates that sentry takes from the bundle, and everything for which it refuses it."""
    return acceptance_legacy.judge(bundle, version) if version.class_ == "A" else judge(bundle, version, at)


def _too_large(bundle: TrustBundle) -> tuple[Problem, ...]:
    named = (("ca.crt", bundle.ca), ("issuer.crt", bundle.issuer))
    return tuple(Problem("file-too-large", "critical", f"{name}: {one.problems[0].message}") for name, one in named if not one.whole)
