"""What a Snapshot says about the trust bundle, as several checks need it: versions, roots in force, the chain that sentry serves."""

from bot.model import acceptance, bundle, live, pem
from bot.model.acceptance_view import read_by_dapr
from bot.model.bundle import TrustBundle
from bot.model.certificate import Certificate
from bot.model.control_plane import sentry_versions
from bot.model.live import Running
from bot.model.observed import Observed
from bot.model.pem import PemDocument
from bot.model.snapshot import Snapshot, TrustConfigMap, TrustSecret
from bot.model.versions import NEWEST, Version


def versions(snapshot: Snapshot) -> tuple[Version, ...]:
    """The versions by which the bundle must be judged: sentry's (several during an upgrade), else the newest known."""
    return sentry_versions(snapshot) or (NEWEST,)


def is_paired(snapshot: Snapshot) -> bool:
    """Whether a sentry here keeps the roots in a ConfigMap too (1.12 and later), and replaces the CA when the two differ."""
    return any(version.class_ != "A" for version in versions(snapshot))


def order(snapshot: Snapshot) -> str:
    """How to write a pair: ", ConfigMap first" where there is a ConfigMap (1.12 and later), else ""."""
    return ", ConfigMap first" if is_paired(snapshot) else ""


def secret(snapshot: Snapshot) -> TrustSecret | None:
    """The Secret; None when it does not exist or was not observed."""
    return snapshot.secret.value if isinstance(snapshot.secret, Observed) else None


def configmap(snapshot: Snapshot) -> TrustConfigMap | None:
    """The ConfigMap; None when it does not exist or was not observed."""
    return snapshot.configmap.value if isinstance(snapshot.configmap, Observed) else None


def trust_bundle(snapshot: Snapshot) -> TrustBundle | None:
    """What sentry would read; None without a Secret. A ConfigMap that was not observed is taken for equal."""
    held = secret(snapshot)
    if held is None:
        return None
    if not isinstance(snapshot.configmap, Observed):
        missing = bundle.observed(ca=held.ca, issuer=held.issuer, key=held.key, configmap_ca=bundle.EMPTY).missing
        return TrustBundle(ca=held.ca or bundle.EMPTY, issuer=held.issuer or bundle.EMPTY, key=held.key, missing=missing)
    other = configmap(snapshot)
    return bundle.observed(ca=held.ca, issuer=held.issuer, key=held.key, configmap_ca=other.ca if other else None)


def lacking(held: TrustBundle) -> tuple[str, ...]:
    """Which keys of the Secret are absent or empty: ("issuer.crt", "issuer.key")."""
    sizes = (("ca.crt", held.ca.size), ("issuer.crt", held.issuer.size), ("issuer.key", held.key.size if held.key else 0))
    return tuple(name for name, size in sizes if not size)


def roots(snapshot: Snapshot) -> tuple[Certificate, ...]:
    """The roots in force, each once: the Secret's, or the ConfigMap's when the Secret was not observed."""
    held = secret(snapshot) if isinstance(snapshot.secret, Observed) else configmap(snapshot)
    return read_by_dapr(held.ca if held else None, versions(snapshot))


def configmap_roots(snapshot: Snapshot) -> tuple[Certificate, ...]:
    """The roots that the control plane mounts (1.12 and later)."""
    held = configmap(snapshot)
    return read_by_dapr(held.ca if held else None, versions(snapshot))


def chain(snapshot: Snapshot) -> tuple[Certificate, ...]:
    """The issuer first, then the intermediates that sentry sends along; () when unknown or unreadable.

    The Secret's. While the Secret is not observed, what sentry shows (:func:`witness` names it).
    """
    found = _witness(snapshot)
    if found is not None:
        return found.chain
    held = trust_bundle(snapshot)
    if held is None:
        return ()
    return max((acceptance.judge_chain(held, version, snapshot.taken_at).chain for version in versions(snapshot)), key=len)


def witness(snapshot: Snapshot) -> str:
    """The pod of the sentry whose word on the chain is taken, "" when it is the Secret's, or nobody's."""
    found = _witness(snapshot)
    return found.pod if found is not None else ""


def served_bundle(snapshot: Snapshot) -> TrustBundle | None:
    """What sentry would read; while the Secret is not observed, the chain that it shows beside the ConfigMap's roots, without a key."""
    found, held = _witness(snapshot), configmap(snapshot)
    if found is None:
        return trust_bundle(snapshot)
    issuer = pem.of_certificates([one.der for one in found.chain])
    return TrustBundle(ca=(held.ca if held else None) or bundle.EMPTY, issuer=issuer, key=None)


def _witness(snapshot: Snapshot) -> Running | None:
    if isinstance(snapshot.secret, Observed):
        return None
    return live.first_to_end(live.sentries(snapshot, roots(snapshot)))


def anchors(document: PemDocument) -> tuple[Certificate, ...]:
    """The roots that a sidecar reads from its DAPR_TRUST_ANCHORS, each once."""
    return read_by_dapr(document, (NEWEST,))
