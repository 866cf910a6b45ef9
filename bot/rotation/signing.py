"""Does every sentry sign with the issuer that the Secret holds? Asked after each write; steps that need it ask it here."""

from datetime import timedelta
from typing import Final

from bot.model import control_plane, phrases
from bot.model.snapshot import Component
from bot.rotation.outcome import Doing, Done, Holding, Outcome, Restart, Retreating, Waiting
from bot.rotation.sight import Sight
from bot.rotation.steps import RELOAD

PATIENCE: Final = timedelta(minutes=8)
DOWN_FOR: Final = timedelta(seconds=90)
"""A sentry that was restarted, and is not ready for so long, does not load what it found."""


def look(sight: Sight, step: str, *, at_once: bool = False, alone: bool = False) -> Outcome:
    """Seen at each replica. A sentry that does not reload by itself is rolled out anew, pod by pod.

    ``at_once``: kubelets are not waited for. ``alone``: the old chain is no longer sent along.
    """
    sentry = sight.component(control_plane.SENTRY)
    if sentry is None:
        return Holding(reason="There is no sentry any more.", advice="Bring its Deployment back, then retry.")
    if not sentry.desired:
        return Holding(reason="Sentry is scaled to none.", advice="Scale it up, then retry.")
    late = _late(sight, sentry, alone=alone)
    if not late and len(sentry.pods) == sentry.desired and sight.is_settled(sight.workload(sentry)):
        return Done(f"{phrases.count(sentry.desired, 'sentry pod')} with issuer {sight.wanted_issuer[:8]}")
    restart = Restart((sight.workload(sentry),), sight.mark(f"{step}/sentry"))
    restarted = sight.since(restart.id)
    told = f"for {phrases.named(late)} to load the new pair" if late else "for sentry's rollout"
    if restarted is None:
        written = sight.since(f"write-pair {sight.run.pair}") or timedelta()
        if at_once or written > RELOAD:
            return Doing(restart, "sentry is restarted pod by pod")
        return Waiting(told=told, done=sentry.desired - len(late), of=sentry.desired)
    # Whoever says to try again gives it its whole time again.
    restarted = min(restarted, sight.in_step(step))
    return _restarted(sight, sentry, late, restarted) or Waiting(told=told, done=max(sentry.desired - len(late), 0), of=sentry.desired)


def _late(sight: Sight, sentry: Component, *, alone: bool) -> list[str]:
    found: list[str] = []
    for pod in sentry.pods:
        shown = sight.shown.get(pod.name)
        is_alone = not alone or (shown is not None and len(shown.chain) == 1)
        if not pod.ready or sight.issuer_of(pod) != sight.wanted_issuer or not is_alone:
            found.append(pod.name)
    return found


def _nobody_loads(sight: Sight, sentry: Component) -> bool:
    """Seen at each: it is not ready, or shows another issuer. One that shows nothing is not known to."""
    return bool(sentry.pods) and all(not pod.ready or sight.issuer_of(pod) not in ("", sight.wanted_issuer) for pod in sentry.pods)


def _restarted(sight: Sight, sentry: Component, late: list[str], restarted: timedelta) -> Outcome | None:
    is_down = bool(sentry.pods) and restarted > DOWN_FOR and not any(pod.ready for pod in sentry.pods)
    if is_down and sight.can_retreat:
        return Retreating("No sentry starts with the new pair.")
    if restarted > PATIENCE and sight.can_retreat and _nobody_loads(sight, sentry):
        return Retreating("No sentry loads the new pair.")
    if is_down or restarted > PATIENCE:
        silent = [f"{pod}: {why}" for pod in late if (why := sight.silent(pod))]
        seen = f" ({phrases.named(silent)})" if silent else ""
        who = phrases.named(late) or "its rollout hangs"
        return Holding(
            reason=f"Sentry does not sign with issuer {sight.wanted_issuer[:8]} everywhere: {who}{seen}.",
            advice="`/dapr diagnose sentry` tells why. Retry restarts nothing by itself: it looks again.",
            ways=sight.ways_out,
            affected=tuple(late),
        )
    return None
