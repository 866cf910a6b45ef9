"""Healthy information: what was loaded, when, and until when it holds."""

import re
from typing import Final

from bot.diagnosis.signature import EVERYWHERE, Component, Group, Kind, Signature

RELOADING: Final = Signature(
    id="sentry-reloads",
    row=8,
    kind=Kind.STATE,
    components=(Component.SENTRY,),
    literal="ssuer credentials changed; reloading",
    meaning="The Secret's mounted files changed, and sentry reads the bundle again.",
    cause="Somebody, Helm or a GitOps tool wrote the Secret; up to two minutes pass between writing and this line.",
    remedy="If nobody meant to write it, see who did: docs/checks.md#ca-changed.",
    witness="Issuer credentials changed; reloading",
    opens=("ca-changed", "issuer-not-loaded"),
)

LOADED: Final = Signature(
    id="sentry-loaded-bundle",
    row=7,
    kind=Kind.STATE,
    components=(Component.SENTRY,),
    literal="Root and issuer certs found",
    meaning="Sentry has loaded the bundle and signs with it.",
    cause="It has started, or read the bundle again after a change. After each write this is the proof that it was taken.",
    remedy="Nothing.",
    witness="Root and issuer certs found: using credentials from store",
    versions="1.12 and later",
    opens=("issuer-not-loaded",),
)

LOADED_A: Final = Signature(
    id="sentry-loaded-bundle-before-1-12",
    row=4,
    kind=Kind.STATE,
    components=(Component.SENTRY,),
    literal="trust root bundle loaded. issuer cert expiry",
    meaning="Sentry has loaded the bundle; the line says when the issuer ends.",
    cause="It has started, or read the bundle again after a change.",
    remedy="Nothing.",
    witness="trust root bundle loaded. issuer cert expiry: 2024-06-15 12:31:17 +0000 UTC",
    versions="1.11 and earlier",
    opens=("issuer-expiry",),
)

ROOTS: Final = Signature(
    id="roots-read-again",
    row=69,
    kind=Kind.STATE,
    components=EVERYWHERE,
    literal="Trust anchors file",
    pattern=re.compile(r"Trust anchors file changed"),
    meaning="The program noticed that its mounted roots changed, and trusts the new ones now.",
    cause="The ConfigMap was written. From 1.16 on a process notices only the first change in its life, so this line appears at most once.",
    remedy="From 1.16 on restart the program after each further change: step 4 of docs/checks.md#renewing-without-downtime.",
    witness="Trust anchors file changed, reloading trust anchors",
    versions="1.12 and later",
    opens=("injector-untrusted", "conversion-untrusted", "ca-changed"),
)

RENEWED: Final = Signature(
    id="certificate-renewed",
    row=49,
    kind=Kind.STATE,
    components=EVERYWHERE,
    literal="Successfully renewed workload",
    meaning="A program has a new certificate; the line says until when.",
    cause="Certificates are renewed long before their end: since 1.14 at half of their life, twice a day by default.",
    remedy="Nothing.",
    witness=(
        "Successfully renewed workload identity; cert expires on: 2026-06-20 13:19:51 +0000 UTC, renewal at: 2026-06-20 01:19:51 +0000 UTC"
    ),
    versions="1.12 and later",
    is_common=True,
)

RENEWED_A: Final = Signature(
    id="certificate-renewed-before-1-12",
    row=49,
    kind=Kind.STATE,
    components=(Component.DAPRD,),
    literal="certificate signed successfully",
    meaning="A sidecar has a new certificate.",
    cause="Certificates are renewed at 70 per cent of their life.",
    remedy="Nothing.",
    witness="certificate signed successfully",
    versions="1.11 and earlier",
    is_common=True,
)

FIRST: Final = Signature(
    id="certificate-received",
    row=50,
    kind=Kind.STATE,
    components=EVERYWHERE,
    literal="Starting workload ",
    pattern=re.compile(r"Starting workload (?:cert|identity) expiry watcher"),
    meaning="A program has got its first certificate; the line says until when.",
    cause="It has started.",
    remedy="Nothing.",
    witness=(
        "Starting workload identity expiry watcher; cert expires on: 2026-06-20 13:19:51 +0000 UTC, renewal at: 2026-06-20 01:19:51 "
        "+0000 UTC"
    ),
    versions="1.12 and later",
    is_common=True,
)

NO_MTLS: Final = Signature(
    id="mtls-off",
    row=51,
    kind=Kind.STATE,
    components=EVERYWHERE,
    literal="mTLS is disabled. Skipping certificate request",
    meaning="This program talks without certificates.",
    cause="The setting mtls.enabled is off, or Dapr runs outside Kubernetes.",
    remedy=(
        "Nothing if that was meant. It does not save a cluster from the CA's end, since the control plane always uses certificates: "
        "docs/checks.md#mtls-disabled."
    ),
    witness="mTLS is disabled. Skipping certificate request and tls validation",
    versions="1.12 and later",
    opens=("mtls-disabled",),
)

PATCHED: Final = Signature(
    id="conversion-patched",
    row=65,
    kind=Kind.STATE,
    components=(Component.OPERATOR,),
    literal="Successfully patched webhook in CRD",
    meaning="The operator has written its roots into the CRD subscriptions.dapr.io.",
    cause="It has started, or its roots changed.",
    remedy="Nothing.",
    witness='Successfully patched webhook in CRD "subscriptions.dapr.io"',
    opens=("conversion-untrusted",),
)

UP_TO_DATE: Final = Signature(
    id="conversion-up-to-date",
    row=65,
    kind=Kind.STATE,
    components=(Component.OPERATOR,),
    literal="Conversion webhook for",
    pattern=re.compile(r"Conversion webhook for .{1,200} is up to date"),
    meaning="The roots in the CRD subscriptions.dapr.io are the operator's.",
    cause="It looks at them when it starts.",
    remedy="Nothing.",
    witness='Conversion webhook for "subscriptions.dapr.io" is up to date',
    opens=("conversion-untrusted",),
)

GROUP: Final = Group(
    title="State",
    lead=(
        "Nothing is wrong. These lines date what happened: a bundle that was loaded, roots that were read again, certificates that were "
        "renewed."
    ),
    signatures=(LOADED, LOADED_A, RELOADING, ROOTS, PATCHED, UP_TO_DATE, NO_MTLS, FIRST, RENEWED, RENEWED_A),
)
