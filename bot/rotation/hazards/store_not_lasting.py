"""Does the bot's memory outlive its pod? What was begun and how it goes on stands there; a rotation must not forget itself."""

from collections.abc import Iterator
from typing import Final

from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, standing

ID: Final = "store-not-lasting"
MOUNT: Final = "Mount a PersistentVolumeClaim where DAPR_WARDEN_STORE is, as deploy/kustomize/base does, and plan again."


def look(situation: Situation) -> Iterator[Hazard]:
    """By what is mounted there. Outside of a pod a file stays where it is, also in a machine's main memory."""
    seen = standing(situation.snapshot)
    if seen is None:
        return
    for part in (seen.memory, seen.server):
        if isinstance(part, Unobserved):
            fact = f"Whether the bot's memory outlives its pod is not known: {part.detail}"
            yield Hazard(id=ID, force=Force.ASKS, fact=fact, advice=part.hint or MOUNT)
            return
    if isinstance(seen.memory, Unobserved) or isinstance(seen.server, Unobserved) or not seen.server.value.in_pod:
        return
    memory = seen.memory.value
    if memory.is_fleeting:
        fact = f"The bot's memory {memory.path} is on {memory.filesystem}, which is gone with its pod, and so would be a rotation under way"
        yield Hazard(id=ID, force=Force.BLOCKS, fact=fact, advice=MOUNT)
    elif not memory.filesystem:
        fact = f"What the bot's memory {memory.path} lies on could not be told, so nobody knows whether it outlives its pod"
        yield Hazard(id=ID, force=Force.ASKS, fact=fact, advice=MOUNT)


STORE_NOT_LASTING = HazardKind(id=ID, look=look)
