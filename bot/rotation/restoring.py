"""Should the last good pair come back? Only where something else replaced it, and where it is still good."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model import acceptance, authorship, prognosis, reliance, trust
from bot.model.backup import BackupFacts
from bot.model.bundle import Mode, TrustBundle
from bot.model.certificate import Certificate
from bot.model.identity import FIRST_SIGHT, ca_identity, is_same
from bot.model.observed import Observed
from bot.model.snapshot import AcceptedCa, DaprPod, Snapshot
from bot.model.workloads import owner
from bot.rotation.authority import NewCa
from bot.rotation.situation import leaf_lifetime, pods

LEAST: Final = timedelta(days=1)
"""So much longer than a leaf what comes back has to live: time enough for the rotation that is due then."""
MACHINES: Final = ("sentry", "helm", "argocd", "argo-cd", "kustomize-controller", "source-controller", "flux")
"""How the names begin by which those who replace a CA unasked call themselves (managedFields)."""


def is_due(snapshot: Snapshot, backup: BackupFacts) -> bool:
    """The live pair is another one, dead or foreign, and the kept one would do. Both objects have to be there: none is made."""
    if trust.secret(snapshot) is None or trust.configmap(snapshot) is None or _is_there(snapshot, backup):
        return False
    return (_is_dead(snapshot) or _is_foreign(snapshot, backup)) and _is_good(backup.bundle, snapshot)


def is_sound(bundle: TrustBundle, snapshot: Snapshot, at: datetime) -> bool:
    """Whether every sentry here would load this pair at that instant, and its peers accept what it signs."""
    versions, chain, roots = trust.versions(snapshot), trust.anchors(bundle.issuer), trust.anchors(bundle.ca)
    return (
        bundle.key is not None
        and all(acceptance.sentry(bundle, one, Mode.KUBERNETES, at).loads for one in versions)
        and all(acceptance.peers(bundle, one, at).verify for one in versions)
        and bool(reliance.valid_at(at, reliance.paths(chain, roots)))
    )


def _is_good(bundle: TrustBundle, snapshot: Snapshot) -> bool:
    """Sound now, and for long enough."""
    return all(is_sound(bundle, snapshot, snapshot.taken_at + ahead) for ahead in (timedelta(), leaf_lifetime(snapshot) + LEAST))


def comes_back(backup: BackupFacts, at: datetime) -> NewCa:
    """Issuer and root of the kept pair: of several roots the one by which the issuer is accepted for longest."""
    living = reliance.valid_at(at, reliance.paths(backup.chain, backup.roots))
    root = max((path[-1] for path in living), key=lambda one: one.not_after_at)
    return NewCa(root=root, issuer=backup.chain[0])


def lost(snapshot: Snapshot, backup: BackupFacts) -> tuple[DaprPod, ...]:
    """Every pod of a workload of which one does not trust what comes back, has no sidecar, or holds roots that nobody can read."""
    found = [pod for pod in pods(snapshot) if not _trusts(pod, snapshot, backup.chain)]
    owners = {owner(pod) for pod in found}
    return tuple(pod for pod in pods(snapshot) if owner(pod) in owners)


def digest(backup: BackupFacts) -> str:
    """SHA-256 of what the kept pair is: both texts, and the public half of its key; hex."""
    return digest_of(backup.bundle)


def digest_of(bundle: TrustBundle) -> str:
    """The same, of the pair that is there now."""
    return hashlib.sha256(msgspec.json.encode(_parts(bundle))).hexdigest()


def _parts(bundle: TrustBundle) -> tuple[str, str, str]:
    return bundle.ca.sha256, bundle.issuer.sha256, bundle.key.key_sha256 if bundle.key else ""


def _is_there(snapshot: Snapshot, backup: BackupFacts) -> bool:
    held, other = trust.trust_bundle(snapshot), trust.configmap(snapshot)
    return held is not None and _parts(held) == _parts(backup.bundle) and other is not None and other.ca == held.ca


def _is_dead(snapshot: Snapshot) -> bool:
    return prognosis.prognosis(snapshot).is_trouble or not reliance.living(snapshot)


def _is_foreign(snapshot: Snapshot, backup: BackupFacts) -> bool:
    """Nobody accepted it. What the bot only found there at its first sight counts for little where a machine wrote it since."""
    found = ca_identity(snapshot)
    accepted = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    if found is None or is_same(found, _as_accepted(backup)):
        return False
    if accepted is None:
        return _is_written_by_a_machine(snapshot, backup.kept_at)
    if not is_same(found, accepted):
        # Of a third one, which somebody accepted since, the kept pair is not the good one any more.
        return is_same(backup.identity, accepted) or accepted.accepted_at <= backup.kept_at
    is_found = accepted.accepted_by == FIRST_SIGHT and accepted.accepted_at > backup.kept_at
    return is_found and _is_written_by_a_machine(snapshot, backup.kept_at)


def _as_accepted(backup: BackupFacts) -> AcceptedCa:
    roots, issuer = backup.identity
    return AcceptedCa(roots=roots, issuer=issuer, accepted_at=backup.kept_at, accepted_by="")


def _is_written_by_a_machine(snapshot: Snapshot, since: datetime) -> bool:
    held = (trust.secret(snapshot), trust.configmap(snapshot))
    written = [at for one in held if one is not None and (at := authorship.last_written_at(one.facts)) is not None]
    return any(at > since for at in written) and any(one.startswith(MACHINES) for one in authorship.last_writers(snapshot))


def _trusts(pod: DaprPod, snapshot: Snapshot, chain: tuple[Certificate, ...]) -> bool:
    if pod.daprd is None or pod.daprd.anchors is None or not isinstance(snapshot.census, Observed):
        return False
    text = snapshot.census.value.anchors.get(pod.daprd.anchors)
    return text is not None and bool(reliance.valid_at(snapshot.taken_at, reliance.paths(chain, trust.anchors(text))))
