"""Both objects hold the new root alone. Only when every live pod trusts it, opt-outs, Jobs and bare pods included."""

from bot.model import phrases
from bot.model.run import Way
from bot.model.trust_pair import NEW
from bot.rotation import quiet
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Holding, Outcome, WritePair
from bot.rotation.sight import Sight


def look(sight: Sight, step: str) -> Outcome:
    """Pods that somebody agreed to lose do not count, by name; whatever came since does."""
    if sight.holds(NEW):
        return Done("ConfigMap and Secret hold the new CA alone")
    if sight.run.pair != NEW:
        lost = [f"{pod.namespace}/{pod.name}" for pod in sight.everybody if not sight.trusts_new(pod)]
        unagreed = [name for name in lost if name not in sight.run.lost]
        if unagreed:
            return _held(unagreed)
    return quiet.obstacle(sight, step) or Doing(WritePair(NEW), "writing the ConfigMap, then the Secret")


def _held(names: list[str]) -> Holding:
    verb = "does" if len(names) == 1 else "do"
    return Holding(
        reason=f"{phrases.named(names)} {verb} not trust the new root yet: without the old one nobody reaches them.",
        advice="Recreate them, then retry. Or agree to lose them, by name.",
        ways=(Way.RETRY, Way.LOSE, Way.REVERT),
        affected=tuple(names),
    )


DROP = CourseStep(id="drop-old-root", look=look)
