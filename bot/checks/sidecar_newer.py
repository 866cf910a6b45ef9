"""Are sidecars newer than their control plane? From 1.18 on they ask sentry with an Ed25519 key, and older sentries refuse that."""

from collections.abc import Iterator, Sequence

from bot.model import control_plane, trust, workloads
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.prognosis import DAPR_MISSING, explained
from bot.model.sidecars import ASKS_WITH_ED25519, newer_than
from bot.model.snapshot import DaprPod, Snapshot
from bot.model.versions import Version

ID = "sidecar-newer"
REFUSAL = (
    "Their log then says `failed to retrieve the initial identity` and `failed to sign certificate`; "
    "one that still runs fails at its next renewal or restart."
)
UPGRADE = "Upgrade the control plane to {version} first, or give these pods the sidecar of {sentry} (annotation dapr.io/sidecar-image)"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Minor versions are compared, with the oldest sentry that runs; tags that are no versions are not."""
    if control_plane.is_absent(snapshot):
        yield explained(ID, "There is no control plane here to compare with", DAPR_MISSING)
        return
    known = [one for one in control_plane.sentry_versions(snapshot) if not one.is_floating]
    if not known:
        fact = "Sentry's version cannot be told from its image"
        yield Finding(check_id=ID, severity=Severity.UNKNOWN, fact=fact, next_step="Label sentry's pods with app.kubernetes.io/version.")
        return
    newer = newer_than(snapshot, known[0])
    refusing = {version for _, version in newer if _is_refused(snapshot, version, known[0])}
    refused = [pod for pod, version in newer if version in refusing]
    if refused:
        yield _finding(snapshot, refused, known[0], max((version for _, version in newer), key=lambda one: one.number))
    others = [pod for pod, version in newer if version not in refusing]
    if others:
        yield Finding(
            check_id=ID,
            subject="supported",
            severity=Severity.NOTICE,
            fact=f"Newer than sentry {known[0]}: the sidecars of {workloads.summary(others)}",
            next_step="Upgrade the control plane before the sidecars next time; Dapr supports it in that order only.",
            affected=workloads.affected(others, others),
        )


def _is_refused(snapshot: Snapshot, sidecar: Version, sentry: Version) -> bool:
    chain = trust.chain(snapshot)
    signs_ed25519 = bool(chain) and chain[0].key_kind == "Ed25519"
    return sidecar.number[:2] >= ASKS_WITH_ED25519 > sentry.number[:2] and not signs_ed25519


def _finding(snapshot: Snapshot, pods: Sequence[DaprPod], sentry: Version, newest: Version) -> Finding:
    chain = trust.chain(snapshot)
    issuer = f"its issuer is {chain[0].key_kind}" if chain else "its issuer's kind was not seen; before 1.18 it is ECDSA as a rule"
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL,
        fact=f"Sentry {sentry} gives no certificate to {workloads.summary(pods)}: their sidecars are newer, 1.18 or later",
        evidence=(f"From 1.18 on daprd asks with an Ed25519 key; sentry {sentry} refuses to sign that ({issuer}).", REFUSAL),
        next_step=UPGRADE.format(version=newest, sentry=sentry),
        affected=workloads.affected(pods, pods),
    )


CHECK = Check(
    id=ID,
    title="No sidecar is newer than its control plane",
    category=Category.WORKLOADS,
    needs=("census", "components"),
    judge=judge,
)
