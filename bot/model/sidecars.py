"""Sidecars by their version: what sentry is asked for depends on it."""

from typing import Final

from bot.model import control_plane, workloads
from bot.model.observed import Observed
from bot.model.snapshot import DaprPod, Snapshot
from bot.model.versions import Version

ASKS_WITH_ED25519: Final = (1, 18)
"""From this minor version on a sidecar asks for its certificate with an Ed25519 key; an older sentry with an ECDSA issuer refuses that."""


def newer_than(snapshot: Snapshot, sentry: Version) -> list[tuple[DaprPod, Version]]:
    """Live pods whose sidecar has a later minor version, with that; tags that are no versions are not compared."""
    pods = workloads.live(snapshot.census.value) if isinstance(snapshot.census, Observed) else ()
    # Thousands of pods have a handful of versions.
    parsed = {text: control_plane.version(text) for text in {pod.daprd.version for pod in pods if pod.daprd is not None}}
    dated = [(pod, parsed[pod.daprd.version]) for pod in pods if pod.daprd is not None]
    return [
        (pod, version)
        for pod, version in dated
        if version is not None and not version.is_floating and version.number[:2] > sentry.number[:2]
    ]
