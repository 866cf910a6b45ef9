"""Subject public keys (Go: crypto/x509/parser.go parsePublicKey): which kinds Go knows, and when two of them are equal."""

from dataclasses import dataclass
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric import ec

from bot.model.x509.der import BIT_STRING, INTEGER, OID, SEQUENCE, DerError, Reader, small_integer

Kind = Literal["RSA", "DSA", "ECDSA", "Ed25519", "unknown"]

RSA_OID: Final = "1.2.840.113549.1.1.1"
DSA_OID: Final = "1.2.840.10040.4.1"
ECDSA_OID: Final = "1.2.840.10045.2.1"
ED25519_OID: Final = "1.3.101.112"
X25519_OID: Final = "1.3.101.110"
ED25519_SIZE: Final = 32
_NULL: Final = b"\x05\x00"

CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "1.3.132.0.33": ec.SECP224R1(),
    "1.2.840.10045.3.1.7": ec.SECP256R1(),
    "1.3.132.0.34": ec.SECP384R1(),
    "1.3.132.0.35": ec.SECP521R1(),
}
CURVE_NAMES: Final = {"1.3.132.0.33": "P-224", "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521"}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key. Equal values are equal keys in Go's sense.

    ``curve``: the OID of an ECDSA curve. ``point``: the bytes of an ECDSA point or an Ed25519 key. ``modulus``, ``exponent``: RSA.
    A kind that Go does not know ("unknown", X25519 included) parses, but can verify nothing.
    """

    kind: Kind
    curve: str = ""
    point: bytes = b""
    modulus: int = 0
    exponent: int = 0

    @property
    def label(self) -> str:
        """For a person: "ECDSA P-256", "RSA 2048", "Ed25519"."""
        if self.kind == "RSA":
            return f"RSA {self.modulus.bit_length()}"
        return f"ECDSA {CURVE_NAMES[self.curve]}" if self.kind == "ECDSA" else self.kind


def public_key(spki: bytes) -> PublicKey:
    """A SubjectPublicKeyInfo (SEQUENCE included). DerError when Go would refuse the certificate because of it."""
    body = Reader(spki).inner(SEQUENCE, "x509: malformed spki")
    algorithm, parameters = algorithm_identifier(body.read(SEQUENCE, "x509: malformed public key algorithm identifier"))
    bits, padding = body.bit_string("x509: malformed subjectPublicKey")
    data = right_align(bits, padding)
    match algorithm:
        case "1.2.840.113549.1.1.1":
            return _rsa(parameters, data)
        case "1.2.840.10045.2.1":
            return _ecdsa(parameters, data)
        case "1.3.101.112":
            return _ed25519(parameters, data)
        case "1.2.840.10040.4.1":
            return _dsa(parameters, data)
        case _:
            return PublicKey("unknown")


def algorithm_identifier(contents: bytes) -> tuple[str, bytes]:
    """The contents of an AlgorithmIdentifier: its OID, and its parameters with their header (b"" when absent)."""
    reader = Reader(contents)
    algorithm = reader.oid("x509: malformed OID")
    if reader.empty:
        return algorithm, b""
    return algorithm, reader.any_element("x509: malformed parameters")[2]


def right_align(bits: bytes, padding: int) -> bytes:
    """A BIT STRING with its padding moved to the front (Go: asn1.BitString.RightAlign)."""
    return (int.from_bytes(bits, "big") >> padding).to_bytes(len(bits), "big") if padding else bits


def _rsa(parameters: bytes, data: bytes) -> PublicKey:
    if parameters != _NULL:
        raise DerError("x509: RSA key missing NULL parameters")
    body = Reader(data).inner(SEQUENCE, "x509: invalid RSA public key")
    modulus = body.integer("x509: invalid RSA modulus")
    exponent = small_integer(body.integer("x509: invalid RSA public exponent"), "x509: invalid RSA public exponent")
    if modulus <= 0:
        raise DerError("x509: RSA modulus is not a positive number")
    if exponent <= 0:
        raise DerError("x509: RSA public exponent is not a positive number")
    return PublicKey("RSA", modulus=modulus, exponent=exponent)


def _ecdsa(parameters: bytes, data: bytes) -> PublicKey:
    curve = Reader(parameters).oid("x509: invalid ECDSA parameters")
    if curve not in CURVES:
        raise DerError("x509: unsupported elliptic curve")
    return PublicKey("ECDSA", curve=curve, point=uncompressed_point(curve, data))


def uncompressed_point(curve: str, data: bytes) -> bytes:
    """The same bytes when they are an uncompressed point on the curve; DerError otherwise."""
    if data[:1] != b"\x04":
        raise DerError("ecdsa: invalid uncompressed public key")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVES[curve], data)
    except ValueError:
        raise DerError("ecdsa: invalid public key: not a point on the curve") from None
    return data


def _ed25519(parameters: bytes, data: bytes) -> PublicKey:
    if parameters:
        raise DerError("x509: Ed25519 key encoded with illegal parameters")
    if len(data) != ED25519_SIZE:
        raise DerError("x509: wrong Ed25519 public key size")
    return PublicKey("Ed25519", point=data)


def _dsa(parameters: bytes, data: bytes) -> PublicKey:
    numbers = [Reader(data).integer("x509: invalid DSA public key")]
    body = Reader(Reader(parameters).read(SEQUENCE, "x509: invalid DSA parameters"))
    numbers += [body.integer("x509: invalid DSA parameters") for _ in range(3)]
    if min(numbers) <= 0:
        raise DerError("x509: zero or negative DSA parameter")
    return PublicKey("DSA")


def canonical_spki(key: PublicKey) -> bytes:
    """The one SubjectPublicKeyInfo that every encoder writes for this key; b"" for kinds that Go cannot use."""
    match key.kind:
        case "RSA":
            algorithm = _tlv(OID, _oid_contents(RSA_OID)) + _NULL
            bits = _tlv(SEQUENCE, _integer(key.modulus) + _integer(key.exponent))
        case "ECDSA":
            algorithm, bits = _tlv(OID, _oid_contents(ECDSA_OID)) + _tlv(OID, _oid_contents(key.curve)), key.point
        case "Ed25519":
            algorithm, bits = _tlv(OID, _oid_contents(ED25519_OID)), key.point
        case _:
            return b""
    return _tlv(SEQUENCE, _tlv(SEQUENCE, algorithm) + _tlv(BIT_STRING, b"\x00" + bits))


def _tlv(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 0x80:  # noqa: PLR2004 - the short form
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + contents


def _integer(value: int) -> bytes:
    return _tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid_contents(dotted: str) -> bytes:
    first, second, *arcs = map(int, dotted.split("."))
    return b"".join(_base128(arc) for arc in (first * 40 + second, *arcs))


def _base128(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))
