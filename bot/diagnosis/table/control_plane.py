"""Operator, placement, scheduler and injector: what stops them, beside sentry."""

import re
from typing import Final

from bot.diagnosis.signature import CONTROL_PLANE, EVERYWHERE, Component, Group, Kind, Signature

OTHERS: Final = tuple(one for one in CONTROL_PLANE if one is not Component.SENTRY)
READERS: Final = tuple(one for one in EVERYWHERE if one is not Component.SENTRY)
RESTART: Final = "step 4 of docs/checks.md#renewing-without-downtime"

CRD: Final = Signature(
    id="operator-finds-no-crd",
    row=64,
    kind=Kind.OTHER,
    components=(Component.OPERATOR,),
    literal="could not get CRD",
    meaning="The operator cannot read the CRD subscriptions.dapr.io, whose webhook it serves.",
    cause="Dapr's CRDs are missing, or its ClusterRole does not name them.",
    remedy="Install the CRDs of the version that runs; the operator then writes the webhook's data at its start.",
    witness='could not get CRD "subscriptions.dapr.io": customresourcedefinitions.apiextensions.k8s.io not found',
    opens=("conversion-untrusted", "control-plane-unready"),
)

CRD_PATCH: Final = Signature(
    id="operator-cannot-patch-crd",
    row=64,
    kind=Kind.CERTIFICATE,
    components=(Component.OPERATOR,),
    literal="ailed to patch webhook in CRD",
    meaning="The operator could not write its roots into the CRD subscriptions.dapr.io; the API server may soon distrust it.",
    cause="It may not patch the CRD, or somebody else wrote it in the same moment.",
    remedy="If it does not pass: give the operator that right again, then restart it: docs/checks.md#conversion-untrusted.",
    witness='failed to patch webhook in CRD "subscriptions.dapr.io": the object has been modified',
    opens=("conversion-untrusted",),
)

OPERATOR: Final = Signature(
    id="operator-ends",
    row=64,
    kind=Kind.OPEN,
    components=(Component.OPERATOR,),
    literal="rror running operator",
    pattern=re.compile(r"[eE]rror running operator(?!.{0,200}leader election lost)"),
    meaning="The operator ends. Sidecars that start get no configuration until it is back.",
    cause="What stands after the colon tells why; see the reasons below.",
    remedy="If a certificate is named, look at sentry first: without it nobody else comes up. Otherwise do what the reason asks for.",
    witness="error running operator: failed to start api server: listen tcp :6500: bind: address already in use",
    opens=("control-plane-unready", "root-expiry", "issuer-expiry"),
)

NO_IDENTITY: Final = Signature(
    id="control-plane-gets-no-identity",
    row=35,
    kind=Kind.OPEN,
    components=OTHERS,
    literal="failed to retrieve the initial identity",
    pattern=re.compile(r"(?<!runtime: )failed to retrieve the initial identity"),
    meaning="A part of the control plane gets no first certificate from sentry and ends.",
    cause="Sentry is down or refuses. What stands after the last colon tells why; see the reasons below.",
    remedy="Look at sentry first: is it up, and what does it log? The others come up by themselves once it signs.",
    witness=(
        "failed to retrieve the initial identity: error from sentry SignCertificate: rpc error: code = Unavailable desc = connection error"
    ),
    versions="1.12 and later",
    opens=("control-plane-unready", "root-expiry", "issuer-expiry", "bundle-unloadable"),
    is_part=True,
)

WAITING: Final = Signature(
    id="roots-file-missing",
    row=70,
    kind=Kind.CERTIFICATE,
    components=EVERYWHERE,
    literal="Trust anchors file",
    pattern=re.compile(r"Trust anchors file(?: \S{1,300})? not found, waiting"),
    meaning="The program waits for the file with the roots, and does nothing else until it is there.",
    cause="The ConfigMap dapr-trust-bundle has no ca.crt yet: sentry has not started, or somebody emptied the ConfigMap.",
    remedy="At an installation it passes when sentry is up. Otherwise: docs/checks.md#configmap-incomplete.",
    witness="Trust anchors file '/var/run/secrets/dapr.io/tls/ca.crt' not found, waiting...",
    versions="1.12 and later",
    opens=("configmap-incomplete", "control-plane-unready"),
)

UNREADABLE: Final = Signature(
    id="roots-file-unreadable",
    row=71,
    kind=Kind.CERTIFICATE,
    components=EVERYWHERE,
    literal="failed to read trust anchors file",
    meaning="The program cannot read the changed file with the roots, and ends; Kubernetes starts it again.",
    cause="ca.crt of the ConfigMap is empty, cut off or no PEM.",
    remedy="Write the text anew, whole, ConfigMap first and then the Secret: docs/checks.md#writing-a-bundle-back.",
    witness="failed to read trust anchors file: '/var/run/secrets/dapr.io/tls/ca.crt': no such file",
    versions="1.14 and later",
    opens=("configmap-incomplete", "pem-damage", "bundle-mismatch"),
)

NO_ROOTS: Final = Signature(
    id="roots-unreadable",
    row=71,
    kind=Kind.CERTIFICATE,
    components=READERS,
    literal="failed to decode trust anchors",
    pattern=re.compile(r"(?<!CA bundle: )(?<!creating CA: )(?<!bundle: )failed to decode trust anchors"),
    meaning="The program finds no certificate in the roots that it was given, and ends.",
    cause="ca.crt of the ConfigMap, or at a sidecar its DAPR_TRUST_ANCHORS, is empty, cut off or no PEM.",
    remedy=(
        "Write the text anew, whole: docs/checks.md#writing-a-bundle-back. A sidecar gets it when its pod is recreated: "
        "docs/checks.md#recreating-pods."
    ),
    witness="failed to decode trust anchors: no certificate in the file",
    versions="1.12 and later",
    opens=("configmap-incomplete", "pem-damage", "anchors-unreadable"),
    is_shared=True,
)

NO_FILES: Final = Signature(
    id="certificate-files-missing",
    row=72,
    kind=Kind.CERTIFICATE,
    components=(Component.OPERATOR, Component.PLACEMENT),
    literal="certificate not found; waiting for disk changes",
    meaning="The program waits for the files of the bundle.",
    cause="The Secret is empty or not mounted: sentry has not filled it yet, or somebody emptied it.",
    remedy="At an installation it passes when sentry is up. Otherwise: docs/checks.md#secret-incomplete.",
    witness="TLS certificate not found; waiting for disk changes. err=open /var/run/dapr/credentials/ca.crt: no such file or directory",
    versions="1.11 and earlier",
    opens=("secret-incomplete", "control-plane-unready"),
)

NO_FILES_AT_ALL: Final = Signature(
    id="certificate-files-missing-for-long",
    row=72,
    kind=Kind.CERTIFICATE,
    components=(Component.OPERATOR, Component.PLACEMENT),
    literal="imeout while waiting to load",
    pattern=re.compile(r"[tT]imeout while waiting to load (?:TLS|tls) certificates"),
    meaning="The files of the bundle did not come, and the program ends.",
    cause="The Secret is empty or not mounted.",
    remedy="See what sentry logs and whether the Secret is whole: docs/checks.md#secret-incomplete.",
    witness="timeout while waiting to load tls certificates",
    versions="1.11 and earlier",
    opens=("secret-incomplete", "control-plane-unready"),
)

ETCD: Final = Signature(
    id="scheduler-peers-refuse",
    row=67,
    kind=Kind.CERTIFICATE,
    components=(Component.SCHEDULER,),
    literal="rejected connection on peer endpoint",
    meaning="The schedulers do not accept each other's certificates; without a majority jobs and reminders stand still.",
    cause="They have different roots: each reads them once, at its start, and some are older than the CA.",
    remedy=f"Restart all of them: {RESTART}.",
    witness='{"level":"warn","msg":"rejected connection on peer endpoint","remote-addr":"10.1.2.3:54321","server-name":"","error":"EOF"}',
    versions="1.15 and later",
    opens=("control-plane-unready", "peers-refuse", "ca-changed"),
    is_shared=True,
)

DNS_NAME: Final = Signature(
    id="scheduler-name-mismatch",
    row=66,
    kind=Kind.CERTIFICATE,
    components=(Component.SCHEDULER,),
    literal="peer certificate does not contain the expected DNS name",
    meaning="The scheduler ends: its certificate does not hold the name that it expects.",
    cause="Sentry and the scheduler believe in different cluster domains (see row 33).",
    remedy=(
        "Set the cluster's domain in the chart, or mend DNS and restart sentry, when sentry-must-not-restart allows it; then the scheduler."
    ),
    witness=(
        "peer certificate does not contain the expected DNS name dapr-scheduler-server-0.dapr-scheduler-server.dapr-system.svc.corp got [x]"
    ),
    versions="1.15 and later",
    opens=("control-plane-unready", "sentry-must-not-restart"),
)

SCHEDULER: Final = Signature(
    id="scheduler-starts-over",
    row=68,
    kind=Kind.OTHER,
    components=(Component.SCHEDULER,),
    literal="Scheduler server failed, recreating in",
    meaning="The scheduler's server ended and is started again inside the same process.",
    cause="What stands after the last colon tells why.",
    remedy=f"Once is nothing. If a certificate is named, restart all schedulers: {RESTART}.",
    witness="Scheduler server failed, recreating in 1s: etcd exited",
    versions="later than 1.18",
    opens=("control-plane-unready",),
)

STREAM: Final = Signature(
    id="stream-not-authorised",
    row=74,
    kind=Kind.OTHER,
    components=(Component.PLACEMENT, Component.SCHEDULER),
    literal="Authorization failed for stream",
    meaning="A sidecar speaks for another app than its certificate names, and is sent away.",
    cause="Its app id or namespace was changed while it ran, or somebody speaks for somebody else.",
    remedy="Recreate the sidecar's pod. The CA has nothing to do with it.",
    witness="Authorization failed for stream 10.1.2.3:54321: rpc error: code = PermissionDenied desc = no such id",
    versions="1.12 and later",
)

ROOT_USER: Final = Signature(
    id="runs-as-root",
    row=34,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="current user UID",
    pattern=re.compile(r"current user UID\(0\) is root"),
    meaning="The program refuses to run as root.",
    cause="The image or the pod's securityContext sets user 0.",
    remedy="Let it run as another user. The CA has nothing to do with it.",
    witness="current user UID(0) is root",
    versions="1.16 and later",
    opens=("control-plane-unready",),
)

GROUP: Final = Group(
    title="The rest of the control plane",
    lead=(
        "Operator, placement, scheduler and injector get their certificates from sentry. When several of them complain at once, read "
        "sentry's log first."
    ),
    signatures=(
        CRD, CRD_PATCH, OPERATOR, WAITING, UNREADABLE, NO_ROOTS, NO_FILES, NO_FILES_AT_ALL,
        ETCD, DNS_NAME, SCHEDULER, STREAM, ROOT_USER, NO_IDENTITY,
    ),
)  # fmt: skip
