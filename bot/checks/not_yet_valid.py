"""Are all certificates valid already? One from the future is refused like an expired one; a wrong clock does that too (dapr#3058)."""

from collections.abc import Iterator, Sequence

from bot.model import phrases, reliance, trust
from bot.model.certificate import Certificate
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.judging import unseen
from bot.model.observed import Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, NOT_YET_VALID, nothing_to_judge
from bot.model.snapshot import Snapshot

ID = NOT_YET_VALID
WAIT = "{warning}; write the last good pair back{order}, or wait: docs/checks.md#not-yet-valid"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Trouble only while somebody has no other path; a new root that lies ready beside the old one is none."""
    roots = trust.roots(snapshot)
    if isinstance(snapshot.secret, Unobserved) and not snapshot.secret.by_choice:
        yield unseen(ID, "secret", snapshot.secret)
    elif not roots and isinstance(snapshot.configmap, Unobserved):
        yield unseen(ID, "configmap", snapshot.configmap)
    elif not roots:
        yield nothing_to_judge(ID, snapshot, "root CA")
    early = [one for one in (*trust.chain(snapshot), *roots) if one.not_before_at > snapshot.taken_at]
    if early:
        yield _finding(snapshot, early)


def _finding(snapshot: Snapshot, early: Sequence[Certificate]) -> Finding:
    starts_at = max(one.not_before_at for one in early)
    blocked = _is_blocked(snapshot, early)
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL if blocked else Severity.NOTICE,
        fact=f"{'The CA is' if blocked else 'A certificate beside the one in use is'} not valid before {phrases.instant(starts_at)}",
        evidence=tuple(f"{one.subject} ({one.fingerprint[:8]}) is valid from {phrases.instant(one.not_before_at)}." for one in early),
        next_step=WAIT.format(warning=DO_NOT_RESTART, order=trust.order(snapshot)) if blocked else "Nothing to do: it is not needed yet.",
    )


def _is_blocked(snapshot: Snapshot, early: Sequence[Certificate]) -> bool:
    """Whether somebody's paths all wait for one of these."""
    chain = trust.chain(snapshot)
    if not chain:
        return all(root in early for root in trust.roots(snapshot))
    known = [reliance.paths(chain, party.roots) for party in reliance.parties(snapshot)]
    return any(paths and all(any(one in path for one in early) for path in paths) for paths in known) or chain[0] in early


CHECK = Check(
    id=ID,
    title="Every certificate in use is valid already",
    category=Category.EXPIRY,
    needs=(),
    judge=judge,
)
