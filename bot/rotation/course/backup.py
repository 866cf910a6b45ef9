"""The present pair is kept, sealed, and opens again. Where there is nothing to cross-sign, all pairs of the run are laid beside it."""

from bot.model.rotation import Kind
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, KeepBackup, Outcome, Stage
from bot.rotation.sight import Sight


def look(sight: Sight, _: str) -> Outcome:
    """What is there in a recovery is dead, in a restore foreign: it is laid beside the new pair, and the last good one stays kept."""
    kind = sight.run.kind
    if kind is Kind.CROSS_SIGNED and KeepBackup.id not in sight.run.effects:
        return Doing(KeepBackup(), "keeping the present pair, sealed")
    if kind is not Kind.CROSS_SIGNED and not sight.run.pairs:
        return Doing(Stage(), "laying the new pair beside it, sealed")
    return Done("kept, and it opens")


BACKUP = CourseStep(id="backup", look=look)
