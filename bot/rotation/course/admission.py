"""A pod that starts now gets the new root: both caBundles hold it, and a canary that is admitted afterwards shows it.

The canary is what counts: from Dapr 1.16 on an injector misses every change of its roots but the first, while its caBundle looks right.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.model import control_plane
from bot.model.observed import Observed, Part
from bot.model.snapshot import CaBundle, DaprPod
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Holding, Outcome, Restart, Waiting
from bot.rotation.sight import Sight, fingerprints

PATIENCE: Final = timedelta(minutes=5)
PLACEHOLDER: Final = "replaceme"


def look(sight: Sight, step: str) -> Outcome:
    """First the caBundles, by which the API server trusts the injector, then the canary."""
    lacking = list(_lacking(sight))
    if lacking:
        return _late(sight, step, f"The caBundle of {' and of '.join(lacking)} does not hold the new root.") or Waiting(
            told=f"for the caBundle of {' and of '.join(lacking)}"
        )
    if not sight.pods_of(sight.canary):
        return _missing(sight, step)
    restart = Restart((sight.canary,), sight.mark(f"{step}-{_newest_injector(sight)}"))
    if sight.since(restart.id) is None:
        return Doing(restart, "the canary is restarted")
    fresh = list(_fresh(sight))
    if any(pod.daprd is None for pod in fresh):
        return _held(sight, "A pod that was just admitted has no sidecar: the API server does not reach or trust the injector.")
    if fresh and all(sight.trusts_new(pod) for pod in fresh) and len(fresh) == len(sight.pods_of(sight.canary)):
        return Done(f"caBundles and {fresh[0].name} show root {sight.bound.root[:8]}")
    wrong = [pod.name for pod in fresh if not sight.trusts_new(pod)]
    said = f"{wrong[0]} was admitted with the old roots." if wrong else f"The canary {sight.canary} does not come back."
    return _late(sight, step, said) or Waiting(told=f"for the canary {sight.canary}")


def _lacking(sight: Sight) -> Iterator[str]:
    named: tuple[tuple[str, Part[CaBundle | None]], ...] = (
        ("the injector's webhook", sight.snapshot.webhook),
        ("the Subscription CRD", sight.snapshot.crd),
    )
    for what, seen in named:
        found = seen.value if isinstance(seen, Observed) else None
        if found is None:
            if what != "the Subscription CRD":
                yield what
        elif found.service_namespace != PLACEHOLDER and sight.bound.root not in (fingerprints(found.bundle) if found.bundle else ()):
            yield what


def _newest_injector(sight: Sight) -> str:
    """When the newest injector was created: whoever comes after it has to be seen again."""
    injector = sight.component(control_plane.INJECTOR)
    born = [pod.created_at for pod in (injector.pods if injector else ()) if pod.created_at is not None]
    return f"{max(born):%H%M%S}" if born else "0"


def _fresh(sight: Sight) -> Iterator[DaprPod]:
    """Pods of the canary that were created after the newest injector."""
    injector = sight.component(control_plane.INJECTOR)
    born = [pod.created_at for pod in (injector.pods if injector else ()) if pod.created_at is not None]
    for pod in sight.pods_of(sight.canary):
        if pod.created_at is not None and (not born or pod.created_at >= max(born)):
            yield pod


def _missing(sight: Sight, step: str) -> Outcome:
    if sight.in_step(step) <= PATIENCE:
        return Waiting(told=f"for the canary {sight.canary}")
    return _held(sight, f"The canary {sight.canary} has no pod, so nobody sees what a pod is given that starts now.")


def _late(sight: Sight, step: str, reason: str) -> Holding | None:
    return _held(sight, reason) if sight.in_step(step) > PATIENCE else None


def _held(sight: Sight, reason: str) -> Holding:
    return Holding(
        reason=reason,
        advice="No application is restarted before this holds. `/dapr diagnose sidecar-injector` tells more; retry looks again.",
        ways=sight.ways_out,
    )


ADMISSION = CourseStep(id="admission", look=look)
