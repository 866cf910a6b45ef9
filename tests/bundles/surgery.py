"""Certificates that no library would make: the parts of a good one, exchanged as bytes and signed again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding

from tests.bundles.armour import armoured
from tests.certificates import Files, Made, PrivateKey, key_pem

# Places in the list that ``parts`` makes of a certificate with a version and extensions.
VERSION, SERIAL, ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS = range(8)

Sign = Callable[[PrivateKey, bytes], bytes]


@dataclass(frozen=True)
class Forged:
    """A certificate as bytes, whether or not anybody can read it, with the key that belongs to it."""

    der: bytes
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        return armoured("CERTIFICATE", self.der)

    @property
    def key_pem(self) -> bytes:
        return key_pem(self.key)


def tlv(tag: int, *contents: bytes) -> bytes:
    """One DER element."""
    body = b"".join(contents)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def elements(der: bytes) -> list[bytes]:
    """The DER elements that stand one after the other."""
    found: list[bytes] = []
    while der:
        header, length = 2, der[1]
        if length & 0x80:
            header += length & 0x7F
            length = int.from_bytes(der[2:header], "big")
        found.append(der[: header + length])
        der = der[header + length :]
    return found


def inside(element: bytes) -> bytes:
    """The contents of a DER element."""
    return element[2 + (element[1] & 0x7F if element[1] & 0x80 else 0) :]


def parts(made: Made) -> list[bytes]:
    """What is signed of a certificate, as the list of its elements."""
    return elements(inside(elements(inside(made.der))[0]))


def forged(
    made: Made,
    by: Made | None = None,
    changes: Mapping[int, bytes | None] | None = None,
    *,
    algorithm: bytes | None = None,
    outer: bytes | None = None,
    sign: Sign | None = None,
    key: PrivateKey | None = None,
) -> Forged:
    """``made`` with other parts (None: left out), signed again by ``by`` (itself unless given).

    ``algorithm`` is the AlgorithmIdentifier that it names, ``outer`` the one outside of the signature when that differs.
    ``key``: the key that it is said to have, when ``changes`` put another one in.
    """
    named = algorithm or parts(made)[ALGORITHM]
    wanted = {ALGORITHM: named, **(changes or {})}
    fields = (wanted.get(at, part) for at, part in enumerate(parts(made)))
    signed = tlv(0x30, *(field for field in fields if field is not None))
    signature = (sign or usually)((by or made).key, signed)
    return Forged(tlv(0x30, signed, outer or named, tlv(0x03, b"\x00", signature)), key or made.key)


def usually(key: PrivateKey, data: bytes) -> bytes:
    """The signature that goes with the key, by SHA-256."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashes.SHA256()))
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def extension(oid: bytes, value: bytes, *, critical: bytes = b"") -> bytes:
    """One extension; ``critical`` is the whole BOOLEAN element, or nothing."""
    return tlv(0x30, tlv(0x06, oid), critical, tlv(0x04, value))


def extensions(*every: bytes) -> bytes:
    """The extensions field of a certificate."""
    return tlv(0xA3, tlv(0x30, *every))


def extensions_of(made: Made) -> Sequence[bytes]:
    """The extensions of a certificate, one by one."""
    return elements(inside(inside(parts(made)[EXTENSIONS])))


def basic_constraints() -> bytes:
    """The extension that makes a CA."""
    return extension(b"\x55\x1d\x13", tlv(0x30, b"\x01\x01\xff"), critical=b"\x01\x01\xff")


def bundle(root: Made | Forged, issuer: Made | Forged) -> Files:
    """The files of a small bundle, the key being the issuer's."""
    return Files(root.pem, issuer.pem, issuer.key_pem)


def integer(value: int) -> bytes:
    """A DER INTEGER."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
