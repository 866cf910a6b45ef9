"""May the bot do what a rotation needs? A right that is missing would show in the middle of it."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases
from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, standing

ID: Final = "not-allowed"


def look(situation: Situation) -> Iterator[Hazard]:
    """As the API server answers for each (SelfSubjectAccessReview). It answers for RBAC, not for admission."""
    seen = standing(situation.snapshot)
    if seen is None:
        return
    if isinstance(seen.rights, Unobserved):
        fact = f"Whether the bot may do what a rotation needs is not known: {seen.rights.detail}"
        yield Hazard(id=ID, force=Force.ASKS, fact=fact, advice=seen.rights.hint or "Plan again.")
        return
    missing = tuple(one for one in seen.rights.value if not one.allowed)
    if missing:
        files = phrases.listed(list(dict.fromkeys(one.file for one in missing)))
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"The bot lacks {len(missing)} of {phrases.count(len(seen.rights.value), 'right')} that a rotation needs",
            advice=f"Add {files} to the bot's kustomization, apply it, and plan again.",
            affected=tuple(one.words for one in missing),
        )


NOT_ALLOWED = HazardKind(id=ID, look=look)
