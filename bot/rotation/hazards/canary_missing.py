"""Is there a canary? It is the first pod with the new CA; without it the first is somebody's application."""

from collections.abc import Iterator
from typing import Final

from bot.model import kubectl
from bot.model.rotation import Force, Hazard, Kind
from bot.model.workloads import owner
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, pods, standing

ID: Final = "canary-missing"


def look(situation: Situation) -> Iterator[Hazard]:
    """By the pods of the cluster. A recovery mends pods without a sidecar, also this one."""
    seen = standing(situation.snapshot)
    if seen is None:
        return
    found = [pod for pod in pods(situation.snapshot) if owner(pod) == seen.canary]
    if not found:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"There is no pod with Dapr of the canary {seen.canary}",
            advice="Add deploy/kustomize/components/rotation to the bot's kustomization, which has one, or name yours in "
            "DAPR_WARDEN_CANARY; then plan again.",
        )
    elif situation.kind is not Kind.RECOVERY and all(pod.daprd is None for pod in found):
        restart = kubectl.restart_all(seen.canary.namespace, [(seen.canary.kind, seen.canary.name)])
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"The canary {seen.canary} runs without its sidecar",
            advice=f"Recreate it ({restart}), and plan again; `/dapr diagnose` tells why a pod gets no sidecar.",
        )


CANARY_MISSING = HazardKind(id=ID, look=look)
