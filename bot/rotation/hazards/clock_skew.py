"""Do the bot's clock and the API server's agree? New certificates begin by the one, and are judged by clocks like the other."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.model.observed import Unobserved
from bot.model.rotation import Force, Hazard
from bot.model.vitals import MOST_SKEW
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation, standing

ID: Final = "clock-skew"


def look(situation: Situation) -> Iterator[Hazard]:
    """By the Date of an answer of the API server, less what the answer's way can explain."""
    seen = standing(situation.snapshot)
    if seen is None:
        return
    if isinstance(seen.skew, Unobserved):
        fact = f"Whether the bot's clock is right is not known: {seen.skew.detail}"
        yield Hazard(id=ID, force=Force.ASKS, fact=fact, advice=seen.skew.hint or "Compare the clocks by hand: NTP on the bot's node.")
        return
    ahead = seen.skew.value.ahead
    if abs(ahead) > MOST_SKEW:
        direction = "behind" if ahead > timedelta(0) else "ahead of"
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"The bot's clock is {abs(ahead).total_seconds():,.0f} s {direction} the API server's",
            advice="Mend NTP on the node of the bot and on those of the control plane, and plan again.",
        )


CLOCK_SKEW = HazardKind(id=ID, look=look)
