"""An operator accepts the CA that the cluster has now. Only when no pod is stale, and only if it is still that CA."""

from dataclasses import dataclass

from bot.model.identity import ca_identity, why_not_acceptable
from bot.model.observed import Observed
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.ports import Clock, Observe, Store


@dataclass(frozen=True, slots=True)
class Accepted:
    """The CA of the cluster is now the accepted one."""

    ca: AcceptedCa


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Nothing was changed. ``reason``: why, and what to do."""

    reason: str


async def accept(observe: Observe, store: Store, clock: Clock, actor_id: str) -> Accepted | NotAccepted:
    """Look afresh, then compare-and-set. ``actor_id``: the Slack id that is remembered as the one who accepted."""
    snapshot = await observe()
    refusal = why_not_acceptable(snapshot)
    if refusal:
        return NotAccepted(refusal)
    before = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    ca = _as_accepted(snapshot, clock, actor_id)
    if ca is None:
        return NotAccepted("The cluster's CA cannot be read completely right now, so there is nothing to accept. Nothing was changed.")
    if before is not None and (before.roots, before.issuer) == (ca.roots, ca.issuer):
        return NotAccepted("This CA is the accepted one already. Nothing was changed.")
    if not await store.accept_ca(ca, expected=before):
        return NotAccepted("Somebody else decided a moment ago. Nothing was changed; look at the card again.")
    return Accepted(ca)


def _as_accepted(snapshot: Snapshot, clock: Clock, actor_id: str) -> AcceptedCa | None:
    identity = ca_identity(snapshot)
    if identity is None:
        return None
    roots, issuer = identity
    return AcceptedCa(roots=roots, issuer=issuer, accepted_at=clock.now(), accepted_by=actor_id)
