"""Makes the new CA: a root, an issuer below it, and the certificate by which the old issuer vouches for the new root.

As sentry makes its own (dapr/dapr pkg/sentry/server/ca/bundle/cert.go), but always ECDSA P-256, which every version loads, and with
key identifiers, by which Go finds paths faster. No pathlen and no extended key usages: either would make peers refuse something.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.errors import InputError
from bot.model.certificate import Certificate, certificate
from bot.rotation.private_key import PrivateKey, PublicKey, stand_in

BACKDATED: Final = timedelta(minutes=15)
"""So much clocks may differ: what is made now is valid everywhere now."""
SHORTEST: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=3650)
_USAGES: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCa:
    """A new CA, or one that comes back, as everybody may see it."""

    root: Certificate
    issuer: Certificate

    @property
    def lifetime(self) -> timedelta:
        """From when it was made to its end."""
        return self.root.not_after_at - self.root.not_before_at - BACKDATED

    @property
    def ends_at(self) -> datetime:
        """The end of whichever ends first."""
        return min(self.root.not_after_at, self.issuer.not_after_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(NewCa):
    """A new CA that can sign. The root's key is gone already: it has signed what it was made for."""

    issuer_key: PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A certificate that somebody else's key is to sign later. ``stand_in``: the same, signed by a throw-away key.

    ``signed_part``: SHA-256 of the to-be-signed bytes, hex; whatever is signed in the end has the same.
    """

    stand_in: Certificate
    signer: Certificate
    signed_part: str


def established(trust_domain: str, namespace: str, at: datetime, lifetime: timedelta) -> Authority:
    """Root and issuer of one lifetime, valid since a quarter of an hour before ``at``. InputError for a lifetime out of bounds."""
    if not SHORTEST <= lifetime <= LONGEST:
        raise InputError(f"A CA of {lifetime.days} days is not made.", hint=f"{SHORTEST.days} to {LONGEST.days} days are possible.")
    since = at.replace(microsecond=0)  # certificates count whole seconds
    valid = since - BACKDATED, since + lifetime
    root_key, issuer_key = PrivateKey.made(), PrivateKey.made()
    root_name = _name(trust_domain)
    root = _builder(root_name, root_name, root_key.public_key(), valid, by=root_key.public_key())
    issuer_name = _name(f"spiffe://{trust_domain}/ns/{namespace}/dapr-sentry")
    issuer = _builder(issuer_name, root_name, issuer_key.public_key(), valid, by=root_key.public_key())
    return Authority(root=_signed(root, root_key), issuer=_signed(issuer, root_key), issuer_key=issuer_key)


def promised(root: Certificate, by: Certificate, ends_at: datetime, serial: int) -> Promise:
    """The cross-certificate: the new root's name and key, to be signed by the old issuer. ``ends_at``: it outlives nobody that it needs.

    Everything in it is decided here. The old issuer's key is not needed for that, and is not asked for.
    """
    found = _signed(_cross(root, by, ends_at, serial), stand_in(_public(by)))
    return Promise(stand_in=found, signer=by, signed_part=signed_part(found))


def kept(promise: Promise, signer: PrivateKey) -> Certificate:
    """The cross-certificate, signed for good. InputError when this is not the old issuer's key."""
    cross, by = promise.stand_in, promise.signer
    if signer.public_key() != _public(by):
        raise InputError("The private key is not that of the issuer which is to sign.", hint="The Secret changed; plan again.")
    return _signed(_cross(cross, by, cross.not_after_at, int(cross.serial, 16)), signer)


def signed_part(one: Certificate) -> str:
    """SHA-256 of a certificate's to-be-signed bytes, hex."""
    return hashlib.sha256(x509.load_der_x509_certificate(one.der).tbs_certificate_bytes).hexdigest()


def new_serial() -> int:
    """A random one (RFC 5280, 4.1.2.2: positive, at most 20 octets)."""
    return x509.random_serial_number()


def _cross(root: Certificate, by: Certificate, ends_at: datetime, serial: int) -> x509.CertificateBuilder:
    own, issuer = x509.load_der_x509_certificate(root.der), x509.load_der_x509_certificate(by.der)
    builder = _builder(own.subject, issuer.subject, _public(root), (root.not_before_at, ends_at), serial=serial)
    try:
        identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return builder
    return builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, valid: tuple[datetime, datetime], *, by: PublicKey | None = None, serial: int = 0
) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial or new_serial())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_USAGES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    return builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by), critical=False) if by else builder


def _signed(builder: x509.CertificateBuilder, signer: PrivateKey) -> Certificate:
    return certificate(signer.signs(builder).public_bytes(Encoding.DER))


def _public(one: Certificate) -> PublicKey:
    key = x509.load_der_x509_certificate(one.der).public_key()
    if not isinstance(key, PublicKey):
        raise InputError(f"{one.key_kind} keys sign no certificates: ECDSA, RSA or Ed25519 is needed.")
    return key


def _name(organization: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)])
