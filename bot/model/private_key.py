"""What may be known about issuer.key without keeping it: its kind, its public half's digest, and why Go could not read it."""

import hashlib

import msgspec

from bot.model.pem import MAX_SIZE, PemProblem, label_of, read
from bot.model.x509.der import DerError
from bot.model.x509.pem_decode import decode
from bot.model.x509.private_key import public_half
from bot.model.x509.public_key import canonical_spki

_ABOUT_CERTIFICATES = frozenset(
    (
        "certificate-malformed",
        "certificates-hidden",
        "no-certificate",
        "private-key-exposed",
        "too-many-certificates",
        "too-many-blocks",
        "certificate-too-large",
    )
)


class KeyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a private key file; nothing in here helps to guess the key.

    ``size``        bytes of the file
    ``label``       of the first PEM block, the only one that Dapr looks at: "PRIVATE KEY", "EC PRIVATE KEY", ... or ""
    ``kind``        "ECDSA P-256", "RSA 2048", "Ed25519", "X25519"; "" when it cannot be read
    ``key_sha256``  digest of the public half's SubjectPublicKeyInfo, equal to ``Certificate.key_sha256`` of its certificate
    ``problem``     why Go cannot read it, "" when it can
    ``problems``    slips recognised in the text (base64 twice, truncated, ...)
    """

    size: int
    label: str = ""
    kind: str = ""
    key_sha256: str = ""
    problem: str = ""
    problems: tuple[PemProblem, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether Go reads a key from it."""
        return not self.problem


def read_key(data: bytes) -> KeyFacts:
    """Facts about a private key file of any content. Never raises and keeps no part of it."""
    document = read(data)
    problems = tuple(problem for problem in document.problems if problem.id not in _ABOUT_CERTIFICATES)
    if len(data) > MAX_SIZE:
        return KeyFacts(size=len(data), problem="the file is too large to be a key", problems=problems)
    block = decode(data, 0)
    if block is None:
        return KeyFacts(size=len(data), problem="key is not PEM encoded", problems=problems)
    label = label_of(block)
    try:
        key = public_half(label, block.contents)
    except DerError as refusal:
        return KeyFacts(size=len(data), label=label, problem=str(refusal), problems=problems)
    digest = hashlib.sha256(canonical_spki(key)).hexdigest() if key.kind != "unknown" else ""
    return KeyFacts(size=len(data), label=label, kind=key.label if digest else "X25519", key_sha256=digest, problems=problems)
