"""What Kubernetes itself says: the API server's log, what kubectl answers, events."""

import re
from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

LISTERS: Final = (Component.API_SERVER, Component.OPERATOR)

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

FAILING_CLOSED: Final = Signature(
    id="injector-fails-closed",
    row=78,
    kind=Kind.CERTIFICATE,
    components=(Component.EVENT, Component.API_SERVER),
    literal="sidecar-injector.dapr.io",
    pattern=re.compile(r"Internal error occurred: failed calling webhook\W{1,8}sidecar-injector\.dapr\.io"),
    meaning="A pod was not created, because the API server could not ask the injector and the webhook's failurePolicy is Fail.",
    cause="The injector is down, or its certificate and the caBundle do not belong together; the reason stands at the end.",
    remedy="Mend the injector: docs/checks.md#injector-untrusted. The controller creates the pods by itself afterwards.",
    witness=(
        'Error creating: Internal error occurred: failed calling webhook "sidecar-injector.dapr.io": failed to call webhook: Post '
        '"https://dapr-sidecar-injector.dapr-system.svc:443/mutate?timeout=10s"'
    ),
    opens=("injector-untrusted", "control-plane-unready"),
)

CONVERSION: Final = Signature(
    id="conversion-distrusted",
    row=76,
    kind=Kind.CERTIFICATE,
    components=LISTERS,
    literal="conversion webhook for dapr.io/",
    pattern=re.compile(r"conversion webhook for dapr\.io/.{1,400}x509"),
    meaning="The API server does not trust Dapr's conversion webhook, and nobody can list Subscriptions.",
    cause="The caBundle in the CRD subscriptions.dapr.io is that of another CA, or the operator serves an old certificate.",
    remedy="Restart the operator, which writes the caBundle at its start: docs/checks.md#conversion-untrusted.",
    witness=(
        "conversion webhook for dapr.io/v2alpha1, Kind=Subscription failed: Post "
        '"https://dapr-webhook.dapr-system.svc:443/convert?timeout=30s": x509: certificate is not trusted'
    ),
    opens=("conversion-untrusted",),
)

NO_CONVERSION: Final = Signature(
    id="conversion-service-missing",
    row=76,
    kind=Kind.OTHER,
    components=LISTERS,
    literal="conversion webhook for dapr.io/",
    pattern=re.compile(r"conversion webhook for dapr\.io/.{1,400}(?:service\W{1,8}dapr-webhook\W{1,8}not found|\.replaceme\.svc)"),
    meaning="The CRD subscriptions.dapr.io points at a service that does not exist, and nobody can list Subscriptions.",
    cause="Dapr's CRDs were applied again by hand, which sets the webhook's namespace back to replaceme.",
    remedy="Restart the operator, which writes the namespace at its start: docs/checks.md#conversion-untrusted.",
    witness=(
        "conversion webhook for dapr.io/v2alpha1, Kind=Subscription failed: Post "
        '"https://dapr-webhook.replaceme.svc:443/convert?timeout=30s": service "dapr-webhook" not found'
    ),
    opens=("conversion-untrusted",),
)

NO_CONFIGMAP: Final = Signature(
    id="configmap-not-mounted",
    row=79,
    kind=Kind.CERTIFICATE,
    components=(Component.EVENT,),
    literal="MountVolume.SetUp failed for volume",
    pattern=re.compile(r"MountVolume\.SetUp failed for volume.{1,100}configmap\W{1,8}dapr-trust-bundle\W{1,8}not found"),
    meaning="A pod of the control plane does not start: the ConfigMap dapr-trust-bundle does not exist.",
    cause="Somebody deleted it.",
    remedy="Create it with the Secret's ca.crt in it: docs/checks.md#configmap-incomplete.",
    witness='MountVolume.SetUp failed for volume "dapr-trust-bundle" : configmap "dapr-trust-bundle" not found',
    versions="1.12 and later",
    opens=("configmap-incomplete",),
)

NO_SECRET: Final = Signature(
    id="secret-not-mounted",
    row=79,
    kind=Kind.CERTIFICATE,
    components=(Component.EVENT,),
    literal="MountVolume.SetUp failed for volume",
    pattern=re.compile(r"MountVolume\.SetUp failed for volume.{1,100}secret\W{1,8}dapr-trust-bundle\W{1,8}not found"),
    meaning="A pod of the control plane does not start: the Secret dapr-trust-bundle does not exist.",
    cause="Somebody deleted it. With it the issuer's key is gone.",
    remedy="Write it back from your copy: docs/checks.md#secret-incomplete.",
    witness='MountVolume.SetUp failed for volume "credentials" : secret "dapr-trust-bundle" not found',
    opens=("secret-incomplete",),
)

PROBE_REFUSED: Final = Signature(
    id="probe-refused",
    row=80,
    kind=Kind.OPEN,
    components=(Component.EVENT,),
    literal="ness probe failed",
    pattern=re.compile(r"(?:Live|Readi)ness probe failed: .{0,60}/healthz.{0,120}connection refused"),
    meaning="Nothing listens where a container's health is asked for: the program ended, or has not come that far.",
    cause="At port 3501 that is daprd, and most often it got no certificate. At any other port it may be the application itself.",
    remedy="At port 3501 read the log of the container that ran before: kubectl logs POD -c daprd --previous. Otherwise the program's own.",
    witness='Readiness probe failed: Get "http://10.1.2.3:3501/v1.0/healthz": dial tcp 10.1.2.3:3501: connect: connection refused',
    opens=("stale-pods", "root-expiry", "control-plane-unready"),
    is_common=True,
)

PROBE_FAILED: Final = Signature(
    id="probe-failed",
    row=80,
    kind=Kind.OPEN,
    components=(Component.EVENT,),
    literal="ness probe failed",
    pattern=re.compile(r"(?:Live|Readi)ness probe failed: HTTP probe failed with statuscode: (?:500|503)"),
    meaning="A program runs and says that it is not ready. The line does not say which one.",
    cause="Many: a sidecar answers 500, the control plane 503, and an application's own probe looks the same.",
    remedy="See whose probe it is (kubectl describe pod). Then read that program's log; a sidecar names the culprit from 1.16 on (row 58).",
    witness="Readiness probe failed: HTTP probe failed with statuscode: 500",
    opens=("control-plane-unready",),
    is_common=True,
)

BACK_OFF: Final = Signature(
    id="sidecar-crash-loops",
    row=81,
    kind=Kind.OPEN,
    components=(Component.EVENT,),
    literal="Back-off restarting failed container",
    pattern=re.compile(r"Back-off restarting failed container(?:=| )daprd\b"),
    meaning="The sidecar ends again and again.",
    cause="Most often it gets no certificate or no configuration; its own log tells.",
    remedy="Read the log of the container that ran before: kubectl logs POD -c daprd --previous.",
    witness="Back-off restarting failed container daprd in pod orders-7f9c-0_shop(6f0c1f2e)",
    opens=("stale-pods", "root-expiry", "sidecar-newer", "control-plane-unready"),
)

GROUP: Final = Group(
    title="What Kubernetes says",
    lead=(
        "The API server's log, kubectl's answers and events, where they are collected; events are gone after an hour unless something "
        "keeps them."
    ),
    signatures=(FAILING_OPEN, FAILING_CLOSED, CONVERSION, NO_CONVERSION, NO_CONFIGMAP, NO_SECRET, BACK_OFF, PROBE_REFUSED, PROBE_FAILED),
)
