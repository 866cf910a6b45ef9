"""What is asked once more right before the first write, before old certificates count as ended, and before the old root goes. Pure.

Clocks and approvers are no part of a look at the cluster; they are asked for only where :func:`asks` says so.
"""

from bot.model.rotation import WAIT
from bot.model.run import APPROVAL
from bot.model.trust_pair import NEW
from bot.rotation.going import Next
from bot.rotation.outcome import Doing, Done, Holding, Voiding, WritePair
from bot.rotation.sight import Sight


def is_first_write(found: Next, sight: Sight) -> bool:
    """Whether this would be the first write to the two objects."""
    return _writes(found) and not sight.run.has_written


def asks(found: Next, sight: Sight) -> bool:
    """Whether approvers and clock matter for what would be done now."""
    return is_first_write(found, sight) or _drops(found) or _ends_wait(found)


def judged(found: Next, sight: Sight, *, lapsed: str, skewed: str) -> Next:
    """What becomes of it. ``lapsed``: why its approval does not hold any more; ``skewed``: why no clock is to be relied on; else ""."""
    if is_first_write(found, sight):
        return Next(found.step, Voiding(lapsed)) if lapsed else found
    if skewed and (_drops(found) or _ends_wait(found)):
        return Next(found.step, _skewed(sight, skewed))
    return Next(APPROVAL, _lapsed(sight, lapsed)) if lapsed and _drops(found) else found


def _writes(found: Next) -> bool:
    return isinstance(found.outcome, Doing) and isinstance(found.outcome.effect, WritePair)


def _drops(found: Next) -> bool:
    return found.step == "drop-old-root" and isinstance(found.outcome, Doing) and found.outcome.effect == WritePair(NEW)


def _ends_wait(found: Next) -> bool:
    return found.step == WAIT and isinstance(found.outcome, Done)


def _skewed(sight: Sight, skewed: str) -> Holding:
    return Holding(
        reason=f"{skewed} Nobody can tell whether every old certificate has ended.",
        advice="Set the clock of the bot's node right, then retry: the wait is reckoned anew. Every pod reaches every other meanwhile.",
        ways=sight.ways_out,
    )


def _lapsed(sight: Sight, lapsed: str) -> Holding:
    return Holding(
        reason=f"The old root is not dropped: {lapsed}.",
        advice="Retry by an approver counts as their approval. Every pod reaches every other meanwhile.",
        ways=sight.ways_out,
    )
