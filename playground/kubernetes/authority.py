"""A CA like the one that sentry makes for itself (pkg/sentry/server/ca/bundle): root and issuer, one year, keys by its version."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.model.versions import NEWEST, Version

LIFETIME: Final = timedelta(days=365)
CLOCK_SKEW: Final = timedelta(minutes=15)
TRUST_DOMAIN: Final = "cluster.local"
SENTRY: Final = f"spiffe://{TRUST_DOMAIN}/ns/dapr-system/dapr-sentry"
ED25519_SINCE: Final = (1, 18, 0)
USAGES: Final = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The three files of a trust bundle as PEM, and when root and issuer end (UTC, whole seconds)."""

    ca: bytes
    issuer: bytes
    key: bytes
    not_after_at: datetime


def made_by_sentry(made_at: datetime, version: Version = NEWEST) -> Authority:
    """Root and issuer of a cluster whose sentry first started at ``made_at``; both end in the same second, a year later."""
    made_at = made_at.replace(microsecond=0)
    root_key, issuer_key = _key(version), _key(version)
    root = _certificate(TRUST_DOMAIN, root_key, made_at, usages=("digital_signature", "key_cert_sign"))
    # Up to 1.11 operator and placement serve with the issuer itself.
    names = (TRUST_DOMAIN,) if version.class_ == "A" else ()
    issuer = _certificate(SENTRY, issuer_key, made_at, usages=("key_cert_sign", "crl_sign"), signer=(root, root_key), names=names)
    return Authority(
        ca=root.public_bytes(Encoding.PEM),
        issuer=issuer.public_bytes(Encoding.PEM),
        key=issuer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        not_after_at=made_at + LIFETIME,
    )


def _key(version: Version) -> PrivateKey:
    return Ed25519PrivateKey.generate() if version.number >= ED25519_SINCE else generate_private_key(SECP256R1())


def _certificate(
    organization: str,
    key: PrivateKey,
    made_at: datetime,
    *,
    usages: tuple[str, ...],
    signer: tuple[x509.Certificate, PrivateKey] | None = None,
    names: tuple[str, ...] = (),
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)])
    signer_name, signer_key = (signer[0].subject, signer[1]) if signer else (name, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made_at - CLOCK_SKEW)
        .not_valid_after(made_at + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    return builder.sign(signer_key, None if isinstance(signer_key, Ed25519PrivateKey) else SHA256())
