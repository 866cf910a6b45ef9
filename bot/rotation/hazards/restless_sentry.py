"""Is a sentry about to read the two objects? Between the two writes it would find them unequal, and make a CA of its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.model import control_plane, phrases, trust
from bot.model.authorship import last_written_at
from bot.model.rotation import Force, Hazard, Kind
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "restless-sentry"
SETTLED_AFTER: Final = timedelta(minutes=10)
"""Since a start: one that ends again and again waits five minutes at most (Kubernetes' back-off)."""
RELOADED_AFTER: Final = timedelta(minutes=2)
"""Since a write of the Secret: kubelets bring it within 90 s, and sentry waits for 2 more."""


def look(situation: Situation) -> Iterator[Hazard]:
    """Nothing for a recovery or a restore: there the engine waits for the right moment itself."""
    if situation.kind is not Kind.CROSS_SIGNED:
        return
    snapshot = situation.snapshot
    sentry = control_plane.component(snapshot, control_plane.SENTRY)
    restless = [
        pod.name
        for pod in (sentry.pods if sentry else ())
        if not pod.ready or pod.waiting or (pod.started_at is not None and snapshot.taken_at - pod.started_at < SETTLED_AFTER)
    ]
    missing = sentry.desired - sentry.ready if sentry else 0
    if sentry and not sentry.desired:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact="Sentry is scaled to none, so nobody would sign with the new issuer",
            advice="Scale it up first, and let it run for ten minutes.",
        )
    elif restless or missing > 0:
        names = phrases.named(restless) if restless else phrases.count(missing, "replica")
        fact = f"Sentry does not rest: {names} not ready, or started less than {phrases.count(10, 'minute')} ago"
        yield Hazard(
            id=ID, force=Force.BLOCKS, fact=fact, advice="Let it run for ten minutes first; `/dapr diagnose sentry` tells why it does not."
        )
    held = trust.secret(snapshot)
    written_at = last_written_at(held.facts) if held else None
    if written_at is not None and snapshot.taken_at - written_at < RELOADED_AFTER:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact="The Secret was written less than two minutes ago: a reload of sentry may be on its way",
            advice="Wait for two minutes.",
        )


RESTLESS_SENTRY = HazardKind(id=ID, look=look)
