"""Which pods do not trust the CA that sentry serves? They verify nobody, and nobody can verify them once their certificate is renewed.

daprd gets its roots once, at admission; so whoever was admitted before a change of the CA keeps the old ones until recreated.
"""

import enum
from collections.abc import Callable, Mapping, Sequence

import msgspec

from bot.model import live, reliance, trust
from bot.model.certificate import Certificate
from bot.model.observed import Observed, Unobserved
from bot.model.prognosis import UNLOADABLE, Outcome, prognosis
from bot.model.snapshot import DaprPod, PodCensus, Snapshot


class Basis(enum.Enum):
    """By what pods were judged. ``CHAIN`` is the Secret's; ``SHOWN`` stands in for it while the Secret was not observed.

    ``NOTHING``: what sentry serves is not known, or leads to no root at all.
    """

    CHAIN = "the chain that sentry serves"
    SHOWN = "the chain that sentry shows"
    CONFIGMAP = "the ConfigMap's roots"
    NOTHING = "nothing"


class Staleness(msgspec.Struct, frozen=True):
    """Live pods with a sidecar: the ``stale`` ones, and those whose roots cannot be read (``unreadable``)."""

    basis: Basis
    stale: tuple[DaprPod, ...] = ()
    unreadable: tuple[DaprPod, ...] = ()


def staleness(snapshot: Snapshot) -> Staleness:
    """Judged once per distinct DAPR_TRUST_ANCHORS. Pods that were not observed are judged like none."""
    census = snapshot.census.value if isinstance(snapshot.census, Observed) else PodCensus(pods=())
    groups = reliance.by_anchors(census)
    held = {key: trust.anchors(census.anchors[key]) if key in census.anchors else () for key in groups}
    basis, trusts = _judge(snapshot)
    return Staleness(
        basis,
        stale=_pods(groups, [key for key, roots in held.items() if roots and trusts is not None and not trusts(roots)]),
        unreadable=_pods(groups, [key for key, roots in held.items() if not roots]),
    )


def lost_by_what_runs(snapshot: Snapshot) -> tuple[DaprPod, ...]:
    """Live pods that trust nothing of what sentries show in a handshake, whatever the Secret holds; () when no issuer was shown."""
    known = (*trust.chain(snapshot), *trust.roots(snapshot))
    chains = [one.chain for one in live.sentries(snapshot, known) if one.chain]
    if not chains or not isinstance(snapshot.census, Observed):
        return ()
    groups = reliance.by_anchors(snapshot.census.value)
    held = {key: trust.anchors(text) for key, text in snapshot.census.value.anchors.items() if key in groups}
    return _pods(groups, [key for key, roots in held.items() if roots and not any(reliance.paths(chain, roots) for chain in chains)])


def _judge(snapshot: Snapshot) -> tuple[Basis, Callable[[Sequence[Certificate]], bool] | None]:
    chain, roots = trust.chain(snapshot), trust.roots(snapshot)
    if isinstance(snapshot.secret, Unobserved) and chain and reliance.paths(chain, roots):
        return Basis.SHOWN, lambda held: bool(reliance.paths(chain, held))
    if isinstance(snapshot.secret, Unobserved) and roots:
        wanted = _names(roots)
        return Basis.CONFIGMAP, lambda held: bool(wanted & _names(held))
    expected = prognosis(snapshot)
    unserved = expected.outcome is Outcome.REFUSES and expected.owner == UNLOADABLE
    if not chain or unserved or not reliance.paths(chain, roots):
        return Basis.NOTHING, None
    return Basis.CHAIN, lambda held: bool(reliance.paths(chain, held))


def _names(roots: Sequence[Certificate]) -> set[tuple[str, str]]:
    return {(root.subject, root.key_sha256) for root in roots}


def _pods(groups: Mapping[str, Sequence[DaprPod]], keys: Sequence[str]) -> tuple[DaprPod, ...]:
    return tuple(pod for key in keys for pod in groups[key])
