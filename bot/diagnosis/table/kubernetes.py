"""What Kubernetes itself says: the API server's log, what kubectl answers, events."""

from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

FAILING_OPEN: Final = Signature(
    id="injector-fails-open",
    row=77,
    kind=Kind.CERTIFICATE,
    components=(Component.API_SERVER,),
    literal="failing open sidecar-injector.dapr.io",
    meaning="The API server could not ask the injector and let the pod through, without a sidecar.",
    cause="The injector is down, or its certificate and the caBundle do not belong together; the reason stands at the end.",
    remedy=(
        "Mend the injector first: docs/checks.md#injector-untrusted. Then recreate the pods that came without: "
        "docs/checks.md#sidecar-missing."
    ),
    witness=(
        'Failed calling webhook, failing open sidecar-injector.dapr.io: failed calling webhook "sidecar-injector.dapr.io": '
        "failed to call webhook: Post"
    ),
    opens=("injector-untrusted", "sidecar-missing", "control-plane-unready"),
)

GROUP: Final = Group(
    title="What Kubernetes says",
    lead=(
        "The API server's log, kubectl's answers and events, where they are collected; events are gone after an hour unless something "
        "keeps them."
    ),
    signatures=(FAILING_OPEN,),
)
