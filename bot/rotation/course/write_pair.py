"""Both objects hold the new pair: every root and the new issuer behind its cross-certificate, or the new CA alone."""

from bot.rotation import quiet
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Outcome, WritePair
from bot.rotation.sight import Sight


def look(sight: Sight, step: str) -> Outcome:
    """Written in a moment in which no sentry starts or reloads."""
    if sight.holds(sight.target):
        return Done("ConfigMap and Secret hold it")
    effect = WritePair(sight.target, before=quiet.over_at(sight))
    return quiet.obstacle(sight, step) or Doing(effect, "writing the ConfigMap, then the Secret")


WRITE_PAIR = CourseStep(id="write-pair", look=look)
