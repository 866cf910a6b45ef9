"""An operator accepts the CA that the cluster has now. Only when no pod is stale, and only if it is still that CA."""

from dataclasses import dataclass

from bot.model.identity import UNREADABLE, binding, ca_identity, why_not_acceptable
from bot.model.observed import Observed
from bot.model.snapshot import AcceptedCa
from bot.ports import Clock, Observe, Store

ANOTHER = "The CA is another one by now than the one that was shown to you. Nothing was changed; look at the card again."
ALREADY = "This CA is the accepted one already. Nothing was changed."
OUTRUN = "Somebody else decided a moment ago. Nothing was changed; look at the card again."


@dataclass(frozen=True, slots=True)
class Accepted:
    """The CA of the cluster is now the accepted one."""

    ca: AcceptedCa


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Nothing was changed. ``reason``: why, and what to do."""

    reason: str


async def accept(observe: Observe, store: Store, clock: Clock, actor_id: str, meant: str) -> Accepted | NotAccepted:
    """Look afresh, then compare-and-set.

    ``actor_id``: the Slack id that is remembered as the one who accepted; ``meant``: binding of the CA that they were shown.
    """
    snapshot = await observe()
    refusal = why_not_acceptable(snapshot)
    identity = ca_identity(snapshot)
    if refusal or identity is None:
        return NotAccepted(refusal or UNREADABLE)
    if binding(identity) != meant:
        return NotAccepted(ANOTHER)
    before = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    roots, issuer = identity
    ca = AcceptedCa(roots=roots, issuer=issuer, accepted_at=clock.now(), accepted_by=actor_id)
    if before is not None and (before.roots, before.issuer) == identity:
        return NotAccepted(ALREADY)
    if not await store.accept_ca(ca, expected=before):
        return NotAccepted(OUTRUN)
    return Accepted(ca)
