"""Private keys, read as Go reads them (crypto/x509 pkcs8.go, sec1.go, pkcs1.go): their public halves, or something that signs.

OpenSSL refuses some that Go reads: it looks at a public half that is stored beside the private one, and at bytes behind a key.
"""

from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.model.x509.asn1 import Fields
from bot.model.x509.der import BIT_STRING, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, bit_string, integer, oid
from bot.model.x509.public_key import CURVES, ECDSA_OID, ED25519_OID, ED25519_SIZE, RSA_OID, X25519_OID, PublicKey
from bot.model.x509.rsa_key import RsaNumbers, rsa_public_half, rsa_signing_key

Signer: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def public_half(label: str, der: bytes) -> PublicKey:
    """The public key of the private key in a PEM block. DerError (never with key bytes) where Go cannot read it.

    X25519 is a key for Go but signs nothing: it comes back as kind "unknown".
    """
    found = _key(label, der)
    match found:
        case ec.EllipticCurvePrivateKey():
            point = found.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            return PublicKey("ECDSA", curve=_curve_id(found), point=point)
        case ed25519.Ed25519PrivateKey():
            return PublicKey("Ed25519", point=found.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        case (RsaNumbers() as numbers, extra):
            return rsa_public_half(numbers, extra)
        case None:
            return PublicKey("unknown")


def signing_key(label: str, der: bytes) -> Signer:
    """The private key in a PEM block, for signing. DerError (never with key bytes) where Go cannot read it, or it signs nothing."""
    found = _key(label, der)
    match found:
        case (RsaNumbers() as numbers, extra):
            return rsa_signing_key(numbers, extra)
        case None:
            raise DerError("an X25519 key signs nothing")
        case _:
            return found


_Rsa: TypeAlias = tuple[RsaNumbers, tuple[int, ...]]
_Key: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | _Rsa | None


def _key(label: str, der: bytes) -> _Key:
    """None: X25519."""
    match label:
        case "EC PRIVATE KEY":
            return _sec1(der, "")
        case "RSA PRIVATE KEY":
            return _pkcs1(der)
        case "PRIVATE KEY":
            return _pkcs8(der)
        case _:
            raise DerError(f"unsupported block type {label}")


def _pkcs8(der: bytes) -> _Key:
    body = Fields(der, "x509: failed to parse private key").sequence()
    body.int64()
    algorithm = body.sequence()
    kind = oid(algorithm.required(OID), "x509: failed to parse private key")
    parameters = algorithm.any()
    key = body.required(OCTET_STRING)
    if kind == ECDSA_OID:
        return _sec1(key, _curve_of(parameters))
    if kind == RSA_OID:
        return _pkcs1(key)
    if kind in (ED25519_OID, X25519_OID):
        return _edwards(kind, parameters, key)
    raise DerError("x509: PKCS#8 wrapping contained private key with unknown algorithm")


def _curve_of(parameters: bytes) -> str:
    try:
        return oid(Fields(parameters, "").required(OID), "")
    except DerError:
        return ""


def _edwards(kind: str, parameters: bytes, key: bytes) -> ed25519.Ed25519PrivateKey | None:
    if parameters:
        raise DerError("x509: invalid Ed25519 private key parameters")
    seed = Fields(key, "x509: invalid Ed25519 private key").required(OCTET_STRING)
    if len(seed) != ED25519_SIZE:
        raise DerError("x509: invalid Ed25519 private key length")
    return None if kind == X25519_OID else ed25519.Ed25519PrivateKey.from_private_bytes(seed)


def _sec1(der: bytes, known_curve: str) -> ec.EllipticCurvePrivateKey:
    complaint = "x509: failed to parse EC private key"
    body = Fields(der, complaint).sequence()
    version = body.int64()
    scalar = body.required(OCTET_STRING)
    own_curve = body.optional_explicit(0, OID)
    curve = oid(own_curve, complaint) if own_curve is not None else ""
    embedded = body.optional_explicit(1, BIT_STRING)
    if embedded is not None:
        bit_string(embedded, complaint)
    if version != 1:
        raise DerError("x509: unknown EC private key version")
    return _ecdsa(known_curve or curve, scalar)


def _ecdsa(curve: str, scalar: bytes) -> ec.EllipticCurvePrivateKey:
    if curve not in CURVES:
        raise DerError("x509: unknown elliptic curve")
    size = (CURVES[curve].key_size + 7) // 8
    if any(scalar[:-size]):
        raise DerError("x509: invalid private key length")
    try:
        return ec.derive_private_key(int.from_bytes(scalar, "big"), CURVES[curve])
    except ValueError:
        raise DerError("ecdsa: private key out of range") from None


def _curve_id(key: ec.EllipticCurvePrivateKey) -> str:
    return next(one for one, curve in CURVES.items() if curve.name == key.curve.name)


def _pkcs1(der: bytes) -> _Rsa:
    complaint = "x509: failed to parse RSA private key"
    whole = Fields(der, complaint)
    body = whole.sequence()
    if not whole.empty:
        raise DerError("asn1: syntax error: trailing data")
    version = body.int64()
    n, e = body.integer(), body.int64()
    d, p, q = (body.integer() for _ in range(3))
    optional = [_optional_integer(body, complaint) for _ in range(3)]
    extra = _extra_primes(body, complaint)
    if version > 1:
        raise DerError("x509: unsupported private key version")
    if min(n, d, p, q) <= 0 or any(one is not None and one <= 0 for one in optional):
        raise DerError("x509: private key contains zero or negative value")
    return RsaNumbers(n, e, d, p, q, *optional), extra


def _optional_integer(body: Fields, complaint: str) -> int | None:
    contents = body.optional(INTEGER)
    return None if contents is None else integer(contents, complaint)


def _extra_primes(body: Fields, complaint: str) -> tuple[int, ...]:
    contents = body.optional(SEQUENCE)
    members = Fields(contents or b"", complaint)
    primes: list[int] = []
    while not members.empty:
        one = members.sequence()
        primes.append(one.integer())
        one.integer()
        one.integer()
    if any(prime <= 0 for prime in primes):
        raise DerError("x509: private key contains zero or negative prime")
    return tuple(primes)
