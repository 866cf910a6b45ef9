"""A sidecar cannot talk to the rest of the control plane."""

from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

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

GROUP: Final = Group(
    title="A sidecar loses the control plane",
    lead=(
        "Sidecars hold connections to operator, placement and scheduler. They open them anew when one of these restarts, and then both "
        "sides must trust each other."
    ),
    signatures=(SCHEDULER, PLACEMENT, OPERATOR),
)
