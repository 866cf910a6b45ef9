"""Private keys, read as Go reads them (crypto/x509 pkcs8.go, sec1.go, pkcs1.go) and at once reduced to their public halves."""

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.model.x509.asn1 import Fields
from bot.model.x509.der import BIT_STRING, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, bit_string, integer, oid
from bot.model.x509.public_key import CURVES, ECDSA_OID, ED25519_OID, ED25519_SIZE, RSA_OID, X25519_OID, PublicKey
from bot.model.x509.rsa_key import RsaNumbers, rsa_public_half


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


def _edwards(kind: str, parameters: bytes, key: bytes) -> PublicKey:
    if parameters:
        raise DerError("x509: invalid Ed25519 private key parameters")
    seed = Fields(key, "x509: invalid Ed25519 private key").required(OCTET_STRING)
    if len(seed) != ED25519_SIZE:
        raise DerError("x509: invalid Ed25519 private key length")
    if kind == X25519_OID:
        return PublicKey("unknown")
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return PublicKey("Ed25519", point=public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _sec1(der: bytes, known_curve: str) -> PublicKey:
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


def _ecdsa(curve: str, scalar: bytes) -> PublicKey:
    if curve not in CURVES:
        raise DerError("x509: unknown elliptic curve")
    size = (CURVES[curve].key_size + 7) // 8
    if any(scalar[:-size]):
        raise DerError("x509: invalid private key length")
    try:
        public = ec.derive_private_key(int.from_bytes(scalar, "big"), CURVES[curve]).public_key()
    except ValueError:
        raise DerError("ecdsa: private key out of range") from None
    return PublicKey("ECDSA", curve=curve, point=public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _pkcs1(der: bytes) -> PublicKey:
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
    return rsa_public_half(RsaNumbers(n, e, d, p, q, *optional), extra)


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
