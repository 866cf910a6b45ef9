"""Do sidecars ask for what this sentry does not sign? They run on old certificates now; once recreated they never start."""

from collections.abc import Iterator
from typing import Final

from bot.model import control_plane, phrases
from bot.model.rotation import Force, Hazard
from bot.model.sidecars import ASKS_WITH_ED25519, newer_than
from bot.model.workloads import summary
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "newer-sidecars"


def look(situation: Situation) -> Iterator[Hazard]:
    """Sidecars of 1.18 and later ask with an Ed25519 key; a sentry before it signs that with an Ed25519 issuer only, and ours is ECDSA."""
    known = [one for one in control_plane.sentry_versions(situation.snapshot) if not one.is_floating]
    if not known or known[0].number[:2] >= ASKS_WITH_ED25519:
        return
    refused = [pod for pod, version in newer_than(situation.snapshot, known[0]) if version.number[:2] >= ASKS_WITH_ED25519]
    if refused:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"{summary(refused)} {phrases.verb(len(refused), 'has', 'have')} a sidecar of 1.18 or later, and sentry is {known[0]}: "
            f"recreated, {phrases.verb(len(refused), 'it', 'they')} would never start",
            advice="Upgrade the control plane first, or give these pods the sidecar of its version (annotation dapr.io/sidecar-image).",
            affected=tuple(sorted({f"{pod.namespace}/{pod.app_id}" for pod in refused})),
        )


NEWER_SIDECARS = HazardKind(id=ID, look=look)
