"""Certificates for tests: a good one by default, every deviation by name. Keys are made once per process and kind.

root = a_root()
issuer = an_issuer(root, path_length=0)
files = bundle_of(issuer, roots=(root,))
"""

import datetime as dt
import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CA_USAGES = ("digital_signature", "key_cert_sign", "crl_sign")
SERVER, CLIENT, CODE, ANY = (
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
)
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_CURVES: dict[str, ec.EllipticCurve] = {
    "p224": ec.SECP224R1(), "p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1(), "k256": ec.SECP256K1(),
}  # fmt: skip
_serials = itertools.count(1000)


@functools.cache
def a_key(kind: str = "p256", name: str = "") -> PrivateKey:
    """A private key of a kind: p224, p256, p384, p521, k256, ed25519, rsa1024, rsa2048, rsa3072. Same kind and name: same key."""
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    return ec.generate_private_key(_CURVES[kind])


@dataclass(frozen=True)
class Made:
    """A certificate with the key that belongs to it."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return key_pem(self.key)


@dataclass(frozen=True)
class Files:
    """The three files of a bundle, and the ConfigMap's ca.crt where it is not simply the same."""

    ca: bytes
    issuer: bytes
    key: bytes
    configmap: bytes | None = None


def key_pem(key: PrivateKey, encoding: str = "pkcs8") -> bytes:
    """A private key as PEM: pkcs8 (PRIVATE KEY) or traditional (EC PRIVATE KEY, RSA PRIVATE KEY)."""
    style = PrivateFormat.PKCS8 if encoding == "pkcs8" else PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, style, NoEncryption())


def an_x25519_key_pem() -> bytes:
    return x25519.X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def a_certificate(
    subject: str | x509.Name = "thing",
    *,
    key: PrivateKey | None = None,
    by: Made | None = None,
    issuer: str | x509.Name | None = None,
    ca: bool | None = True,
    path_length: int | None = None,
    usages: Sequence[str] | None = CA_USAGES,
    extended: Sequence[ObjectIdentifier] | None = None,
    dns: Sequence[str] = (),
    uris: Sequence[str] = (),
    not_before: dt.datetime | None = None,
    not_after: dt.datetime | None = None,
    now: dt.datetime = NOW,
    digest: hashes.HashAlgorithm | None = None,
    pss: bool = False,
    serial: int | None = None,
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (),
    key_identifiers: bool = True,
) -> Made:
    """One certificate, self-signed unless ``by`` names its signer. ``ca`` None leaves basicConstraints out."""
    own = key or a_key("p256", str(subject))
    signer = by.key if by else own
    named_by = issuer if issuer is not None else (by.certificate.subject if by else subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(named_by))
        .public_key(own.public_key())
        .serial_number(serial or next(_serials))
        .not_valid_before(not_before or now - DAY)
        .not_valid_after(not_after or now + 365 * DAY)
    )
    for extension, critical in _authority(ca=ca, path_length=path_length, usages=usages):
        builder = builder.add_extension(extension, critical)
    for extension in _purpose(extended, dns, uris):
        builder = builder.add_extension(extension, critical=False)
    if key_identifiers:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Made(_signed(builder, signer, digest, pss=pss), own)


def _signed(builder: x509.CertificateBuilder, signer: PrivateKey, digest: hashes.HashAlgorithm | None, *, pss: bool) -> x509.Certificate:
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return builder.sign(signer, None)
    chosen = digest or hashes.SHA256()
    if pss:
        return builder.sign(signer, chosen, rsa_padding=padding.PSS(padding.MGF1(chosen), chosen.digest_size))  # type: ignore[arg-type]
    return builder.sign(signer, chosen)  # type: ignore[arg-type]  # any hash, also the weak ones under test


def _name(value: str | x509.Name) -> x509.Name:
    if isinstance(value, x509.Name):
        return value
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, value)] if value else [])


def _authority(*, ca: bool | None, path_length: int | None, usages: Sequence[str] | None) -> Iterable[tuple[x509.ExtensionType, bool]]:
    if ca is not None:
        yield x509.BasicConstraints(ca=ca, path_length=path_length if ca else None), True
    if usages is not None:
        yield x509.KeyUsage(**{name: name in usages for name in _USAGES}), True


def _purpose(extended: Sequence[ObjectIdentifier] | None, dns: Sequence[str], uris: Sequence[str]) -> Iterable[x509.ExtensionType]:
    if extended is not None:
        yield x509.ExtendedKeyUsage(extended)
    names = [*map(x509.DNSName, dns), *map(x509.UniformResourceIdentifier, uris)]
    if names:
        yield x509.SubjectAlternativeName(names)


def a_root(subject: str = "root", **deviations: Any) -> Made:
    """A self-signed CA certificate as sentry would make one."""
    return a_certificate(subject, **deviations)


def an_issuer(by: Made, subject: str = "issuer", **deviations: Any) -> Made:
    """A CA certificate that is not a root; also used for intermediates."""
    return a_certificate(subject, by=by, **deviations)


def cross_signed(new_root: Made, by: Made, **deviations: Any) -> Made:
    """The new root's subject and key in a certificate that another CA signed."""
    return a_certificate(new_root.certificate.subject, key=new_root.key, by=by, **deviations)


def a_leaf(by: Made, subject: str = "", **deviations: Any) -> Made:
    """A workload certificate as sentry signs it."""
    chosen: dict[str, Any] = {
        "ca": None, "usages": ("digital_signature",), "extended": (SERVER, CLIENT), "uris": ("spiffe://public/ns/default/app",),
    }  # fmt: skip
    return a_certificate(subject, by=by, **(chosen | deviations))


def bundle_of(*chain: Made, roots: Sequence[Made], key: bytes | None = None, configmap: bytes | None = None) -> Files:
    """The files for an issuer chain (issuer first) and its roots."""
    return Files(
        ca=b"".join(root.pem for root in roots),
        issuer=b"".join(one.pem for one in chain),
        key=key if key is not None else chain[0].key_pem,
        configmap=configmap,
    )


def a_good_bundle(**deviations: Any) -> Files:
    """A root and an issuer below it; deviations go to the issuer."""
    root = a_root()
    return bundle_of(an_issuer(root, **deviations), roots=(root,))


def spki(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
