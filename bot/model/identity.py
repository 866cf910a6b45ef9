"""Which CA is this, and may a person accept it? Accepting only ever changes the bot's memory, never the cluster."""

from collections.abc import Sequence
from hashlib import sha256

from bot.model import prognosis, trust, workloads
from bot.model.observed import Observed
from bot.model.snapshot import AcceptedCa, DaprPod, Snapshot
from bot.model.staleness import Basis, staleness

BINDING_LENGTH = 32
FIRST_SIGHT = "first sight"
"""Who accepted the CA that stood there when the bot came."""
Identity = tuple[tuple[str, ...], str]

UNREADABLE = "The cluster's CA cannot be read completely right now, so there is nothing to accept. Nothing was changed."
DOOMED = "Sentry would not keep this CA over its next start (see {owner}): mend that first. Nothing was changed."
BLIND = "The pods cannot be seen right now, so nobody knows whether all of them trust this CA. Nothing was changed."
UNPROVEN = "What sentry serves leads to no root of the bundle, so no pod can be shown to trust it. Nothing was changed."
STALE = "This CA is not trusted by {pods} yet: recreate them, or restore the accepted CA. Nothing was changed."


def ca_identity(snapshot: Snapshot) -> Identity | None:
    """SHA-256 of the roots, sorted, and of the issuer ("" when the Secret is not read by choice). None: not seen completely."""
    roots = tuple(sorted(root.fingerprint for root in trust.roots(snapshot)))
    if not roots:
        return None
    if not isinstance(snapshot.secret, Observed):
        return (roots, "") if snapshot.secret.by_choice else None
    chain = trust.chain(snapshot)
    return (roots, chain[0].fingerprint) if chain else None


def binding(identity: Identity) -> str:
    """Digest of a CA: a decision made on what somebody saw holds for this CA and no other. No secret, no proof."""
    roots, issuer = identity
    return sha256("\n".join((*roots, "", issuer)).encode()).hexdigest()[:BINDING_LENGTH]


def is_same(identity: Identity, accepted: AcceptedCa) -> bool:
    """Whether this is the accepted CA. An issuer that one side does not know is taken for equal."""
    roots, issuer = identity
    return roots == accepted.roots and (not issuer or not accepted.issuer or issuer == accepted.issuer)


def lost_by_change(snapshot: Snapshot, stale: Sequence[DaprPod]) -> tuple[DaprPod, ...]:
    """Those of the stale pods that trust a root of the accepted CA: the change of the CA, which has a card of its own, lost them."""
    accepted = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    identity = ca_identity(snapshot)
    if accepted is None or identity is None or identity[0] == accepted.roots or not isinstance(snapshot.census, Observed):
        return ()
    wanted = set(accepted.roots)
    texts = snapshot.census.value.anchors
    hit = {key for key, text in texts.items() if any(root.fingerprint in wanted for root in trust.anchors(text))}
    return tuple(pod for pod in stale if pod.daprd is not None and pod.daprd.anchors in hit)


def why_not_acceptable(snapshot: Snapshot) -> str:
    """Why a person may not accept the CA that is there now, "" when they may."""
    if ca_identity(snapshot) is None:
        return UNREADABLE
    expected = prognosis.prognosis(snapshot)
    if expected.is_trouble:
        return DOOMED.format(owner=expected.owner)
    if not isinstance(snapshot.census, Observed):
        return BLIND
    found = staleness(snapshot)
    if found.basis is Basis.NOTHING:
        return UNPROVEN
    return STALE.format(pods=workloads.summary(found.stale)) if found.stale else ""
