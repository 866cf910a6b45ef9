"""Who does not trust the old CA any more? Cross-signing keeps those who do; these are lost already."""

from collections.abc import Iterator
from typing import Final

from bot.model import identity, phrases, staleness
from bot.model.rotation import Force, Hazard, Kind
from bot.model.workloads import summary
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, pods

ID: Final = "stale-already"


def look(situation: Situation) -> Iterator[Hazard]:
    """Some are mended by their wave. When none trusts it, or somebody replaced the accepted CA, there is nothing to be gentle with."""
    if situation.kind is not Kind.CROSS_SIGNED:
        return
    snapshot = situation.snapshot
    found = staleness.staleness(snapshot)
    lost = (*found.stale, *found.unreadable)
    if not lost:
        return
    replaced = bool(identity.lost_by_change(snapshot, lost))
    everybody = len(lost) == sum(pod.daprd is not None for pod in pods(snapshot))
    blocks = replaced or everybody
    before = "The CA was replaced: " if replaced else ""
    yield Hazard(
        id=ID,
        force=Force.BLOCKS if blocks else Force.ASKS,
        fact=f"{before}{summary(lost)} {phrases.verb(len(lost), 'trusts', 'trust')} another CA than the present one",
        advice="Restore the accepted CA, or recreate these pods, first: docs/checks.md#ca-changed and docs/checks.md#stale-pods"
        if blocks
        else "Their wave mends them, and cuts those that are recreated off from those that are not yet; /dapr check stale-pods names them.",
        affected=tuple(sorted({f"{pod.namespace}/{pod.app_id}" for pod in lost})),
    )


STALE_ALREADY = HazardKind(id=ID, look=look)
