"""Sentry does not start, or does not sign, because of its bundle."""

import re
from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature

WRITE_BACK: Final = (
    "Write the last good bundle back, with sentry scaled to zero until both objects are written, for a start in between replaces the CA: "
    "docs/checks.md#writing-a-bundle-back."
)
LINT: Final = "dapr-warden lint shows what sentry would say to a bundle before it is written."
REFUSED: Final = ("bundle-unloadable", "sentry-must-not-restart", "control-plane-unready")
NO_ROOT_FOR: Final = r"issuer chain does not belong to trust anchors: "
NO_ROOT: Final = NO_ROOT_FOR + r".{0,80}"

EXPIRED: Final = Signature(
    id="sentry-refuses-expired-ca",
    row=9,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer chain does not belong to trust anchors",
    pattern=re.compile(NO_ROOT + r"certificate has expired(?!.{1,80} is b)"),
    meaning="Sentry does not start: its root or its issuer has expired.",
    cause="A running sentry goes on with an expired CA without a word; it refuses at its next start or reload, perhaps weeks later.",
    remedy=(
        "Nothing verifies any more, so replace the CA in the order of docs/checks.md#already-expired, with sentry scaled to zero until "
        "both objects are written. Restarting sentry does not help."
    ),
    witness=(
        "error creating CA: failed to get CA bundle: failed to verify CA bundle: issuer chain does not belong to trust anchors: x509: "
        "certificate has expired or is not yet valid: current time 2026-06-19T13:19:51Z is after 2026-06-16T12:31:17Z"
    ),
    versions="1.12 and later",
    opens=("root-expiry", "issuer-expiry", "intermediate-expiry", *REFUSED),
)

NOT_YET: Final = Signature(
    id="sentry-refuses-future-ca",
    row=9,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer chain does not belong to trust anchors",
    pattern=re.compile(NO_ROOT + r"certificate has expired.{1,80} is b"),
    meaning="Sentry does not start: its root or its issuer is not valid yet.",
    cause="The CA was made on a machine whose clock is ahead, or the node's clock is behind.",
    remedy="Wait if it is minutes, set the clock if it is wrong; otherwise write the last good pair back: docs/checks.md#not-yet-valid.",
    witness=(
        "error creating CA: issuer chain does not belong to trust anchors: x509: certificate has expired or is not yet valid: current "
        "time 2026-06-19T13:19:51Z is before 2026-06-19T14:00:00Z"
    ),
    versions="1.12 and later",
    opens=("not-yet-valid", *REFUSED),
)

OTHER_ROOT: Final = Signature(
    id="sentry-refuses-other-root",
    row=10,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer chain does not belong to trust anchors",
    pattern=re.compile(NO_ROOT + r"certificate signed by unknown authority"),
    meaning="Sentry does not start: its issuer was signed by none of its roots.",
    cause="A bundle was written by halves: ca.crt of one CA, issuer.crt of another, or an intermediate is missing between them.",
    remedy=f"{WRITE_BACK} {LINT}",
    witness=(
        "error creating CA: failed to get CA bundle: failed to verify CA bundle: issuer chain does not belong to trust anchors: x509: "
        "certificate signed by unknown authority"
    ),
    versions="1.12 and later",
    opens=REFUSED,
)

NOT_SELF_SIGNED: Final = Signature(
    id="sentry-refuses-root-not-self-signed",
    row=12,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="certificate in trust anchor is not self-signed",
    meaning="Sentry does not start: ca.crt holds a certificate that is no root.",
    cause=(
        "An intermediate, or a root that another CA has signed as well, was put into ca.crt. Such a one belongs into issuer.crt, after "
        "the issuer."
    ),
    remedy=f"Leave only self-signed CA certificates in ca.crt. {WRITE_BACK}",
    witness="error creating CA: certificate in trust anchor is not self-signed: x509: ECDSA verification failure",
    versions="1.12 and later",
    opens=REFUSED,
)

CHAIN: Final = Signature(
    id="sentry-refuses-chain",
    row=14,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="certificate chain is not valid",
    meaning="Sentry does not start: the certificates in issuer.crt do not sign each other in the order in which they stand.",
    cause="issuer.crt must begin with the issuer, and each certificate must be signed by the one after it.",
    remedy=f"Bring them into that order. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: certificate chain is not valid",
    versions="1.12 and later",
    opens=REFUSED,
    is_shared=True,
)

NOT_A_CA: Final = Signature(
    id="sentry-refuses-issuer-not-a-ca",
    row=16,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="intermediate certificate is not valid for signing",
    meaning="Sentry does not start: the issuer is not allowed to sign certificates.",
    cause="issuer.crt has neither basicConstraints CA:TRUE nor the key usage keyCertSign: a server's certificate, not a CA's.",
    remedy="Make an issuer that is a CA: docs/checks.md#making-a-ca. " + WRITE_BACK,
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: intermediate certificate is not valid for signing",
    versions="1.12 and later",
    opens=REFUSED,
    is_shared=True,
)

KEY_KIND: Final = Signature(
    id="sentry-refuses-key-kind",
    row=17,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="unsupported key type",
    pattern=re.compile(r"unsupported key type:? \*?(?:ed25519|rsa)\.PrivateKey"),
    meaning="Sentry does not start: it cannot work with an issuer key of this kind.",
    cause=(
        "The issuer's key is RSA or Ed25519, and this sentry knows ECDSA only. It comes from a CA of one's own, from the CLI 1.18 or "
        "later, or from a control plane that was 1.18 before."
    ),
    remedy=(
        "Upgrade to 1.16.16, 1.17.7, 1.18.0 or later; or give it an ECDSA P-256 issuer, which every version works with: "
        f"docs/checks.md#making-a-ca. {WRITE_BACK}"
    ),
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: unsupported key type ed25519.PrivateKey",
    versions="1.12-1.16.14, 1.17.0-1.17.6",
    opens=REFUSED,
    is_shared=True,
)

KEY_USAGE: Final = Signature(
    id="sentry-refuses-key-usage",
    row=11,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer chain does not belong to trust anchors",
    pattern=re.compile(NO_ROOT + r"certificate specifies an incompatible key usage"),
    meaning="Sentry does not start: its issuer or its root is not meant for servers.",
    cause="A CA of one's own has an extended key usage without serverAuth; Go takes that for a limit on everything below it.",
    remedy=f"Make root and issuer without an extended key usage: docs/checks.md#making-a-ca. {WRITE_BACK}",
    witness="error creating CA: issuer chain does not belong to trust anchors: x509: certificate specifies an incompatible key usage",
    versions="1.12 and later",
    opens=REFUSED,
)

SELF_SIGNED: Final = Signature(
    id="sentry-refuses-self-signed-issuer",
    row=15,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer chain is empty after re-encoding",
    meaning="Sentry does not start: its issuer is a root.",
    cause="The same self-signed certificate stands in ca.crt and issuer.crt. Up to 1.15 that was accepted.",
    remedy=f"Make an issuer that the root has signed: docs/checks.md#making-a-ca. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: issuer chain is empty after re-encoding",
    versions="1.16 and later",
    opens=REFUSED,
)

SIGNING: Final = Signature(
    id="sentry-cannot-sign",
    row=18,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="requested SignatureAlgorithm does not match private key type",
    meaning="Sentry runs, but cannot sign what it was asked to sign.",
    cause="A sidecar of 1.18 or later asks an older sentry with an Ed25519 key; or the issuer's own key is RSA or Ed25519.",
    remedy=(
        "Upgrade the control plane before the sidecars: docs/checks.md#sidecar-newer. If the issuer is not ECDSA: "
        "docs/checks.md#making-a-ca."
    ),
    witness="Error signing identity: x509: requested SignatureAlgorithm does not match private key type",
    versions="1.16.15 and earlier, 1.17.0-1.17.1",
    opens=("sidecar-newer", "bundle-unloadable"),
    is_shared=True,
)

OTHER_FLAW: Final = Signature(
    id="sentry-refuses-path",
    row=10,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer chain does not belong to trust anchors",
    pattern=re.compile(NO_ROOT_FOR + r"(?!.{0,80}(?:certificate has expired|signed by unknown authority|incompatible key usage))"),
    meaning="Sentry does not start: no path from its issuer to a root satisfies Go.",
    cause="The last words tell the flaw: a critical extension that Go does not know, a path length, a name constraint.",
    remedy=f"Make a CA without it: docs/checks.md#making-a-ca. {WRITE_BACK} {LINT}",
    witness=(
        "error creating CA: failed to verify CA bundle: issuer chain does not belong to trust anchors: x509: unhandled critical extension"
    ),
    versions="1.12 and later",
    opens=REFUSED,
)

GROUP: Final = Group(
    title="Sentry refuses its bundle",
    lead=(
        "Sentry judges its bundle when it starts or reloads, and ends when it does not like it. The part after the last colon tells why; "
        "from 1.16 on more words stand before it."
    ),
    signatures=(EXPIRED, NOT_YET, OTHER_ROOT, KEY_USAGE, OTHER_FLAW, NOT_SELF_SIGNED, CHAIN, SELF_SIGNED, NOT_A_CA, KEY_KIND, SIGNING),
)
