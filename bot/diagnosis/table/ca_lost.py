"""Sentry made a new CA. On a cluster that had one before, every older pod is cut off from now on."""

import re
from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

OPENS: Final = ("ca-changed", "stale-pods", "bundle-mismatch", "secret-incomplete", "configmap-incomplete")

GENERATED: Final = Signature(
    id="ca-generated",
    row=5,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="generating self signed CA",
    meaning="Sentry found no usable CA and makes a new one.",
    cause=(
        "On a new installation this is as it should be. On one that had a CA it was lost: up to 1.11 the Secret was empty; since 1.12 a "
        "key of the Secret was missing, or ca.crt of the ConfigMap was not the Secret's, byte for byte. One newline is enough."
    ),
    remedy=(
        "If you have a copy of the bundle, write it back before pods are recreated: docs/checks.md#writing-a-bundle-back. If not, the "
        "old CA is gone: recreate every pod with a sidecar, docs/checks.md#recreating-pods."
    ),
    witness="Root and issuer certs not found: generating self signed CA",
    opens=OPENS,
)

PERSISTED: Final = Signature(
    id="ca-generated-and-stored",
    row=6,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="elf-signed certs ",
    pattern=re.compile(r"[sS]elf-signed certs (?:and JWT root key )?generated"),
    meaning="The new CA has been written over whatever Secret and ConfigMap held.",
    cause="It follows the line that says that a CA is generated; from 1.16 on it speaks of the JWT key as well.",
    remedy=(
        "Roots that pods trusted until now are in no object any more. If you have a copy of the bundle, write it back: "
        "docs/checks.md#writing-a-bundle-back. If not, recreate every pod with a sidecar: docs/checks.md#recreating-pods."
    ),
    witness="Self-signed certs generated and persisted successfully",
    opens=OPENS,
)

NOT_STORED: Final = Signature(
    id="ca-not-stored",
    row=6,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="failed to update trust bundle",
    meaning="Sentry made a CA but could not write it, and ends.",
    cause="It may not update the Secret or the ConfigMap, or somebody wrote them in the same moment.",
    remedy=(
        "Ask bundle-mismatch before sentry starts again: one of the two objects may hold the new CA and the other one the old. Then mend "
        "the Role."
    ),
    witness='error creating CA: failed to update trust bundle configmap: configmaps "dapr-trust-bundle" is locked',
    versions="1.12 and later",
    opens=("bundle-mismatch", "ca-changed", "control-plane-unready"),
)

GROUP: Final = Group(
    title="The CA was replaced",
    lead="Harmless on the day Dapr is installed. On any other day nothing in a log is worse: nobody whose pod is older trusts the new CA.",
    signatures=(GENERATED, PERSISTED, NOT_STORED),
)
