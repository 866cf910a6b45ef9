"""The table: every signature as a value, one module per group in ``bot.diagnosis.table``. A house test holds them to their rules."""

from collections.abc import Mapping
from typing import Final

from bot.diagnosis.signature import Group, Signature
from bot.diagnosis.table import (
    ca_lost,
    control_plane,
    expiry_warning,
    kubernetes,
    others,
    reasons,
    red_herrings,
    sentry_denies,
    sentry_reads,
    sentry_refuses,
    sidecar_identity,
    sidecar_links,
    state,
    webhook,
)

GROUPS: Final[tuple[Group, ...]] = (
    ca_lost.GROUP,  # nothing is worse
    expiry_warning.GROUP,
    sentry_refuses.GROUP,
    sentry_reads.GROUP,
    sentry_denies.GROUP,
    sidecar_identity.GROUP,
    sidecar_links.GROUP,
    control_plane.GROUP,
    webhook.GROUP,
    kubernetes.GROUP,
    state.GROUP,
    reasons.GROUP,  # parts of the others' lines
    others.GROUP,
    red_herrings.GROUP,  # last: what else a line says goes first
)
"""In reading order; of two signatures that a line could be, the earlier is the primary."""

SIGNATURES: Final[tuple[Signature, ...]] = tuple(one for group in GROUPS for one in group.signatures)

BY_ID: Final[Mapping[str, Signature]] = {one.id: one for one in SIGNATURES}
