"""Sentry refuses to sign for somebody: not the CA is the matter, but who asks."""

import re
from typing import Final

from bot.diagnosis.signature import CONTROL_PLANE, EVERYWHERE, Component, Group, Kind, Signature

ASKERS: Final = tuple(one for one in EVERYWHERE if one is not Component.SENTRY)
NOT_THE_CA: Final = "The CA has nothing to do with it."

REQUESTER: Final = Signature(
    id="sentry-denies-requester-before-1-12",
    row=25,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="error validating requester identity",
    meaning="Sentry does not believe the one who asks for a certificate.",
    cause=(
        "The service account's token is invalid or of another pod; a container that ran very long may still hold a token that has been "
        "withdrawn."
    ),
    remedy=f"Recreate the pod, which gets a new token: docs/checks.md#recreating-pods. {NOT_THE_CA}",
    witness="error validating requester identity: csr validation failed: token/id mismatch. received id: shop:orders",
    versions="1.11 and earlier",
    is_part=True,
)

NO_POD: Final = Signature(
    id="sentry-finds-no-pod",
    row=26,
    kind=Kind.OTHER,
    components=(Component.SENTRY,),
    literal="for requested identity",
    pattern=re.compile(r"Failed to get pod \S{1,500} for requested identity"),
    meaning="Sentry does not know the pod that asks for a certificate.",
    cause=(
        "The pod is seconds old and not in sentry's cache yet, or gone already; if it goes on, sentry may not read pods in that namespace."
    ),
    remedy=f"Once is nothing: the pod asks again. If it goes on, look at sentry's ClusterRole. {NOT_THE_CA}",
    witness='Failed to get pod shop/orders-7f9c-0 for requested identity: Pod "orders-7f9c-0" not found',
    versions="1.12 and later",
)

NO_POD_SEEN: Final = Signature(
    id="reason-pod-unknown-to-sentry",
    row=26,
    kind=Kind.OTHER,
    components=ASKERS,
    literal="failed to get pod of identity",
    meaning="Sentry did not know the pod that asked for a certificate.",
    cause="The pod was not in sentry's cache yet, or sentry may not read pods in that namespace.",
    remedy=f"If it goes on, look at sentry's log and ClusterRole. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = failed to get pod of identity",
    versions="1.12 and later",
    is_part=True,
)

OTHER_ACCOUNT: Final = Signature(
    id="sentry-denies-service-account",
    row=27,
    kind=Kind.OTHER,
    components=(Component.SENTRY,),
    literal="does not match token",
    pattern=re.compile(r"Service account on pod \S{1,500} does not match token"),
    meaning="The token that was shown to sentry is not of the pod's service account.",
    cause="A pod of the same name was made anew with another service account, or somebody used a token that is not theirs.",
    remedy=f"Recreate the pod. If it comes back, find out who asks. {NOT_THE_CA}",
    witness="Service account on pod shop/orders-7f9c-0 does not match token",
    versions="1.12 and later",
)

OTHER_ACCOUNT_SEEN: Final = Signature(
    id="reason-service-account-mismatch",
    row=27,
    kind=Kind.OTHER,
    components=ASKERS,
    literal="pod service account mismatch",
    meaning="The token that was shown to sentry is not of the pod's service account.",
    cause="A pod of the same name was made anew with another service account.",
    remedy=f"Recreate the pod. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = pod service account mismatch",
    versions="1.12 and later",
    is_part=True,
)

CONTROL_PLANE_ANNOTATION: Final = Signature(
    id="sentry-denies-control-plane-claim",
    row=28,
    kind=Kind.OTHER,
    components=(Component.SENTRY,),
    literal="Failed to get expected ID for pod",
    meaning="A pod claims to be part of the control plane, and sentry does not believe it.",
    cause=(
        "The annotation dapr.io/control-plane stands on a pod outside the control plane's namespace, with an unknown value, or beside "
        "dapr.io/app-id."
    ),
    remedy=f"Remove the annotation from the pod's template. {NOT_THE_CA}",
    witness="Failed to get expected ID for pod shop/orders-7f9c-0: control plane service in namespace 'shop' is not allowed",
    versions="1.12 and later",
)

NO_CONFIGURATION: Final = Signature(
    id="sentry-finds-no-configuration",
    row=29,
    kind=Kind.OTHER,
    components=(Component.SENTRY,),
    literal="Failed to get configuration",
    pattern=re.compile(r"Failed to get configuration \W{1,4}\w"),
    meaning="The Configuration that a pod names does not exist, and without it sentry signs nothing for the pod.",
    cause="The annotation dapr.io/config names a Configuration that is not in the pod's namespace.",
    remedy=f"Create the Configuration there, or correct the annotation. {NOT_THE_CA}",
    witness='Failed to get configuration "appconfig": Configuration.dapr.io "appconfig" not found',
    versions="1.12 and later",
)

NO_CONFIGURATION_SEEN: Final = Signature(
    id="reason-configuration-missing",
    row=29,
    kind=Kind.OTHER,
    components=ASKERS,
    literal="desc = failed to get configuration",
    meaning="The Configuration that the pod names does not exist, and without it sentry signs nothing for the pod.",
    cause="The annotation dapr.io/config names a Configuration that is not in the pod's namespace.",
    remedy=f"Create the Configuration there, or correct the annotation. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = failed to get configuration",
    versions="1.12 and later",
    is_part=True,
)

APP_ID: Final = Signature(
    id="reason-app-id-mismatch",
    row=30,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="app-id mismatch. expected:",
    meaning="The sidecar asks for a certificate under another app id than its pod has.",
    cause="The flag --app-id differs from the annotation dapr.io/app-id (without which the pod's name counts).",
    remedy=f"Make the two the same. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = app-id mismatch. expected: orders, received: order",
    versions="1.12 and later",
    is_part=True,
)

NOT_READY: Final = Signature(
    id="reason-sentry-not-ready",
    row=31,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="validator not ready",
    meaning="Sentry has just started and has not read pods and Configurations yet.",
    cause="It is starting; if it goes on, it cannot read them: the API server, a missing CRD, a missing right.",
    remedy=f"Wait a minute. If it goes on, read sentry's log. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = validator not ready",
    versions="1.12 and later",
    opens=("control-plane-unready",),
    is_part=True,
)

REVIEW: Final = Signature(
    id="reason-token-review-failed",
    row=31,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="token review failed",
    meaning="Sentry could not ask the API server whose token it was shown.",
    cause="The API server was away, or sentry may not create TokenReviews.",
    remedy=f"If it goes on, look at the API server, then at sentry's ClusterRole. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = token review failed: the server is currently unable to handle the request",
    versions="1.12 and later",
    is_part=True,
    is_shared=True,
)

BEARER: Final = Signature(
    id="reason-token-invalid",
    row=31,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="invalid bearer token",
    meaning="The API server does not accept the token that was shown to sentry.",
    cause="It has expired, it is for another audience (as after a change of controlPlaneTrustDomain), or a clock is wrong.",
    remedy=f"Recreate the pod; if it stays, compare the audience of its token's volume with sentry's trust domain. {NOT_THE_CA}",
    witness=(
        "rpc error: code = PermissionDenied desc = invalid token: [invalid bearer token, token audiences are invalid for the target "
        "audience]"
    ),
    is_part=True,
    is_shared=True,
)

UNAUTHENTICATED: Final = Signature(
    id="reason-token-unauthenticated",
    row=31,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="desc = authentication failed",
    meaning="The API server knows nobody who has the token that was shown to sentry.",
    cause="The service account was deleted or made anew, or the token is another cluster's.",
    remedy=f"Recreate the pod. {NOT_THE_CA}",
    witness="rpc error: code = PermissionDenied desc = authentication failed",
    versions="1.12 and later",
    is_part=True,
    is_shared=True,
)

CLUSTER_DOMAIN: Final = Signature(
    id="sentry-guesses-cluster-domain",
    row=33,
    kind=Kind.OTHER,
    components=(Component.SENTRY,),
    literal="Error getting Kubernetes cluster domain, falling back to",
    meaning="Sentry could not learn the cluster's DNS domain and takes the usual one.",
    cause="DNS did not answer when sentry started. Where the domain is another one, the scheduler's certificate gets wrong names (row 66).",
    remedy="If the cluster's domain is not cluster.local, mend DNS and restart sentry, when sentry-must-not-restart allows it.",
    witness="Error getting Kubernetes cluster domain, falling back to cluster.local: lookup kubernetes.default.svc: i/o timeout",
    versions="1.15 and later",
    opens=("sentry-must-not-restart",),
)

DEFAULTS: Final = Signature(
    id="sentry-finds-no-daprsystem",
    row=23,
    kind=Kind.OTHER,
    components=CONTROL_PLANE,
    literal="loading default config. couldn't find config name",
    meaning="The Configuration daprsystem cannot be read. Up to 1.11 sentry goes on with defaults, later it ends.",
    cause="The Configuration or Dapr's CRDs are missing, or sentry runs in another namespace.",
    remedy=f"Install the CRDs and the release again. {NOT_THE_CA}",
    witness="loading default config. couldn't find config name: daprsystem: config CRD not found",
    opens=("dapr-missing", "control-plane-unready"),
)

GROUP: Final = Group(
    title="Sentry does not sign for somebody",
    lead=(
        "Sentry asks the API server who shows it a token, and looks the pod up. At its usual level it does not log every refusal; the "
        "reason is then in the log of the one who asked, after PermissionDenied."
    ),
    signatures=(
        NO_POD, OTHER_ACCOUNT, CONTROL_PLANE_ANNOTATION, NO_CONFIGURATION, DEFAULTS, CLUSTER_DOMAIN,
        REQUESTER, NO_POD_SEEN, OTHER_ACCOUNT_SEEN, NO_CONFIGURATION_SEEN, APP_ID, NOT_READY, REVIEW, BEARER, UNAUTHENTICATED,
    ),
)  # fmt: skip
