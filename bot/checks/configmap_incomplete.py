"""Does the ConfigMap hold the roots? The control plane mounts it, and sentry compares it with the Secret (1.12 and later)."""

from collections.abc import Iterator

from bot.model import authorship, trust
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, NO_SECRET, explained, nothing_to_judge, restart_warning
from bot.model.snapshot import Snapshot

ID = "configmap-incomplete"
ABSENT = "{name} does not exist: sentry does not start again without it, nor does the rest of the control plane"
EMPTY = "{name} has no {key}: sentry makes a new CA at its next start or reload, and every pod then trusts the wrong root"
RESTORE = "write the Secret's ca.crt into the ConfigMap, byte for byte: docs/checks.md#bundle-mismatch"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """The object itself and its ca.crt, absent or empty. Up to 1.11 there is no such object, and nothing to say."""
    held = trust.configmap(snapshot)
    if not trust.is_paired(snapshot) or (held is not None and held.ca is not None and held.ca.size):
        return
    name = f"ConfigMap {snapshot.names.bundle}"
    fact = (ABSENT if held is None else EMPTY).format(name=name, key=snapshot.names.ca)
    absent = nothing_to_judge(ID, snapshot, name)
    if absent.severity is Severity.NOTICE:
        yield absent
    elif _secret_is_incomplete(snapshot):
        yield explained(ID, fact, NO_SECRET)
    else:
        yield Finding(
            check_id=ID,
            severity=Severity.CRITICAL,
            fact=fact,
            evidence=(restart_warning(snapshot), *authorship.writers(snapshot)),
            next_step=f"{DO_NOT_RESTART}; {RESTORE}",
        )


def _secret_is_incomplete(snapshot: Snapshot) -> bool:
    bundle = trust.trust_bundle(snapshot)
    return isinstance(snapshot.secret, Observed) and (bundle is None or bool(trust.lacking(bundle)))


CHECK = Check(
    id=ID,
    title="The ConfigMap holds the roots",
    category=Category.TRUST,
    needs=("configmap",),
    judge=judge,
)
