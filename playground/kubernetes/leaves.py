"""Workload certificates as sentry signs them (pkg/sentry/server/ca): who holds one, from when to when, and what goes over the wire with it.

A leaf is signed when somebody wants to see it: of thousands of pods nobody looks at more than a few.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.model import pem
from bot.model.acceptance_view import seen_by_dapr
from bot.model.certificate import Certificate
from bot.model.path import Identity
from bot.model.problem import Problem
from bot.model.versions import NEWEST, Version
from bot.rotation.private_key import PrivateKey

SKEW: Final = timedelta(minutes=15)
TTL: Final = timedelta(hours=24)
# kit/crypto/spiffe from 1.14 on; before that pkg/security's own.
_AT_HALF_SINCE: Final = (1, 14, 0)
_HALF: Final = 0.5
_LATER: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What a sentry signs with: its issuer's chain and key, both PEM."""

    issuer: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A workload certificate. ``signing`` made it for ``identity`` at ``made_at``, to last until ``ends_at`` (whole seconds)."""

    identity: Identity
    signing: Signing
    made_at: datetime
    ends_at: datetime

    def lives(self, at: datetime) -> bool:
        """Whether its own dates allow it then."""
        return self.made_at - SKEW <= at <= self.ends_at

    def renews_at(self, version: Version) -> datetime:
        """When its holder asks for the next one."""
        share = _HALF if version.number >= _AT_HALF_SINCE else _LATER
        return self.made_at + (self.ends_at - self.made_at) * share

    @functools.cached_property
    def shown(self) -> tuple[bytes, ...]:
        """What its holder shows in a handshake, DER: itself, then what sentry sends along."""
        return (self._signed().public_bytes(Encoding.DER), *(one.der for one in sent_along(self.signing.issuer)))

    @property
    def served(self) -> bytes:
        """The same as PEM, behind its key: what a TLS server loads."""
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in self.shown)

    @functools.cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    def _signed(self) -> x509.Certificate:
        issuer = x509.load_der_x509_certificate(authorities(self.signing.issuer)[0].der)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(issuer.subject)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.made_at - SKEW)
            .not_valid_after(self.ends_at)
        )
        for extension, critical in _extensions(self.identity, issuer):
            builder = builder.add_extension(extension, critical)
        return PrivateKey.read(self.signing.key).signs(builder)


def signed(identity: Identity, signing: Signing, at: datetime, ttl: timedelta) -> Leaf:
    """A leaf of that moment."""
    since = at.replace(microsecond=0)
    return Leaf(identity=identity, signing=signing, made_at=since, ends_at=since + ttl)


def sent_along(issuer: bytes) -> tuple[Certificate, ...]:
    """Of the issuer's chain what sentry gives to its workloads: from 1.12 on nothing that is self-signed."""
    return tuple(one for one in authorities(issuer) if not one.self_signed)


@functools.lru_cache(maxsize=256)
def authorities(text: bytes) -> tuple[Certificate, ...]:
    """The certificates that Dapr reads from a PEM text, () when it refuses the text."""
    found = seen_by_dapr(pem.read(text), NEWEST, "")
    return () if isinstance(found, Problem) else found


def _extensions(identity: Identity, issuer: x509.Certificate) -> Iterator[tuple[x509.ExtensionType, bool]]:
    usages = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    others = dict.fromkeys(("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    yield x509.KeyUsage(digital_signature=True, **usages, **others), True
    yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False
    names = [x509.UniformResourceIdentifier(identity.spiffe_id), *map(x509.DNSName, identity.dns_names)]
    yield x509.SubjectAlternativeName(names), True
    try:
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return
    yield x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), False
