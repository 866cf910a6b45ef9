"""Which kind of rotation a cluster needs, and whether one can be planned at all."""

from collections.abc import Iterator
from typing import Final

from bot.model import control_plane, endings, prognosis, reliance, trust
from bot.model.backup import BackupFacts
from bot.model.observed import Unobserved
from bot.model.rotation import Kind, Unplannable
from bot.model.snapshot import Snapshot
from bot.rotation import restoring, situation

NEEDED: Final = "A plan needs all of it: docs/rotation.md"
INCOMPLETE: Final = "The trust bundle is not complete: sentry makes a new CA at its next start."
_NEEDED: Final = {
    "secret": "the Secret of the trust bundle",
    "configmap": "its ConfigMap",
    "components": "the control plane",
    "census": "the pods of the cluster",
    "mtls": "Dapr's Configuration",
}


def trust_domain(snapshot: Snapshot) -> str:
    """Of the control plane, as configured; Dapr's default else."""
    return situation.mtls(snapshot).control_plane_trust_domain or "cluster.local"


def kind(snapshot: Snapshot, backup: BackupFacts | None = None) -> Kind | Unplannable:
    """Which kind of rotation this cluster needs, or why none can be planned. ``backup``: the last good pair, None where none is kept."""
    for name, what in _NEEDED.items():
        part = getattr(snapshot, name)
        if isinstance(part, Unobserved):
            reason = f"Cannot see {what}: {part.detail}"
            return Unplannable(cluster=snapshot.cluster, reason=reason, advice=part.hint or NEEDED, is_unseen=True)
    for reason, advice in _obstacles(snapshot):
        return Unplannable(cluster=snapshot.cluster, reason=reason, advice=advice)
    return _kind(snapshot, backup)


def _kind(snapshot: Snapshot, backup: BackupFacts | None) -> Kind | Unplannable:
    if backup is not None and restoring.is_due(snapshot, backup):
        return Kind.RESTORE
    if _is_incomplete(snapshot):
        return Unplannable(cluster=snapshot.cluster, reason=INCOMPLETE, advice="docs/checks.md#secret-incomplete")
    expected = prognosis.prognosis(snapshot)
    if expected.owner in prognosis.EXPIRY.values() or _has_ended(snapshot):
        return Kind.RECOVERY
    if expected.is_trouble:
        return Unplannable(
            cluster=snapshot.cluster,
            reason=f"Sentry would not start with the CA that is there now ({expected.owner}): there is nothing sound to rotate from.",
            advice=f"Mend that first: docs/checks.md#{expected.owner}",
        )
    return Kind.CROSS_SIGNED if reliance.living(snapshot) else Kind.RECOVERY


def _obstacles(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Reasons and advice, the first of which is told; each may rely on those before it."""
    if control_plane.component(snapshot, control_plane.SENTRY) is None:
        yield f"There is no sentry in namespace {snapshot.namespace}, so there is nothing to rotate.", "docs/checks.md#dapr-missing"
    versions = control_plane.sentry_versions(snapshot)
    if not versions:
        yield "Sentry's version cannot be told from its image.", "Label its pods with app.kubernetes.io/version."
    elif versions[0].class_ == "A":
        advice = "Write a new CA by hand: docs/checks.md#already-expired" if _has_ended(snapshot) else "Upgrade Dapr first."
        yield f"Sentry {versions[0]} keeps its CA in another way: rotations are planned for Dapr 1.12 and later.", advice


def _is_incomplete(snapshot: Snapshot) -> bool:
    held = trust.trust_bundle(snapshot)
    return held is None or bool(trust.lacking(held)) or trust.configmap(snapshot) is None


def _has_ended(snapshot: Snapshot) -> bool:
    """Whether something that sentry needs has ended, whatever a sentry that runs makes of it."""
    groups = endings.causes(endings.endings(snapshot))
    return any(one.by_sentry and one.not_after_at <= snapshot.taken_at for group in groups for one in group)
