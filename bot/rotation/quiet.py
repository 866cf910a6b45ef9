"""When both objects may be written: between the two writes a sentry that starts or reloads finds them unequal, and makes its own CA.

Not a step; steps that write ask it.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.model import control_plane, phrases
from bot.model.rotation import Kind
from bot.model.snapshot import ComponentPod
from bot.rotation.outcome import Holding, Waiting
from bot.rotation.sight import Sight

PATIENCE: Final = timedelta(minutes=10)
LEFT: Final = timedelta(seconds=10)
"""So long at least before a sentry starts again, at the look."""
STILL_LEFT: Final = timedelta(seconds=5)
"""So long at least when the first object is written: a look, and a rehearsal, may take their time."""
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(minutes=5)


def obstacle(sight: Sight, step: str) -> Waiting | Holding | None:
    """None: now. In a recovery sentries crash: then each must be far from its next start (kubelet: 10 s, doubled, 5 min at most)."""
    sentry = sight.component(control_plane.SENTRY)
    if sentry is None:
        return Holding(reason="There is no sentry any more.", advice="Bring its Deployment back, then retry.")
    may_crash = sight.run.kind is not Kind.CROSS_SIGNED
    restless = [pod for pod in sentry.pods if not (_rests(pod) or (may_crash and _is_far(pod, sight.now)))]
    is_rolling = not may_crash and (not sight.is_settled(sight.workload(sentry)) or len(sentry.pods) != sentry.desired)
    if not restless and not is_rolling:
        return None
    who = phrases.named([pod.name for pod in restless]) if restless else "its rollout"
    if sight.in_step(step) > PATIENCE:
        return Holding(
            reason=f"Sentry does not rest ({who}), so the two objects cannot be written safely.",
            advice="`/dapr diagnose sentry` tells why. Retry once it runs.",
        )
    return Waiting(told=f"for a moment in which no sentry starts ({who})")


def over_at(sight: Sight) -> datetime | None:
    """When such a moment is over, as a sentry that crashes starts again; None where none does."""
    sentry = sight.component(control_plane.SENTRY)
    starts = [at for pod in sentry.pods if not _rests(pod) and (at := _starts_at(pod)) is not None] if sentry is not None else []
    return min(starts) - STILL_LEFT if starts else None


def _rests(pod: ComponentPod) -> bool:
    return pod.ready and not pod.waiting


def _is_far(pod: ComponentPod, now: datetime) -> bool:
    at = _starts_at(pod)
    return at is not None and at - now >= LEFT


def _starts_at(pod: ComponentPod) -> datetime | None:
    """Again, as the kubelet counts; None where it does not wait."""
    if not pod.waiting or pod.ended_at is None:
        return None
    return pod.ended_at + min(FIRST_WAIT * int(2 ** min(max(pod.restarts - 1, 0), 10)), LONGEST_WAIT)
