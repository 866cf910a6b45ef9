"""Trust bundles in the shapes that Dapr's rotations leave behind: one root or many of the same name, and cross-signed ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

ROOT: Final = "cluster.local"
ISSUER: Final = "spiffe://cluster.local/ns/dapr-system/dapr-sentry"
LIFETIME: Final = timedelta(days=365)
USAGES: Final = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """PEM of ca.crt, issuer.crt (issuer first) and issuer.key. The root that signed the issuer stands last."""

    ca: bytes
    issuer: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Ed25519PrivateKey

    @property
    def pem(self) -> bytes:
        """As it stands in a file."""
        return self.certificate.public_bytes(Encoding.PEM)


def with_roots(count: int, now: datetime) -> Bundle:
    """As many roots, all of the same subject as sentry names them, so that each is a candidate for every signature."""
    roots = [_made(ROOT, Ed25519PrivateKey.generate(), now) for _ in range(count)]
    key = Ed25519PrivateKey.generate()
    return _bundle(roots, [_made(ISSUER, key, now, by=roots[-1])])


def cross_signed(now: datetime) -> Bundle:
    """A rotation in progress: the new root is also there as the old root signed it, so that there are two paths."""
    old, key = _made(ROOT, Ed25519PrivateKey.generate(), now), Ed25519PrivateKey.generate()
    new = _made("new", key, now)
    cross = _made("new", key, now, by=old)
    issuer = _made(ISSUER, Ed25519PrivateKey.generate(), now, by=new)
    return _bundle([old, new], [issuer, cross])


def _bundle(roots: list[Made], chain: list[Made]) -> Bundle:
    key = chain[0].key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Bundle(ca=b"".join(one.pem for one in roots), issuer=b"".join(one.pem for one in chain), key=key)


def _made(subject: str, key: Ed25519PrivateKey, now: datetime, *, by: Made | None = None) -> Made:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject)])
    signer = by.key if by else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.certificate.subject if by else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{usage: usage in ("key_cert_sign", "crl_sign") for usage in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return Made(builder.sign(signer, None), key)
