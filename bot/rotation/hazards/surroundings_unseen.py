"""Were workloads, budgets and quotas seen? Without them a plan goes by the pods alone, and assumes nothing good of the rest."""

from collections.abc import Iterator
from typing import Final

from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "surroundings-unseen"


def look(situation: Situation) -> Iterator[Hazard]:
    """Whatever the reason."""
    seen = situation.snapshot.surroundings
    if isinstance(seen, Unobserved):
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact="How workloads are replaced, and what may hold that up (disruption budgets, quotas, opt-outs, pauses), was not seen: "
            f"{seen.detail}",
            advice=seen.hint or "Add deploy/kustomize/components/planning to the bot's rights, and plan again.",
        )


SURROUNDINGS_UNSEEN = HazardKind(id=ID, look=look)
