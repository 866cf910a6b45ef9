"""Both objects hold the new root alone. Only when every live pod trusts it, opt-outs, Jobs and bare pods included.

Pods that are being deleted call, and are called, until their grace period ends: they are waited for.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.run import Way
from bot.model.snapshot import DaprPod
from bot.model.trust_pair import NEW
from bot.rotation import quiet
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Holding, Outcome, Waiting, WritePair
from bot.rotation.sight import Sight

PATIENCE: Final = timedelta(minutes=10)
"""With a pod that is there although its grace period is over."""


def look(sight: Sight, step: str) -> Outcome:
    """Pods that somebody agreed to lose do not count, by name; whatever came since does."""
    if sight.holds(NEW):
        return Done("ConfigMap and Secret hold the new CA alone")
    lost = None if sight.run.pair == NEW else _lost(sight) or _leaving(sight)
    return lost or quiet.obstacle(sight, step) or Doing(WritePair(NEW), "writing the ConfigMap, then the Secret")


def _lost(sight: Sight) -> Holding | None:
    names = [_name(pod) for pod in _unagreed(sight, sight.everybody)]
    if not names:
        return None
    verb = "does" if len(names) == 1 else "do"
    reason = f"{phrases.named(names)} {verb} not trust the new root yet: without the old one nobody reaches them."
    return _held(names, reason, "Recreate them, then retry. Or agree to lose them, by name.")


def _leaving(sight: Sight) -> Outcome | None:
    """None: none that would lose anybody. They end by themselves; one that does not is for people."""
    leaving = {_name(pod): pod.ends_at for pod in _unagreed(sight, sight.leaving) if pod.ends_at is not None}
    stuck = [name for name, at in leaving.items() if sight.now - at > PATIENCE]
    if stuck:
        minutes = phrases.count(PATIENCE // timedelta(minutes=1), "minute")
        verb = "knows" if len(stuck) == 1 else "know"
        reason = f"{phrases.named(stuck)} should have ended more than {minutes} ago, and {verb} the old root only."
        return _held(
            stuck, reason, "Is the node away, or does a finalizer keep it? Once it is gone, retry. Or agree to lose them, by name."
        )
    if not leaving:
        return None
    last, verb = max(leaving.values()), "knows" if len(leaving) == 1 else "know"
    told = f"for {phrases.named(list(leaving))} to end, which {verb} the old root only"
    return Waiting(told=told, until=last if last > sight.now else None)


def _unagreed(sight: Sight, pods: Iterable[DaprPod]) -> list[DaprPod]:
    return [pod for pod in pods if not sight.trusts_new(pod) and _name(pod) not in sight.run.lost]


def _name(pod: DaprPod) -> str:
    return f"{pod.namespace}/{pod.name}"


def _held(names: list[str], reason: str, advice: str) -> Holding:
    return Holding(reason=reason, advice=advice, ways=(Way.RETRY, Way.LOSE, Way.REVERT), affected=tuple(names))


DROP = CourseStep(id="drop-old-root", look=look)
