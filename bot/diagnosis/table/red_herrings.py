"""What misleads: lines that stand in every log of an incident and have nothing to do with it."""

import re
from typing import Final

from bot.diagnosis.signature import CONTROL_PLANE, Group, Kind, Signature

MEANS_NOTHING: Final = "Look at the API server only if it goes on. For certificates, read sentry's log instead."

CONNECTION_LOST: Final = Signature(
    id="api-connection-lost",
    row=73,
    kind=Kind.OTHER,
    components=CONTROL_PLANE,
    literal="http2: client connection lost",
    meaning="The connection to the Kubernetes API server broke and is opened anew. This has nothing to do with Dapr's certificates.",
    cause="The API server restarted, or a network or load balancer dropped an idle connection.",
    remedy=MEANS_NOTHING,
    witness=(
        "E0601 02:52:46.531050       1 leaderelection.go:330] error retrieving resource lock dapr-system/operator.dapr.io: "
        'Get "https://10.0.0.1:443/apis/coordination.k8s.io/v1/namespaces/dapr-system/leases/operator.dapr.io": http2: client connection '
        "lost"
    ),
)

LEADER_LOST: Final = Signature(
    id="leader-election-lost",
    row=73,
    kind=Kind.OTHER,
    components=CONTROL_PLANE,
    literal="leader election lost",
    meaning=(
        "The program could not hold its lease and restarts; another replica takes over. This has nothing to do with Dapr's certificates."
    ),
    cause="The API server was slow or away for longer than the lease lasts.",
    remedy=MEANS_NOTHING,
    witness="error running operator: leader election lost",
)

WATCH_ENDED: Final = Signature(
    id="api-watch-failed",
    row=73,
    kind=Kind.OTHER,
    components=CONTROL_PLANE,
    literal="Failed to watch",
    pattern=re.compile(r"Failed to watch(?: \*|\W{1,6}err=)"),
    meaning="A watch on the Kubernetes API ended and is opened anew. This has nothing to do with Dapr's certificates.",
    cause="The API server restarted, was away, or refuses the resource; a missing right is named in the line.",
    remedy=MEANS_NOTHING,
    witness="E0601 02:52:46.531050       1 reflector.go:147] k8s.io/client-go/informers/factory.go:150: Failed to watch *v1.Pod: unknown",
)

GROUP: Final = Group(
    title="Red herrings",
    lead=(
        "They are loud, they come from the control plane, and in more than one incident they were read first. They explain nothing about "
        "certificates."
    ),
    signatures=(CONNECTION_LOST, LEADER_LOST, WATCH_ENDED),
)
