"""A sidecar cannot talk to the rest of the control plane."""

import re
from typing import Final

from bot.diagnosis.signature import EVERYWHERE, Component, Group, Kind, Signature

OPENS: Final = ("stale-pods", "control-plane-unready", "ca-changed", "root-expiry")
AFTER_ROTATION: Final = "if it says “unknown authority”, one of the two missed a change of the CA: most often"

SCHEDULER: Final = Signature(
    id="sidecar-loses-scheduler",
    row=53,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="Failed to connect to scheduler host",
    meaning="A sidecar cannot reach the scheduler: jobs, reminders and workflows stand still for it.",
    cause=f"The reason stands at the end; {AFTER_ROTATION} the scheduler, which no tool restarts after a renewal.",
    remedy=(
        "Restart the scheduler when its pods are older than the CA (step 4 of docs/checks.md#renewing-without-downtime); recreate the "
        "pod when the pod is: docs/checks.md#recreating-pods."
    ),
    witness="Failed to connect to scheduler host: failed to watch scheduler hosts: rpc error: code = Unavailable",
    versions="1.15 and later",
    opens=OPENS,
)

PLACEMENT: Final = Signature(
    id="sidecar-loses-placement",
    row=54,
    kind=Kind.OPEN,
    components=(Component.DAPRD,),
    literal="Failed to connect to placement",
    meaning="A sidecar cannot reach placement: actors cannot be called through it.",
    cause=f"Placement is down, or the two do not trust each other; {AFTER_ROTATION} placement, or the pod.",
    remedy=(
        "Restart placement when its pods are older than the CA (step 4 of docs/checks.md#renewing-without-downtime); recreate the pod "
        "when the pod is: docs/checks.md#recreating-pods. If neither is, see whether placement is up."
    ),
    witness="Failed to connect to placement service: rpc error: code = Unavailable desc = connection error. Retrying...",
    opens=OPENS,
)

OPERATOR: Final = Signature(
    id="sidecar-loses-operator",
    row=55,
    kind=Kind.OPEN,
    components=(Component.DAPRD,),
    literal="rror from operator stream",
    meaning="A sidecar has lost the operator: it hears of no new or changed component until the stream is back.",
    cause=(
        f"The operator restarted or is down, which passes; or the two do not trust each other; {AFTER_ROTATION} the operator, or the pod."
    ),
    remedy=(
        "Once in a while it is normal. If it goes on with a failed handshake: restart the operator when its pods are older than the CA, "
        "recreate the pod when the pod is: docs/checks.md#recreating-pods."
    ),
    witness="Error from operator stream: rpc error: code = Unavailable desc = connection error",
    opens=OPENS,
)

INVOCATION: Final = Signature(
    id="sidecars-do-not-trust-each-other",
    row=56,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="failed to invoke, id:",
    pattern=re.compile(r"failed to invoke, id: .{1,300}authentication handshake failed"),
    meaning="One application cannot call another: their sidecars do not accept each other's certificates.",
    cause="The two hold different roots: one pod is older than the CA and the other is not.",
    remedy="Recreate the older of the two: docs/checks.md#recreating-pods.",
    witness=(
        'failed to invoke, id: payments, err: rpc error: code = Unavailable desc = connection error: desc = "transport: authentication '
        'handshake failed"'
    ),
    opens=("stale-pods", "ca-changed", "root-expiry"),
)

HANDSHAKE: Final = Signature(
    id="caller-refused",
    row=57,
    kind=Kind.CERTIFICATE,
    components=EVERYWHERE,
    literal="failed to complete security handshake",
    meaning="Somebody who calls this program shows a certificate that it does not accept.",
    cause=(
        "The caller still has an old certificate, or one of another CA; the reason stands at the end, the caller's address in the middle."
    ),
    remedy="Find the pod with that address and recreate it: docs/checks.md#recreating-pods.",
    witness='grpc: Server.Serve failed to complete security handshake from "10.1.2.3:54321": tls: failed to verify client certificate',
    opens=("stale-pods", "ca-changed", "root-expiry"),
    is_shared=True,
)

NOT_READY: Final = Signature(
    id="sidecar-not-ready",
    row=58,
    kind=Kind.OPEN,
    components=(Component.DAPRD, Component.EVENT),
    literal="dapr is not ready",
    meaning="The sidecar runs but is not ready.",
    cause=(
        "From 1.16 on the words in brackets name the culprit: security-provider waits for a certificate; grpc-api-server or "
        "grpc-internal-server, long after a restart of the control plane, is a fault of Dapr (dapr#10337)."
    ),
    remedy=(
        "For security-provider see stale-pods and control-plane-unready. For the others recreate the pod: docs/checks.md#recreating-pods."
    ),
    witness="dapr is not ready: [security-provider]",
    opens=("stale-pods", "control-plane-unready"),
)

GROUP: Final = Group(
    title="A sidecar loses the control plane",
    lead=(
        "Sidecars hold connections to operator, placement and scheduler. They open them anew when one of these restarts, and then both "
        "sides must trust each other."
    ),
    signatures=(SCHEDULER, PLACEMENT, OPERATOR, INVOCATION, HANDSHAKE, NOT_READY),
)
