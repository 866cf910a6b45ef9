"""Does something else write the two objects too? It would put the old CA back, or a third one in."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases, trust
from bot.model.rotation import Force, Hazard, Kind
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "owned-objects"
_ROTATORS: Final = ("cert-manager", "trust-manager")
_GITOPS: Final = ("Argo CD", "Flux")
_HELM: Final = "Helm"
IGNORE: Final = (
    "Let it ignore them first. Argo CD: ignoreDifferences for Secret and ConfigMap {name} with jsonPointers /data, and the sync option "
    "RespectIgnoreDifferences=true; Flux: the annotation kustomize.toolkit.fluxcd.io/ssa: Ignore on both. Whether it heals by itself is "
    "not seen from here."
)
VALUES: Final = (
    "The next helm upgrade writes what its values hold: put the {pair} pair into dapr_sentry.tls.root.certPEM, issuer.certPEM and "
    "issuer.keyPEM afterwards, or leave those values empty, with which Helm keeps what is there."
)


def look(situation: Situation) -> Iterator[Hazard]:
    """By labels, annotations and owner references; release Secrets are never read."""
    snapshot = situation.snapshot
    is_restored = situation.kind is Kind.RESTORE
    held = [("Secret", trust.secret(snapshot)), ("ConfigMap", trust.configmap(snapshot))]
    owned = [(owner, kind) for kind, one in held if one is not None for owner in one.facts.owners]
    for names, force, advice in (
        (_ROTATORS, Force.BLOCKS, "Rotate the CA there: it is the source of this one."),
        (_GITOPS, Force.ASKS, IGNORE.format(name=snapshot.names.bundle)),
        ((_HELM,), Force.ASKS if is_restored else Force.INFORMS, VALUES.format(pair="restored" if is_restored else "new")),
    ):
        found = [(owner, kind) for owner, kind in owned if owner.startswith(names)]
        if found:
            owners, kinds = dict.fromkeys(owner for owner, _ in found), dict.fromkeys(kind for _, kind in found)
            fact = f"{phrases.listed(tuple(owners))} manages the {phrases.listed(tuple(kinds))} {snapshot.names.bundle}"
            again = ": if it replaced the CA, it will do so again" if is_restored else ""
            yield Hazard(id=ID, force=force, fact=f"{fact}{again}", advice=advice, affected=tuple(owners))


OWNED_OBJECTS = HazardKind(id=ID, look=look)
