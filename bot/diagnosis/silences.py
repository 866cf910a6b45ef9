"""What is the matter although no log says so. An explanation that only reads logs would miss these."""

from typing import Final

from bot.diagnosis.signature import Silence

SILENCES: Final[tuple[Silence, ...]] = (
    Silence(
        row=0,
        what="The CA's end comes near",
        why="The hourly warning ended with Dapr 1.11. From 1.12 on nothing is printed before the end.",
        remedy="Only looking at the certificates tells: docs/checks.md#root-expiry.",
        versions="1.12 and later",
        opens=("root-expiry", "issuer-expiry", "intermediate-expiry"),
    ),
    Silence(
        row=0,
        what="The CA has expired under a running sentry",
        why="Sentry goes on signing and prints nothing. It refuses at its next start or reload only.",
        remedy="Do not restart it first: docs/checks.md#already-expired.",
        versions="1.12 and later",
        opens=("root-expiry", "issuer-expiry", "sentry-must-not-restart"),
    ),
    Silence(
        row=0,
        what="Secret and ConfigMap differ",
        why="Nothing happens until sentry starts or reloads; then it makes a new CA (row 5).",
        remedy="Make the two equal while sentry stays where it is: docs/checks.md#bundle-mismatch.",
        versions="1.12 and later",
        opens=("bundle-mismatch", "sentry-must-not-restart"),
    ),
    Silence(
        row=0,
        what="A sidecar starts with roots that do not vouch for sentry",
        why="It dials again without end. Neither it nor sentry prints a word; the pod is never ready.",
        remedy="Recreate the pod: docs/checks.md#recreating-pods.",
        versions="1.14 and later",
        opens=("stale-pods", "anchors-unreadable"),
    ),
    Silence(
        row=82,
        what="A pod that asks for a sidecar runs without one (1/1 in place of 2/2)",
        why="The injector was down or not trusted when the pod was created, and admission went on without it. There is no event.",
        remedy="Mend the injector, then recreate the pod: docs/checks.md#sidecar-missing.",
        opens=("sidecar-missing", "injector-untrusted", "control-plane-unready"),
    ),
)
