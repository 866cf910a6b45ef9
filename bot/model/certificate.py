"""One X.509 certificate as facts about it, and the certificates of a PEM text. Facts are read as Go reads them."""

import functools
import hashlib
from datetime import datetime
from typing import Final

import msgspec

from bot.model.pem import PemDocument
from bot.model.x509.extensions import EKU_ANY, EKU_CLIENT_AUTH, EKU_SERVER_AUTH
from bot.model.x509.parser import Parsed, parse
from bot.model.x509.public_key import canonical_spki
from bot.model.x509.signature import algorithm, signed_by

_KEY_USAGES: Final = (
    "digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
)  # fmt: skip
_EXTENDED_KEY_USAGES: Final = {
    EKU_ANY: "any",
    EKU_SERVER_AUTH: "serverAuth",
    EKU_CLIENT_AUTH: "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
}
# So that a stream of ever new certificates cannot fill the memory.
_CACHED = 512


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that Go parses.

    ``fingerprint``  SHA-256 of the DER, lower-case hex; ``serial`` hex without leading zeros
    ``subject``, ``issuer``  one line each, unprintable characters escaped; outside text all the same
    ``key_kind``     "ECDSA P-256", "RSA 2048", "Ed25519", ...; ``key_sha256`` digest of the SubjectPublicKeyInfo
    ``is_ca``        basicConstraints says CA:true; ``path_length`` its pathlen, None when unlimited or absent
    ``self_signed``  its own key signed it, and it may sign certificates (what Dapr asks of a root)
    ``key_usages``, ``extended_key_usages``  names, empty when the extension is absent
    """

    der: bytes
    fingerprint: str
    subject: str
    issuer: str
    serial: str
    not_before_at: datetime
    not_after_at: datetime
    key_kind: str
    key_sha256: str
    signature_algorithm: str
    is_ca: bool
    has_basic_constraints: bool
    path_length: int | None
    self_signed: bool
    key_usages: tuple[str, ...] = ()
    extended_key_usages: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    version: int = 3


def certificates(document: PemDocument) -> tuple[Certificate, ...]:
    """The certificates of a text that parse, in order, wherever they stand in it (Dapr may see fewer)."""
    return tuple(certificate(block.der) for block in document.blocks if block.der)


@functools.lru_cache(maxsize=_CACHED)
def certificate(der: bytes) -> Certificate:
    """The facts of one DER certificate. DerError (a ValueError) where Go refuses it."""
    return _facts(parse(der))


def _facts(parsed: Parsed) -> Certificate:
    found, how = parsed.extensions, algorithm(parsed)
    names = found.names
    return Certificate(
        der=parsed.der,
        fingerprint=hashlib.sha256(parsed.der).hexdigest(),
        subject=parsed.subject,
        issuer=parsed.issuer,
        serial=f"{parsed.serial:x}",
        not_before_at=parsed.not_before_at,
        not_after_at=parsed.not_after_at,
        key_kind=parsed.key.label,
        key_sha256=hashlib.sha256(canonical_spki(parsed.key) or parsed.spki).hexdigest(),
        signature_algorithm=how.label if how else "unknown",
        is_ca=found.is_ca,
        has_basic_constraints=found.has_basic_constraints,
        path_length=found.path_length if found.path_length >= 0 else None,
        self_signed=not signed_by(parsed, parsed),
        key_usages=tuple(name for at, name in enumerate(_KEY_USAGES) if found.key_usage >> at & 1),
        extended_key_usages=tuple(_EXTENDED_KEY_USAGES.get(one, one) for one in found.extended_key_usages),
        dns_names=names.dns if names else (),
        version=parsed.version,
    )
