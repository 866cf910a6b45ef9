"""Both objects hold the new root alone. Only when every live pod trusts it, opt-outs, Jobs and bare pods included.

Pods that are being deleted call, and are called, until their grace period ends: they are waited for, a long while only when people say so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
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
LONGEST: Final = timedelta(hours=1)
"""So long a grace period is waited for without asking."""
BY_FORCE: Final = "Delete them by force, if they need not end in peace: `kubectl delete pod --force`."


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
    return _slow(sight, leaving) if leaving else None


def _slow(sight: Sight, leaving: Mapping[str, datetime]) -> Outcome:
    """They end by themselves, as far as anybody knows; of long waits, and those that the old CA does not outlive, people decide."""
    slow, before = _asked_about(sight, leaving)
    last, verb = max((slow or leaving).values()), phrases.verb(len(slow or leaving), "knows", "know")
    if slow:
        takes = phrases.verb(len(slow), "takes", "take")
        reason = f"{phrases.named(list(slow))} {takes} {phrases.left(last - sight.now)} more to end, and {verb} the old root only{before}."
        again = "Once they are gone, retry." if before else "Retry waits for them."
        return _held(list(slow), reason, f"{BY_FORCE} Or agree to lose them, by name. {again}")
    told = f"for {phrases.named(list(leaving))} to end, which {verb} the old root only (deleted by force, a pod ends at once)"
    return Waiting(told=told, until=last if last > sight.now else None)


def _asked_about(sight: Sight, leaving: Mapping[str, datetime]) -> tuple[dict[str, datetime], str]:
    """Which of them are not simply waited for, and why that may not help at all; "" when it does."""
    ends_at = sight.plan.expires_at
    behind = {name: at for name, at in leaving.items() if ends_at is not None and at > ends_at}
    if behind:
        return behind, "; the old CA ends before that"
    is_asked = sight.run.retried == DROP.id
    return {name: at for name, at in leaving.items() if at - sight.now > LONGEST and not is_asked}, ""


def _unagreed(sight: Sight, pods: Iterable[DaprPod]) -> list[DaprPod]:
    return [pod for pod in pods if not sight.trusts_new(pod) and _name(pod) not in sight.run.lost]


def _name(pod: DaprPod) -> str:
    return f"{pod.namespace}/{pod.name}"


def _held(names: list[str], reason: str, advice: str) -> Holding:
    return Holding(reason=reason, advice=advice, ways=(Way.RETRY, Way.LOSE, Way.REVERT), affected=tuple(names))


DROP = CourseStep(id="drop-old-root", look=look)
