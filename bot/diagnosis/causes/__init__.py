"""What may be the matter, one cause or one family per file, in the order in which equals are told."""

from typing import Final

from bot.diagnosis.causes import (
    api_server,
    asking_sentry,
    bundle,
    ca_replaced,
    checked,
    containers,
    control_plane,
    counted,
    expired,
    injection,
    pods,
    renewal,
    shown,
    sidecar,
    stale,
    unexplained,
)
from bot.diagnosis.explanation import Explanation

CAUSES: Final[tuple[Explanation, ...]] = (
    expired.ROOT,  # nothing holds any more
    expired.ISSUER,
    expired.INTERMEDIATE,
    bundle.EARLY,
    ca_replaced.BY_SENTRY,  # whoever is older is cut off
    ca_replaced.BY_HELM,
    ca_replaced.BY_GITOPS,
    ca_replaced.BY_PERSON,
    ca_replaced.BY_SOMEBODY,
    bundle.MISSING,  # what sentry reads
    bundle.REFUSED,
    bundle.MISMATCH,
    bundle.PEERS,
    checked.NOT_LOADED,
    stale.OWN,  # what the pods trust
    checked.NEWER,
    checked.UNREADABLE,
    checked.DAMAGE,
    shown.SIDECAR_SHOWS,  # whatever is written
    stale.OTHERS,
    injection.INJECTOR,  # what the API server trusts
    injection.MISSING,
    injection.CONVERSION,
    shown.PART,
    control_plane.NOT_RESTARTED,
    expired.SOMETHING,
    control_plane.MISSING,  # from here on no matter of certificates
    control_plane.UNREADY,
    pods.EVICTED,
    pods.UNSCHEDULED,
    pods.NOT_MADE,
    containers.IMAGES,
    containers.STARTS,
    containers.MEMORY,
    pods.MOUNT,
    containers.CRASHES,
    containers.PROBE,
    asking_sentry.NO_CONFIGURATION,
    asking_sentry.DENIES,
    asking_sentry.CLOCK,
    asking_sentry.NOT_TLS,
    asking_sentry.UNREACHABLE,
    sidecar.TIMES_OUT,  # nobody knows why
    sidecar.CRASHES,
    sidecar.READY,
    pods.NOT_READY,
    renewal.OVERDUE,  # breaks nothing yet
    expired.SOON,
    api_server.API_SERVER,
)
"""Asked first."""

LAST: Final[tuple[Explanation, ...]] = (counted.REQUESTS, unexplained.CERTIFICATES, unexplained.OTHERS)
"""Asked when it is known which lines the others answer for."""
