"""What the injector prints when the API server, sentry or a pod's creator stands in its way."""

import re
from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

REJECTED: Final = Signature(
    id="injector-rejected",
    row=59,
    kind=Kind.CERTIFICATE,
    components=(Component.INJECTOR, Component.OPERATOR),
    literal="http: TLS handshake error from",
    pattern=re.compile(r"http: TLS handshake error from \S{1,80} remote error: tls: (?:bad certificate|unknown certificate)"),
    meaning=(
        "The API server does not accept the certificate of this webhook. At the injector that means: pods start without a sidecar, and "
        "nobody says so."
    ),
    cause="The caBundle that the API server has is that of another CA, or the program still serves a certificate of the old one.",
    remedy=(
        "Restart the program, which writes its caBundle at its start: docs/checks.md#injector-untrusted, "
        "docs/checks.md#conversion-untrusted. Then look for pods that have no sidecar: docs/checks.md#sidecar-missing."
    ),
    witness="http: TLS handshake error from 10.244.0.1:39478: remote error: tls: bad certificate",
    opens=("injector-untrusted", "conversion-untrusted", "sidecar-missing"),
)

GROUP: Final = Group(
    title="Sidecars are not injected",
    lead="The injector is a webhook that may fail without consequence: the pod is created all the same, without daprd.",
    signatures=(REJECTED,),
)
