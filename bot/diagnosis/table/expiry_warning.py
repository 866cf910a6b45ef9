"""What sentry wrote once an hour until Dapr 1.11, and never again since."""

import re
from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

SOON: Final = Signature(
    id="root-expires-soon",
    row=1,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="Dapr root certificate expiration warning",
    pattern=re.compile(r"Dapr root certificate expiration warning: certificate expires in -?\d{1,9} days? and -?\d{1,9} hours?"),
    meaning="The root certificate ends in less than thirty days.",
    cause="Dapr makes root and issuer for one year, in the same second. Only the first root of ca.crt is looked at.",
    remedy=(
        "Renew the CA before that day. The way without downtime, docs/checks.md#renewing-without-downtime, needs 1.12 or later: upgrade "
        "first, or choose an hour yourself and go through docs/checks.md#already-expired while the old root still holds."
    ),
    witness="Dapr root certificate expiration warning: certificate expires in 2 days and 15 hours",
    versions="1.7-1.11",
    opens=("root-expiry", "issuer-expiry"),
)

OVER: Final = Signature(
    id="root-expired",
    row=2,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="Dapr root certificate expiration warning",
    pattern=re.compile(r"Dapr root certificate expiration warning: certificate has expired"),
    meaning="The root certificate has expired.",
    cause="Nobody renewed the CA in time. Connections that are open go on; no new one succeeds, and no sidecar that starts comes up.",
    remedy=(
        "Replace the CA, then restart sentry, the rest of the control plane and every pod with a sidecar, in this order: "
        "docs/checks.md#already-expired."
    ),
    witness="Dapr root certificate expiration warning: certificate has expired.",
    versions="1.7-1.11",
    opens=("root-expiry", "issuer-expiry"),
)

UNKNOWN: Final = Signature(
    id="root-expiry-unknown",
    row=3,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="ould not determine Dapr root certificate expiration time",
    meaning="Sentry cannot read its own root certificate, so it will not warn of its end.",
    cause="ca.crt in the Secret is not PEM, or its first block is not a certificate.",
    remedy="Look at the text and write it anew, whole: docs/checks.md#looking-at-a-bundle, docs/checks.md#writing-a-bundle-back.",
    witness="Could not determine Dapr root certificate expiration time",
    versions="1.7-1.11",
    opens=("pem-damage", "bundle-unloadable", "root-expiry"),
)

GROUP: Final = Group(
    title="The root ends, says sentry",
    lead=(
        "Up to Dapr 1.11 only, once an hour, the first time an hour after sentry's start. From 1.12 on no line of any log warns before "
        "the end, and an alert on these is silent for ever."
    ),
    signatures=(SOON, OVER, UNKNOWN),
)
