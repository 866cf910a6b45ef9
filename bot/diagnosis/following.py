"""What follows from what: ids of causes that are not told on their own beside the cause behind them."""

from typing import Final

from bot.diagnosis.clues import Clues
from bot.model import control_plane

SIDECAR: Final = ("sidecar-times-out", "sidecar-crashes", "sidecar-not-ready", "pod-not-ready")
"""What a sidecar and its pod do when it gets no certificate or is not trusted."""

DISTRUST: Final = (
    *SIDECAR,
    "certificate-expired",
    "control-plane-not-restarted",
    "sidecar-untrusted",
    "sentry-unreachable",
    "clock-skew",
    "logs-unexplained",
)
"""The same, and what logs tell when certificates are not accepted."""

NO_CA: Final = (*DISTRUST, "stale-trust", "callers-stale", "sidecar-missing", "issuer-not-loaded", "other-complaint")
"""The same, and what else is of no weight while no certificate holds."""

FOREIGN: Final = frozenset(("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"))
"""Reasons for which a part of the control plane is down that a broken CA never has."""


def downtime(clues: Clues) -> tuple[str, ...]:
    """The control plane is down because of the CA, unless one of its pods has a reason of its own."""
    parts = control_plane.components(clues.snapshot)
    has_other_reason = any(one.desired == 0 or any(pod.waiting in FOREIGN for pod in one.pods) for one in parts)
    return () if has_other_reason else ("control-plane-unready",)
