"""Private keys, read as Go reads them (crypto/x509 pkcs8.go, sec1.go, pkcs1.go) and at once reduced to their public halves."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.model.x509.der import BIT_STRING, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, Reader, context, oid, small_integer
from bot.model.x509.public_key import CURVES, ED25519_OID, ED25519_SIZE, PublicKey
from bot.model.x509.rsa_key import RsaNumbers, rsa_public_half

_EC_OID: Final = "1.2.840.10045.2.1"
_RSA_OID: Final = "1.2.840.113549.1.1.1"
_X25519_OID: Final = "1.3.101.110"
_CURVE_ORDERS: Final = {
    "1.3.132.0.33": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D,
    "1.2.840.10045.3.1.7": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "1.3.132.0.34": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    "1.3.132.0.35": int(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA"
        "51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
}


def public_half(label: str, der: bytes) -> PublicKey:
    """The public key of the private key in a PEM block. DerError (never with key bytes) where Go cannot read it.

    X25519 is a key for Go but signs nothing: it comes back as kind "unknown".
    """
    match label:
        case "EC PRIVATE KEY":
            return _sec1(der, "")
        case "RSA PRIVATE KEY":
            return _pkcs1(der)
        case "PRIVATE KEY":
            return _pkcs8(der)
        case _:
            raise DerError(f"unsupported block type {label}")


def _pkcs8(der: bytes) -> PublicKey:
    complaint = "x509: failed to parse private key"
    body = Reader(der).inner(SEQUENCE, complaint)
    small_integer(body.integer(complaint), complaint)
    algorithm = body.inner(SEQUENCE, complaint)
    kind = algorithm.oid(complaint)
    parameters = b"" if algorithm.empty else algorithm.any_element(complaint)[2]
    key = body.read(OCTET_STRING, complaint)
    if kind == _EC_OID:
        return _sec1(key, _curve_of(parameters))
    if kind == _RSA_OID:
        return _pkcs1(key)
    if kind in (ED25519_OID, _X25519_OID):
        return _edwards(kind, parameters, key)
    raise DerError("x509: PKCS#8 wrapping contained private key with unknown algorithm")


def _curve_of(parameters: bytes) -> str:
    try:
        return Reader(parameters).oid("")
    except DerError:
        return ""


def _edwards(kind: str, parameters: bytes, key: bytes) -> PublicKey:
    if parameters:
        raise DerError("x509: invalid Ed25519 private key parameters")
    seed = Reader(key).read(OCTET_STRING, "x509: invalid Ed25519 private key")
    if len(seed) != ED25519_SIZE:
        raise DerError("x509: invalid Ed25519 private key length")
    if kind == _X25519_OID:
        return PublicKey("unknown")
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return PublicKey("Ed25519", point=public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _sec1(der: bytes, known_curve: str) -> PublicKey:
    complaint = "x509: failed to parse EC private key"
    body = Reader(der).inner(SEQUENCE, complaint)
    if body.integer(complaint) != 1:
        raise DerError("x509: unknown EC private key version")
    scalar = body.read(OCTET_STRING, complaint)
    own_curve = _explicit(body, 0, OID, complaint)
    embedded = _explicit(body, 1, BIT_STRING, complaint)
    if embedded is not None:
        Reader(b"\x03" + _length(embedded) + embedded).bit_string(complaint)
    curve = known_curve or (oid(own_curve, complaint) if own_curve is not None else "")
    if curve not in CURVES:
        raise DerError("x509: unknown elliptic curve")
    size = (_CURVE_ORDERS[curve].bit_length() + 7) // 8
    number = int.from_bytes(scalar, "big")
    if any(scalar[:-size]):
        raise DerError("x509: invalid private key length")
    if not 0 < number < _CURVE_ORDERS[curve]:
        raise DerError("ecdsa: private key out of range")
    public = ec.derive_private_key(number, CURVES[curve]).public_key()
    return PublicKey("ECDSA", curve=curve, point=public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _explicit(body: Reader, number: int, tag: int, complaint: str) -> bytes | None:
    """The contents of an optional field with an explicit tag; None when it is absent or holds something else (Go ignores that)."""
    if not body.peek(context(number, constructed=True)):
        return None
    inside = Reader(body.read(context(number, constructed=True), complaint))
    if inside.empty:
        raise DerError(complaint)
    return inside.read(tag, complaint) if inside.peek(tag) else None


def _length(contents: bytes) -> bytes:
    size = len(contents)
    if size < 0x80:  # noqa: PLR2004 - the short form
        return bytes((size,))
    encoded = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(encoded),)) + encoded


def _pkcs1(der: bytes) -> PublicKey:
    complaint = "x509: failed to parse RSA private key"
    whole = Reader(der)
    body = whole.inner(SEQUENCE, complaint)
    if not whole.empty:
        raise DerError("asn1: syntax error: trailing data")
    version = small_integer(body.integer(complaint), complaint)
    numbers = [body.integer(complaint) for _ in range(5)]
    optional = [body.integer(complaint) if body.peek(INTEGER) else None for _ in range(3)]
    extra = _extra_primes(body, complaint)
    small_integer(numbers[1], complaint)
    if version > 1:
        raise DerError("x509: unsupported private key version")
    n, e, d, p, q = numbers
    if min(n, d, p, q) <= 0 or any(one is not None and one <= 0 for one in optional):
        raise DerError("x509: private key contains zero or negative value")
    return rsa_public_half(RsaNumbers(n, e, d, p, q, *optional), extra)


def _extra_primes(body: Reader, complaint: str) -> tuple[int, ...]:
    if not body.peek(SEQUENCE):
        return ()
    primes: list[int] = []
    members = body.inner(SEQUENCE, complaint)
    while not members.empty:
        one = members.inner(SEQUENCE, complaint)
        primes.append(one.integer(complaint))
        one.integer(complaint)
        one.integer(complaint)
    if any(prime <= 0 for prime in primes):
        raise DerError("x509: private key contains zero or negative prime")
    return tuple(primes)
