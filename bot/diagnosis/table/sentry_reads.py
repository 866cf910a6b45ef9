"""Sentry does not start because it cannot read its bundle, or part of it."""

import re
from typing import Final

from bot.diagnosis.signature import Component, Group, Kind, Signature
from bot.diagnosis.table.sentry_refuses import REFUSED, WRITE_BACK

UNREADABLE: Final = ("pem-damage", "configmap-incomplete", "secret-incomplete", *REFUSED)
ABSENT: Final = ("secret-incomplete", "dapr-missing", "control-plane-unready")
JWT: Final = (
    "If nobody uses Dapr's JWTs, remove jwt.key and jwks.json from the Secret; sentry makes new ones when it needs them. "
    "Otherwise write the two that belong together."
)

KEY_MISMATCH: Final = Signature(
    id="sentry-refuses-key",
    row=13,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="issuer key does not match issuer certificate",
    meaning="Sentry does not start: issuer.key is not the key of issuer.crt.",
    cause="Files of two CAs were mixed, or only one of the two was written.",
    remedy=f"Put together what was made together. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: issuer key does not match issuer certificate",
    versions="1.12 and later",
    opens=REFUSED,
)

KEY_MISMATCH_A: Final = Signature(
    id="sentry-refuses-key-before-1-12",
    row=13,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="public and private key pair do not match",
    meaning="Sentry does not start: issuer.key is not the key of issuer.crt.",
    cause="Files of two CAs were mixed, or only one of the two was written.",
    remedy="Write certificate and key that were made together into the Secret: docs/checks.md#writing-a-bundle-back.",
    witness=(
        "error loading trust root bundle: error reading PEM credentials: error validating credentials: public and private key pair do "
        "not match"
    ),
    versions="1.11 and earlier",
    opens=REFUSED,
    is_shared=True,
)

NO_ROOTS: Final = Signature(
    id="sentry-refuses-roots-unreadable",
    row=20,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="failed to decode trust anchors",
    pattern=re.compile(r"(?:CA bundle|creating CA): failed to decode trust anchors"),
    meaning="Sentry does not start: it finds no certificate in ca.crt.",
    cause=r"The text is empty, cut off, base64 twice, or its line ends are the two characters \n.",
    remedy=f"Write the text anew, whole. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: failed to decode trust anchors: no certificates found",
    versions="1.12 and later",
    opens=UNREADABLE,
)

NO_CERTIFICATES: Final = Signature(
    id="sentry-refuses-issuer-unreadable",
    row=20,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="no certificates found",
    pattern=re.compile(r"(?<!trust anchors: )no certificates found"),
    meaning="Sentry does not start: it finds no certificate in issuer.crt.",
    cause="The text is empty, cut off, or begins with something else, such as the key.",
    remedy=f"Write the text anew, whole. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: no certificates found",
    opens=UNREADABLE,
    is_shared=True,
)

STRAY_BYTES: Final = Signature(
    id="sentry-refuses-roots-before-1-12",
    row=20,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="error parsing cert pool for trust anchors",
    meaning="Sentry does not start: ca.crt is not purely PEM.",
    cause="Up to 1.11 any byte after the last block except one newline is an error, a second newline too.",
    remedy="Write ca.crt anew, ending in exactly one newline: docs/checks.md#writing-a-bundle-back.",
    witness="error loading trust root bundle: error parsing cert pool for trust anchors: invalid PEM certificate",
    versions="1.11 and earlier",
    opens=("pem-damage", *REFUSED),
)

MALFORMED: Final = Signature(
    id="sentry-refuses-malformed",
    row=20,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="error creating CA",
    pattern=re.compile(
        r"error creating CA: (?:failed to \w{1,10} CA bundle: ){0,2}(?:x509|asn1|ecdsa|crypto/\w{1,20}|invalid P\d{3}|input overflows)\b"
    ),
    meaning="Sentry does not start: a certificate or the key in its bundle is PEM, but cannot be read.",
    cause="The tool that made it writes what Go does not accept, or the text was damaged.",
    remedy=f"Make it anew with another tool: docs/checks.md#making-a-ca. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: x509: malformed certificate",
    versions="1.12 and later",
    opens=("pem-damage", *REFUSED),
)

MALFORMED_A: Final = Signature(
    id="sentry-refuses-malformed-before-1-12",
    row=20,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="error reading PEM credentials",
    pattern=re.compile(r"error reading PEM credentials: (?!no certificates found|unsupported block type|key is not PEM|error validating)"),
    meaning="Sentry does not start: issuer.crt or issuer.key cannot be read.",
    cause="A certificate or the key is damaged, or any byte but one newline stands after the last block.",
    remedy="Write the text anew, ending in exactly one newline: docs/checks.md#writing-a-bundle-back.",
    witness="error loading trust root bundle: error reading PEM credentials: invalid PEM certificate",
    versions="1.11 and earlier",
    opens=("pem-damage", *REFUSED),
)

KEY_BLOCK: Final = Signature(
    id="sentry-refuses-key-block",
    row=19,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="unsupported block type",
    pattern=re.compile(r"(?<!JWT signing key: )unsupported block type"),
    meaning="Sentry does not start: issuer.key does not begin with a private key.",
    cause=(
        "The command openssl ecparam -genkey writes a block EC PARAMETERS first, and only the first block is read; or the file is a "
        "certificate."
    ),
    remedy=f"Make the key with openssl genpkey: docs/checks.md#making-a-ca. Or cut the first block off. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: unsupported block type EC PARAMETERS",
    opens=REFUSED,
    is_shared=True,
)

KEY_NOT_PEM: Final = Signature(
    id="sentry-refuses-key-unreadable",
    row=19,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="key is not PEM encoded",
    pattern=re.compile(r"(?<!JWT signing key: )key is not PEM encoded"),
    meaning="Sentry does not start: issuer.key is not PEM.",
    cause="It is empty, DER, or base64 twice.",
    remedy=f"Write the key that belongs to issuer.crt as PEM. {WRITE_BACK}",
    witness="error creating CA: failed to get CA bundle: failed to verify CA bundle: key is not PEM encoded",
    opens=("secret-incomplete", *REFUSED),
    is_shared=True,
)

NO_CONFIGMAP: Final = Signature(
    id="sentry-misses-configmap",
    row=21,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="dapr-trust-bundle",
    pattern=re.compile(r"configmaps\W{1,8}dapr-trust-bundle\W{1,8}not found"),
    meaning="Sentry does not start: the ConfigMap dapr-trust-bundle does not exist in its namespace.",
    cause="Somebody deleted it, or the release is in another namespace than the objects.",
    remedy="Create it with the Secret's ca.crt in it, before sentry starts again: docs/checks.md#configmap-incomplete.",
    witness='error creating CA: failed to get CA bundle: configmaps "dapr-trust-bundle" not found',
    versions="1.12 and later",
    opens=("configmap-incomplete", "sentry-must-not-restart", "control-plane-unready"),
)

NO_SECRET: Final = Signature(
    id="sentry-misses-secret",
    row=22,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="dapr-trust-bundle",
    pattern=re.compile(r"secrets\W{1,8}dapr-trust-bundle\W{1,8}not found"),
    meaning="Sentry does not start: the Secret dapr-trust-bundle does not exist in its namespace.",
    cause="Somebody deleted it, or the release is in another namespace than the objects. With it the issuer's key is gone.",
    remedy=(
        "Write it back from your copy before sentry starts again: docs/checks.md#secret-incomplete. An empty one would make sentry "
        "replace the CA."
    ),
    witness='error creating CA: failed to get CA bundle: failed to get trust bundle secret: secrets "dapr-trust-bundle" not found',
    opens=ABSENT,
)

FORBIDDEN: Final = Signature(
    id="sentry-may-not-read-bundle",
    row=22,
    kind=Kind.OTHER,
    components=(Component.SENTRY,),
    literal="dapr-trust-bundle",
    pattern=re.compile(r"(?:secrets|configmaps)\W{1,8}dapr-trust-bundle\W{1,8}is forbidden"),
    meaning="Sentry does not start: it may not read or write its bundle.",
    cause="Its Role or RoleBinding is missing or names another namespace or ServiceAccount.",
    remedy="Install the chart's Roles again with the version that runs. The bundle itself is not the matter.",
    witness=(
        'error creating CA: secrets "dapr-trust-bundle" is forbidden: User "system:serviceaccount:dapr-system:dapr-sentry" cannot get '
        'resource "secrets"'
    ),
    opens=("control-plane-unready",),
)

NOT_MOUNTED: Final = Signature(
    id="sentry-finds-no-files",
    row=24,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="timed out on detecting credentials on filesystem",
    meaning="Sentry does not start: the files of its bundle did not appear within half a minute.",
    cause="A key of the Secret is missing, or the Secret is not mounted.",
    remedy="See which key is missing, and write the bundle back: docs/checks.md#secret-incomplete.",
    witness="timed out on detecting credentials on filesystem",
    versions="1.11 and earlier",
    opens=ABSENT,
)

JWKS: Final = Signature(
    id="sentry-refuses-jwks",
    row=32,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="failed to verify JWKS",
    meaning="Sentry does not start: jwks.json does not hold the public half of jwt.key.",
    cause="One of the two was written without the other. They are read whenever both are there, also where JWTs are off.",
    remedy=JWT,
    witness=(
        "error creating CA: failed to get CA bundle: failed to verify JWKS: JWKS doesn't contain a matching public key for the JWT "
        "signing key"
    ),
    versions="1.16 and later",
    opens=("control-plane-unready",),
)

JWT_KEY: Final = Signature(
    id="sentry-refuses-jwt-key",
    row=32,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="failed to load JWT signing key",
    meaning="Sentry does not start: it cannot read jwt.key.",
    cause="The key is not PEM, or of a kind that it does not know.",
    remedy=JWT,
    witness="error creating CA: failed to get CA bundle: failed to load JWT signing key: failed to decode JWT signing key: key is bad",
    versions="1.16 and later",
    opens=("control-plane-unready",),
)

JWT_ALGORITHM: Final = Signature(
    id="sentry-refuses-jwt-algorithm",
    row=32,
    kind=Kind.CERTIFICATE,
    components=(Component.SENTRY,),
    literal="JWT signing key is incompatible with algorithm",
    meaning="Sentry does not start: jwt.key is not of the kind that its signing algorithm needs.",
    cause="The flag for the algorithm was changed, or another key was written.",
    remedy="Set the algorithm that goes with the key (RS256 for RSA, ES256 for P-256), or change the key.",
    witness="error creating CA: JWT signing key is incompatible with algorithm RS256: key is *ecdsa.PrivateKey",
    versions="1.16 and later",
    opens=("control-plane-unready",),
)

GROUP: Final = Group(
    title="Sentry cannot read its bundle",
    lead=(
        "It ends at once when an object, a key or a text is missing or broken, and Kubernetes starts it again and again. Each start "
        "reads both objects anew."
    ),
    signatures=(
        KEY_MISMATCH, KEY_MISMATCH_A, NO_ROOTS, NO_CERTIFICATES, MALFORMED, STRAY_BYTES, MALFORMED_A, KEY_BLOCK, KEY_NOT_PEM,
        NO_CONFIGMAP, NO_SECRET, FORBIDDEN, NOT_MOUNTED, JWKS, JWT_KEY, JWT_ALGORITHM,
    ),
)  # fmt: skip
