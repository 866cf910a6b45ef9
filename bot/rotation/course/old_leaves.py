"""No certificate of the old issuer lives: the last one ends so long after the last sentry was seen on the new issuer."""

from bot.model.rotation import WAIT
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Done, Outcome, Waiting
from bot.rotation.sight import Sight


def look(sight: Sight, _: str) -> Outcome:
    """By the clock: a certificate that was handed out is accepted until it ends, whoever holds it."""
    until = sight.run.done.get("sentry", sight.now) + sight.plan.leaves_for
    if sight.now >= until:
        return Done("the last of them has ended")
    return Waiting(told="for the last certificates of the old issuer to end; every pod reaches every other meanwhile", until=until)


OLD_LEAVES = CourseStep(id=WAIT, look=look)
