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
        "From 1.12 on, when sentry is well, restart the program, which writes its caBundle at its start: "
        "docs/checks.md#injector-untrusted, docs/checks.md#conversion-untrusted. Then look for pods that have no sidecar: "
        "docs/checks.md#sidecar-missing."
    ),
    witness="http: TLS handshake error from 10.244.0.1:39478: remote error: tls: bad certificate",
    opens=("injector-untrusted", "conversion-untrusted", "sidecar-missing"),
    is_shared=True,
)

NO_CERTIFICATE: Final = Signature(
    id="injector-gets-no-certificate-for-app",
    row=60,
    kind=Kind.CERTIFICATE,
    components=(Component.INJECTOR,),
    literal="Sidecar injector failed to inject for app",
    pattern=re.compile(r"Sidecar injector failed to inject for app .{1,300}error from sentry SignCertificate"),
    meaning="A pod was created without a sidecar, because sentry gave the injector no certificate for it.",
    cause="In these versions the injector asks sentry for each pod. Sentry was down, slow, or does not trust the injector any more.",
    remedy=(
        "Mend sentry first: docs/checks.md#control-plane-unready. Then recreate the pods that came without: docs/checks.md#sidecar-missing."
    ),
    witness="Sidecar injector failed to inject for app 'orders'. Error: error from sentry SignCertificate: rpc error: code = Canceled",
    versions="1.12-1.13",
    opens=("sidecar-missing", "control-plane-unready", "injector-untrusted"),
)

FAILED: Final = Signature(
    id="injector-fails-for-app",
    row=60,
    kind=Kind.OPEN,
    components=(Component.INJECTOR,),
    literal="Sidecar injector failed to inject for app",
    pattern=re.compile(r"Sidecar injector failed to inject for app(?!.{1,300}error from sentry SignCertificate)"),
    meaning="A pod was created without a sidecar.",
    cause="What stands after “Error:” tells why, an annotation that it cannot read for example.",
    remedy="Mend what it names, then recreate the pod: docs/checks.md#sidecar-missing.",
    witness="Sidecar injector failed to inject for app 'orders'. Error: invalid value for annotation dapr.io/app-port",
    opens=("sidecar-missing",),
)

NOT_ALLOWED: Final = Signature(
    id="injector-denies-creator",
    row=61,
    kind=Kind.OTHER,
    components=(Component.INJECTOR,),
    literal="not on the list of allowed controller accounts",
    meaning="A pod was created without a sidecar, because the injector does not serve the one who created it.",
    cause="Only well-known controllers are served; a custom controller or a person is not.",
    remedy="Add the creator to dapr_sidecar_injector.allowedServiceAccounts, then recreate the pod: docs/checks.md#sidecar-missing.",
    witness="service account 'system:serviceaccount:ci:runner' not on the list of allowed controller accounts",
    opens=("sidecar-missing",),
)

NOT_PATCHED: Final = Signature(
    id="injector-left-pod-alone",
    row=62,
    kind=Kind.OTHER,
    components=(Component.INJECTOR,),
    literal="Admission succeeded, but pod was not patched",
    meaning="A pod was created without a sidecar. For pods that ask for none this is as it should be.",
    cause="The pod has no annotation dapr.io/enabled, or it has a sidecar already.",
    remedy="Nothing, unless the pod should have one: docs/checks.md#sidecar-missing.",
    witness="Admission succeeded, but pod was not patched. No sidecar injected for 'nginx'",
    versions="1.16 and earlier",
    opens=("sidecar-missing",),
    is_common=True,
)

ENDS: Final = Signature(
    id="injector-ends",
    row=63,
    kind=Kind.OPEN,
    components=(Component.INJECTOR,),
    literal="rror running injector",
    pattern=re.compile(r"[eE]rror running injector(?!.{1,300}mutatingwebhookconfigurations)"),
    meaning="The injector ends. Until it is back pods start without a sidecar.",
    cause="What stands after the colon tells why; see the reasons below.",
    remedy=(
        "If a certificate or an identity is named, look at sentry first. Then look for pods without a sidecar: "
        "docs/checks.md#sidecar-missing."
    ),
    witness="Error running injector: failed to start healthz server: listen tcp :8080: bind: address already in use",
    opens=("control-plane-unready", "sidecar-missing", "root-expiry"),
)

NO_WEBHOOK: Final = Signature(
    id="injector-cannot-patch-webhook",
    row=63,
    kind=Kind.CERTIFICATE,
    components=(Component.INJECTOR,),
    literal="mutatingwebhookconfigurations",
    pattern=re.compile(r"mutatingwebhookconfigurations.{0,60}dapr-sidecar-injector\W{1,8}(?:not found|is forbidden)"),
    meaning="The injector cannot write its roots into its webhook's configuration, and ends.",
    cause="The MutatingWebhookConfiguration dapr-sidecar-injector is missing, or the injector may not patch it.",
    remedy="Install both again with the chart of the version that runs: docs/checks.md#injector-untrusted.",
    witness='Error running injector: mutatingwebhookconfigurations.admissionregistration.k8s.io "dapr-sidecar-injector" not found',
    versions="1.12 and later",
    opens=("injector-untrusted", "control-plane-unready", "sidecar-missing"),
)

NO_UIDS: Final = Signature(
    id="injector-finds-no-accounts",
    row=63,
    kind=Kind.OTHER,
    components=(Component.INJECTOR,),
    literal="ailed to get authentication uids from services accounts",
    meaning="The injector cannot read the service accounts that it serves, and ends.",
    cause="The API server is away, or the injector may not read service accounts.",
    remedy="Look at the API server, then at the injector's ClusterRole. The CA has nothing to do with it.",
    witness="Failed to get authentication uids from services accounts: serviceaccounts is forbidden",
    opens=("control-plane-unready",),
)

GROUP: Final = Group(
    title="Sidecars are not injected",
    lead="The injector is a webhook that may fail without consequence: the pod is created all the same, without daprd.",
    signatures=(REJECTED, NO_CERTIFICATE, FAILED, NOT_ALLOWED, NO_WEBHOOK, ENDS, NO_UIDS, NOT_PATCHED),
)
