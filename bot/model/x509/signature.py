"""Whether one certificate's key signed another (Go: crypto/x509 CheckSignatureFrom): same algorithms, same refusals.

RSA is verified with integers right here: OpenSSL has opinions about sizes and exponents that differ from Go's.
"""

import functools
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from bot.model.x509.der import SEQUENCE, DerError, Reader, context
from bot.model.x509.extensions import KEY_CERT_SIGN
from bot.model.x509.parser import Parsed
from bot.model.x509.public_key import CURVES, Kind, PublicKey, algorithm_identifier

MIN_RSA_BITS: Final = 1024
MAX_RSA_BITS: Final = 16384
_MAX_EXPONENT = (1 << 31) - 1
_V3 = 3
# So that a stream of ever new certificates cannot fill the memory.
_CACHED = 1024
_NULL = b"\x05\x00"
_MGF1 = "1.2.840.113549.1.1.8"
_PSS = "1.2.840.113549.1.1.10"

NOT_A_CA: Final = "x509: invalid signature: parent certificate cannot sign this kind of certificate"
UNSUPPORTED: Final = "x509: cannot verify signature: algorithm unimplemented"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How a certificate says it was signed. ``digest`` is hashlib's name, "" for Ed25519 (no pre-hash)."""

    label: str
    kind: Kind
    digest: str
    pss: bool = False
    insecure: bool = False


_ALGORITHMS: Final[dict[str, Algorithm]] = {
    "1.2.840.113549.1.1.4": Algorithm("MD5-RSA", "RSA", "md5", insecure=True),
    "1.2.840.113549.1.1.5": Algorithm("SHA1-RSA", "RSA", "sha1", insecure=True),
    "1.3.14.3.2.29": Algorithm("SHA1-RSA", "RSA", "sha1", insecure=True),
    "1.2.840.113549.1.1.11": Algorithm("SHA256-RSA", "RSA", "sha256"),
    "1.2.840.113549.1.1.12": Algorithm("SHA384-RSA", "RSA", "sha384"),
    "1.2.840.113549.1.1.13": Algorithm("SHA512-RSA", "RSA", "sha512"),
    "1.2.840.10040.4.3": Algorithm("DSA-SHA1", "DSA", "sha1", insecure=True),
    "2.16.840.1.101.3.4.3.2": Algorithm("DSA-SHA256", "DSA", "sha256"),
    "1.2.840.10045.4.1": Algorithm("ECDSA-SHA1", "ECDSA", "sha1", insecure=True),
    "1.2.840.10045.4.3.2": Algorithm("ECDSA-SHA256", "ECDSA", "sha256"),
    "1.2.840.10045.4.3.3": Algorithm("ECDSA-SHA384", "ECDSA", "sha384"),
    "1.2.840.10045.4.3.4": Algorithm("ECDSA-SHA512", "ECDSA", "sha512"),
    "1.3.101.112": Algorithm("Ed25519", "Ed25519", ""),
}
_PSS_DIGESTS: Final = {
    ("2.16.840.1.101.3.4.2.1", 32): "sha256",
    ("2.16.840.1.101.3.4.2.2", 48): "sha384",
    ("2.16.840.1.101.3.4.2.3", 64): "sha512",
}
# DigestInfo prefixes of PKCS #1 v1.5 (RFC 8017, 9.2).
_DIGEST_INFO: Final = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def algorithm(parsed: Parsed) -> Algorithm | None:
    """The signature algorithm of a certificate, None when Go does not know it."""
    name, parameters = algorithm_identifier(parsed.signature_algorithm)
    if name == _PSS:
        return _pss(parameters)
    if name == "1.3.101.112" and parameters:
        return None
    return _ALGORITHMS.get(name)


@functools.lru_cache(maxsize=_CACHED)
def signed_by(child: Parsed, parent: Parsed) -> str:
    """Empty when the parent's key signed the child and the parent is allowed to sign certificates, else Go's complaint."""
    if child.signer is not None:
        return may_sign(parent) or ("" if child.signer == parent.key else f"x509: {parent.key.kind} verification failure")
    return may_sign(parent) or _verify(child, parent.key)


def may_sign(parent: Parsed) -> str:
    """Empty when Go lets this certificate sign certificates at all (path rules aside), else Go's complaint."""
    found = parent.extensions
    without = parent.version == _V3 and not found.has_basic_constraints
    if without or (found.has_basic_constraints and not found.is_ca):
        return NOT_A_CA
    if found.key_usage and not found.key_usage & KEY_CERT_SIGN:
        return NOT_A_CA
    return UNSUPPORTED if parent.key.kind == "unknown" else ""


def _verify(child: Parsed, key: PublicKey) -> str:
    how = algorithm(child)
    if how is None:
        return UNSUPPORTED
    if how.insecure:
        return f"x509: cannot verify signature: insecure algorithm {how.label}"
    if key.kind == "DSA":
        return UNSUPPORTED
    if how.kind != key.kind:
        return f"x509: signature algorithm specifies an {how.kind} public key, but have public key of type {key.kind}"
    if key.kind == "RSA":
        return _verify_rsa(how, child, key)
    good = _verify_ed25519(child, key) if key.kind == "Ed25519" else _verify_ecdsa(how, child, key)
    return "" if good else f"x509: {key.kind} verification failure"


def _verify_ed25519(child: Parsed, key: PublicKey) -> bool:
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key.point).verify(child.signature, child.tbs)
    except (InvalidSignature, ValueError):
        return False
    return True


_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def _verify_ecdsa(how: Algorithm, child: Parsed, key: PublicKey) -> bool:
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVES[key.curve], key.point)
    try:
        public.verify(child.signature, child.tbs, ec.ECDSA(_HASHES[how.digest]))
    except InvalidSignature:
        return False
    return True


def rsa_key_problem(modulus: int, exponent: int) -> str:
    """Empty when Go's crypto/rsa works with this public key, else its complaint."""
    bits = modulus.bit_length()
    if bits < MIN_RSA_BITS:
        return f"crypto/rsa: {bits}-bit keys are insecure"
    if not modulus & 1:
        return "crypto/rsa: public modulus is even"
    if exponent < 2:  # noqa: PLR2004 - one signs nothing
        return "crypto/rsa: public exponent too small or negative"
    if not exponent & 1:
        return "crypto/rsa: public exponent is even"
    return "crypto/rsa: public exponent too large" if exponent > _MAX_EXPONENT else ""


def _verify_rsa(how: Algorithm, child: Parsed, key: PublicKey) -> str:
    problem = rsa_key_problem(key.modulus, key.exponent)
    if problem:
        return problem
    failure = "crypto/rsa: verification error"
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(child.signature, "big")
    if len(child.signature) != size or number >= key.modulus or key.modulus.bit_length() > MAX_RSA_BITS:
        return failure
    message = pow(number, key.exponent, key.modulus).to_bytes(size, "big")
    digest = hashlib.new(how.digest, child.tbs).digest()
    good = _is_pss(message, digest, key.modulus.bit_length() - 1, how.digest) if how.pss else message == _padded(how.digest, digest, size)
    return "" if good else failure


def _padded(name: str, digest: bytes, size: int) -> bytes:
    info = _DIGEST_INFO[name] + digest
    return b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def _is_pss(message: bytes, digest: bytes, bits: int, name: str) -> bool:
    """EMSA-PSS-VERIFY with a salt as long as the digest (RFC 8017, 9.1.2)."""
    size, length = (bits + 7) // 8, len(digest)
    if any(message[:-size]) or size < 2 * length + 2:
        return False
    encoded = message[-size:]
    masked, check, last = encoded[: size - length - 1], encoded[size - length - 1 : -1], encoded[-1]
    spare = 8 * size - bits
    if last != 0xBC or masked[0] >> (8 - spare):  # noqa: PLR2004 - the trailer field
        return False
    mask = _mgf1(check, len(masked), name)
    block = (int.from_bytes(masked, "big") ^ int.from_bytes(mask, "big")) & ((1 << (8 * len(masked) - spare)) - 1)
    plain = block.to_bytes(len(masked), "big")
    zeros, salt = plain[: len(plain) - length], plain[len(plain) - length :]
    if zeros != b"\x00" * (len(zeros) - 1) + b"\x01":
        return False
    return hashlib.new(name, b"\x00" * 8 + digest + salt).digest() == check


def _mgf1(seed: bytes, length: int, name: str) -> bytes:
    blocks = (
        hashlib.new(name, seed + counter.to_bytes(4, "big")).digest() for counter in range(-(-length // hashlib.new(name).digest_size))
    )
    return b"".join(blocks)[:length]


def _pss(parameters: bytes) -> Algorithm | None:
    """RSASSA-PSS when hash, MGF1 hash and salt length agree, None otherwise (Go: getSignatureAlgorithmFromAI)."""
    try:
        digest, salt = _pss_parameters(parameters)
    except DerError:
        return None
    name = _PSS_DIGESTS.get((digest, salt), "")
    return Algorithm(f"{name.upper()}-RSAPSS", "RSA", name, pss=True) if name else None


def _pss_parameters(parameters: bytes) -> tuple[str, int]:
    complaint = "x509: unsupported RSASSA-PSS parameters"
    body = Reader(parameters).inner(SEQUENCE, complaint)
    digest, nothing = _wrapped_algorithm(body, 0)
    mgf, inner = _wrapped_algorithm(body, 1)
    mgf_digest, mgf_nothing = algorithm_identifier(Reader(inner).read(SEQUENCE, complaint))
    salt = Reader(body.read(context(2, constructed=True), complaint)).integer(complaint)
    trailer = body.optional(context(3, constructed=True), complaint)
    if trailer is not None and Reader(trailer).integer(complaint) != 1:
        raise DerError(complaint)
    if nothing not in (b"", _NULL) or mgf_nothing not in (b"", _NULL) or mgf != _MGF1 or mgf_digest != digest:
        raise DerError(complaint)
    return digest, salt


def _wrapped_algorithm(body: Reader, number: int) -> tuple[str, bytes]:
    complaint = "x509: unsupported RSASSA-PSS parameters"
    inside = Reader(body.read(context(number, constructed=True), complaint))
    return algorithm_identifier(inside.read(SEQUENCE, complaint))
