"""Does something else write the two objects too? It would put the old CA back, or a third one in."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases, trust
from bot.model.rotation import Force, Hazard, Kind
from bot.model.snapshot import BundleNames, ObjectFacts, Snapshot
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "owned-objects"
_ROTATORS: Final = ("cert-manager", "trust-manager")
_GITOPS: Final = ("Argo CD", "Flux")
_HELM: Final = "Helm"
_CONTROLLERS: Final = {
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
}
"""What the controllers of GitOps call themselves in managedFields."""
IGNORE: Final = (
    "Let it ignore them first. Argo CD: ignoreDifferences for Secret and ConfigMap {name} with jsonPointers /data, and the sync option "
    "RespectIgnoreDifferences=true; Flux: the annotation kustomize.toolkit.fluxcd.io/ssa: Ignore on both, or of a HelmRelease "
    "spec.driftDetection.ignore with paths /data."
)
UNSEEN: Final = " Whether it heals by itself is not seen from here."
TRY: Final = (
    " Then take its entry out of managedFields (kubectl -n {namespace} edit secret,configmap {name} --show-managed-fields), let it sync "
    "once, and plan again: if the entry is back, it still writes them."
)
VALUES: Final = (
    "The next helm upgrade writes what its values hold: put the {pair} pair into dapr_sentry.tls.root.certPEM, issuer.certPEM and "
    "issuer.keyPEM afterwards, or leave those values empty, with which Helm keeps what is there."
)


def look(situation: Situation) -> Iterator[Hazard]:
    """By labels, annotations, owner references and managedFields; release Secrets are never read."""
    snapshot = situation.snapshot
    name, is_restored = snapshot.names.bundle, situation.kind is Kind.RESTORE
    ignore, healers = IGNORE.format(name=name), dict(_healers(snapshot))
    products = tuple(dict.fromkeys(healers.values()))
    if healers:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"{phrases.listed(products)} writes the CA itself, and would put the old one back: {phrases.listed(tuple(healers))}",
            advice=ignore + TRY.format(name=name, namespace=snapshot.namespace),
            affected=products,
        )
    for names, force, advice in (
        (_ROTATORS, Force.BLOCKS, "Rotate the CA there: it is the source of this one."),
        (tuple(one for one in _GITOPS if one not in products), Force.ASKS, ignore + UNSEEN),
        ((_HELM,), Force.ASKS if is_restored else Force.INFORMS, VALUES.format(pair="restored" if is_restored else "new")),
    ):
        found = [(owner, kind) for kind, facts in _held(snapshot) for owner in facts.owners if owner.startswith(names)]
        if found:
            owners, kinds = dict.fromkeys(owner for owner, _ in found), dict.fromkeys(kind for _, kind in found)
            fact = f"{phrases.listed(tuple(owners))} manages the {phrases.listed(tuple(kinds))} {name}"
            again = ": if it replaced the CA, it will do so again" if is_restored else ""
            yield Hazard(id=ID, force=force, fact=f"{fact}{again}", advice=advice, affected=tuple(owners))


def _healers(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Of each controller that wrote data which a rotation writes: what it wrote, and which it is. Labels of its own are nothing."""
    for kind, facts in _held(snapshot):
        ours = _ours(kind, snapshot.names)
        for writer in facts.writers:
            keys = tuple(key for key in writer.keys if key in ours)
            if writer.manager in _CONTROLLERS and keys:
                yield f"{phrases.listed(keys)} of the {kind} (as {writer.manager})", _CONTROLLERS[writer.manager]


def _held(snapshot: Snapshot) -> Iterator[tuple[str, ObjectFacts]]:
    for kind, held in (("Secret", trust.secret(snapshot)), ("ConfigMap", trust.configmap(snapshot))):
        if held is not None:
            yield kind, held.facts


def _ours(kind: str, names: BundleNames) -> tuple[str, ...]:
    return (names.ca, names.issuer, names.key) if kind == "Secret" else (names.ca,)


OWNED_OBJECTS = HazardKind(id=ID, look=look)
