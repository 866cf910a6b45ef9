"""A sidecar gets no certificate of its own, or no new one."""

import re
from typing import Final

from bot.diagnosis.signature import EVERYWHERE, Component, Group, Kind, Signature

WHY: Final = "What stands after the last colon tells why; see the reasons below."
RECREATE: Final = "docs/checks.md#recreating-pods"

RENEWAL: Final = Signature(
    id="sidecar-renewal-fails",
    row=47,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="Error renewing identity",
    pattern=re.compile(r"Error renewing identity(?: certificate)?, trying again"),
    meaning="A sidecar that runs cannot renew its certificate. It lives on until the present one ends, twelve hours at most.",
    cause=f"Sentry cannot be reached, refuses, or is not trusted any more, as after a CA that was replaced. {WHY}",
    remedy=(
        "Act now, while everything still works: ask stale-pods and control-plane-unready which it is. A pod with old roots is recreated "
        f"({RECREATE}); a sentry that is down gets what its own log asks for."
    ),
    witness="Error renewing identity, trying again in 10 seconds: rpc error: code = Internal desc = failed to sign certificate",
    versions="1.12 and later",
    opens=("stale-pods", "ca-changed", "issuer-not-loaded", "peers-refuse", "control-plane-unready"),
)

RENEWAL_A: Final = Signature(
    id="sidecar-renewal-fails-before-1-12",
    row=48,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="error from authenticator CreateSignedWorkloadCert",
    pattern=re.compile(r"error starting server: error from authenticator CreateSignedWorkloadCert"),
    meaning="A sidecar that runs cannot renew its certificate, and tries again every three seconds.",
    cause=f"Root or issuer has expired, the CA was replaced, or sentry cannot be reached. {WHY}",
    remedy=(
        "If the root has expired: docs/checks.md#already-expired. If the CA was replaced, recreate the pods that know only the old one: "
        f"{RECREATE}."
    ),
    witness=(
        "error starting server: error from authenticator CreateSignedWorkloadCert: error from sentry SignCertificate: rpc error: code = "
        "Unavailable desc = connection error"
    ),
    versions="1.11 and earlier",
    opens=("root-expiry", "issuer-expiry", "stale-pods", "control-plane-unready"),
)

NO_IDENTITY: Final = Signature(
    id="sidecar-gets-no-identity",
    row=35,
    kind=Kind.OPEN,
    components=(Component.DAPRD,),
    literal="failed to retrieve the initial identity",
    pattern=re.compile(r"Fatal error from runtime: .{0,60}failed to retrieve the initial identity"),
    meaning="A sidecar that starts gets no first certificate from sentry and ends; its pod goes into CrashLoopBackOff.",
    cause=(
        f"Sentry is down or refuses, the sidecar is newer than its sentry, or the pod's roots are others than sentry's. {WHY} "
        "A newer sidecar that merely distrusts sentry waits for ever and prints nothing."
    ),
    remedy=(
        "Look at sentry first: is it up, and what does it log? If it is well, the pod's roots are old or its Dapr is newer than the "
        "control "
        f"plane's: recreate the pod ({RECREATE}), or see docs/checks.md#sidecar-newer."
    ),
    witness=(
        "Fatal error from runtime: failed to retrieve the initial identity: error signing identity: rpc error: code = Internal desc = "
        "failed to sign certificate"
    ),
    versions="1.12 and later",
    opens=("control-plane-unready", "stale-pods", "sidecar-newer", "root-expiry", "issuer-expiry", "peers-refuse"),
)

NO_IDENTITY_A: Final = Signature(
    id="sidecar-gets-no-identity-before-1-12",
    row=43,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="error from authenticator CreateSignedWorkloadCert",
    pattern=re.compile(r"failed to start internal gRPC server: error from authenticator CreateSignedWorkloadCert"),
    meaning="A sidecar that starts gets no certificate from sentry and ends; its pod goes into CrashLoopBackOff.",
    cause=f"Root or issuer has expired, the pod carries the roots of another CA, or sentry cannot be reached. {WHY}",
    remedy=(
        "If the root has expired: docs/checks.md#already-expired. If the pod is older than the CA, recreate it, since a restart of the "
        f"container changes nothing: {RECREATE}."
    ),
    witness=(
        "Fatal error from runtime: failed to start internal gRPC server: error from authenticator CreateSignedWorkloadCert: error from "
        "sentry SignCertificate: rpc error: code = Unavailable desc = connection error"
    ),
    versions="1.11 and earlier",
    opens=("root-expiry", "issuer-expiry", "stale-pods", "control-plane-unready"),
)

NO_CONFIGURATION: Final = Signature(
    id="sidecar-cannot-ask-operator",
    row=44,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="error loading configuration",
    pattern=re.compile(r"error loading configuration: .{0,200}authentication handshake failed"),
    meaning="A sidecar that starts does not trust the operator, gets no configuration from it and ends.",
    cause=(
        "The operator serves a certificate that the pod's roots do not vouch for: it has expired, or the pod carries the roots of "
        "another CA."
    ),
    remedy=(
        "If the root has expired: docs/checks.md#already-expired. Otherwise restart the operator, which up to 1.11 reads its certificate "
        "at "
        f"its start only, and recreate the pod: {RECREATE}."
    ),
    witness=(
        "error loading configuration: rpc error: code = Unavailable desc = connection error: "
        'desc = "transport: authentication handshake failed: x509: certificate signed by unknown authority"'
    ),
    versions="1.11 and earlier",
    opens=("root-expiry", "issuer-expiry", "stale-pods", "control-plane-unready"),
)

NO_ANCHORS: Final = Signature(
    id="sidecar-has-no-roots",
    row=46,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="trust anchors are required",
    meaning="A sidecar that starts was given no roots and ends.",
    cause="The pod was admitted while the bundle was empty, so its DAPR_TRUST_ANCHORS is empty, and stays so.",
    remedy=f"Make sure that the bundle is whole (secret-incomplete, configmap-incomplete), then recreate the pod: {RECREATE}.",
    witness="Fatal error from runtime: trust anchors are required",
    versions="1.12 and later",
    opens=("anchors-unreadable", "secret-incomplete", "configmap-incomplete"),
)

NO_ANCHORS_A: Final = Signature(
    id="sidecar-has-no-roots-before-1-12",
    row=46,
    kind=Kind.CERTIFICATE,
    components=(Component.DAPRD,),
    literal="find trust anchors in environment variable DAPR_TRUST_ANCHORS",
    meaning="A sidecar that starts was given no roots and ends.",
    cause="The pod was admitted while the Secret was empty, so its DAPR_TRUST_ANCHORS is not set, and stays so.",
    remedy=f"Make sure that the Secret is whole (secret-incomplete), then recreate the pod: {RECREATE}.",
    witness="couldn't find trust anchors in environment variable DAPR_TRUST_ANCHORS",
    versions="1.11 and earlier",
    opens=("anchors-unreadable", "secret-incomplete"),
)

BARE_DEADLINE: Final = Signature(
    id="sidecar-times-out-at-start",
    row=45,
    kind=Kind.OPEN,
    components=(Component.DAPRD,),
    literal="context deadline exceeded",
    pattern=re.compile(r"\A(?:Fatal error from runtime: |error loading configuration: )?context deadline exceeded\Z"),
    meaning=(
        "A sidecar that starts waited half a minute for the operator and ends. The line does not say why, and an expired root hides "
        "behind it."
    ),
    cause="The operator is down, or its certificate is not accepted: the client keeps the reason to itself.",
    remedy="See whether the operator is up and when the root ends. If it has ended: docs/checks.md#already-expired.",
    witness="context deadline exceeded",
    versions="1.10-1.11",
    opens=("root-expiry", "issuer-expiry", "stale-pods", "control-plane-unready"),
    is_common=True,
)

NO_TOKEN: Final = Signature(
    id="token-unreadable",
    row=52,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="ailed to read token at path",
    meaning="The program cannot read the token with which it asks sentry.",
    cause="The volume with the token is missing from the pod, or the path was set by hand.",
    remedy=f"Recreate the pod, so that it gets the volume: {RECREATE}. The CA has nothing to do with it.",
    witness="Failed to read token at path '/var/run/secrets/dapr.io/sentrytoken/token': no such file or directory",
    versions="1.12 and later",
)

EMPTY_TOKEN: Final = Signature(
    id="token-empty",
    row=52,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="oken at path '/",
    pattern=re.compile(r"[tT]oken at path '/.{1,300}' is empty"),
    meaning="The token with which the program asks sentry is empty.",
    cause="The kubelet has not written it yet, or another tool writes the file.",
    remedy=f"If it does not pass, recreate the pod: {RECREATE}. The CA has nothing to do with it.",
    witness="Token at path '/var/run/secrets/dapr.io/sentrytoken/token' is empty",
    versions="1.12 and later",
)

LEGACY_TOKEN: Final = Signature(
    id="token-legacy",
    row=52,
    kind=Kind.OTHER,
    components=(Component.DAPRD,),
    literal="initializing using the legacy service account token",
    meaning="The sidecar has no token made for sentry and shows the pod's own one.",
    cause="It was injected by an older control plane than it is itself.",
    remedy="Upgrade the control plane first, then recreate the pod: docs/checks.md#sidecar-newer.",
    witness=(
        "⚠️ daprd is initializing using the legacy service account token with access to Kubernetes APIs, which is discouraged. This "
        "usually happens when daprd is running against an older version of the Dapr control plane."
    ),
    opens=("sidecar-newer",),
)

GROUP: Final = Group(
    title="A sidecar gets no certificate",
    lead=(
        "A sidecar needs a certificate from sentry to start, and a new one twice a day. A failed renewal is the earliest sign of trouble "
        "that any log gives: the sidecar still works, and hours are left."
    ),
    signatures=(
        RENEWAL, RENEWAL_A, NO_IDENTITY, NO_IDENTITY_A, NO_CONFIGURATION, NO_ANCHORS, NO_ANCHORS_A,
        BARE_DEADLINE, NO_TOKEN, EMPTY_TOKEN, LEGACY_TOKEN,
    ),
)  # fmt: skip
