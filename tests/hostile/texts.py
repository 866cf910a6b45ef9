"""PEM texts made to keep their reader busy, or to break it: what could stand in ca.crt, in a file, or in a pod's DAPR_TRUST_ANCHORS."""

import base64
import functools
from collections.abc import Callable, Mapping
from math import gcd, lcm
from random import Random

from cryptography import x509

from bot.model.pem import MAX_SIZE
from tests.certificates import DAY, NOW, Made, a_certificate, a_key, a_root, key_pem

KIB = 1024
EMPTY_BLOCK = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"


def armoured(der: bytes, label: bytes = b"CERTIFICATE") -> bytes:
    return b"-----BEGIN " + label + b"-----\n" + base64.encodebytes(der) + b"-----END " + label + b"-----\n"


def tlv(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 0x80:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + contents


def nested(depth: int) -> bytes:
    der = b""
    for _ in range(depth):
        der = tlv(0x30, der)
    return der


def odd_certificate(serial: bytes = b"\x01", oid: bytes = b"\x2a\x03") -> bytes:
    return armoured(tlv(0x30, tlv(0x30, tlv(0x02, serial) + tlv(0x30, tlv(0x06, oid)))))


@functools.cache
def a_crowd(count: int) -> bytes:
    """Certificates of one name, each with another key."""
    return b"".join(a_root("cluster.local", key=a_key("p256", f"crowd {number}")).pem for number in range(count))


@functools.cache
def a_ring(count: int, *, names: int = 1, constraints: int = 0, policies: int = 0) -> tuple[Made, ...]:
    """Certificates of two CAs that sign each other, over and over: each pair is another path, and every path is valid."""
    keys = {name: a_key("p256", f"ring {name}") for name in "AB"}
    ends = {name: a_certificate(name, key=keys[name]) for name in "AB"}
    made = []
    for number in range(count):
        own, other = ("A", "B") if number % 2 == 0 else ("B", "A")
        wanted: list[tuple[x509.ExtensionType, bool]] = [
            (x509.SubjectAlternativeName([x509.DNSName(f"a{one}.b{number}.example") for one in range(names)]), False)
        ]
        if constraints:
            wanted.append((x509.NameConstraints(None, [x509.DNSName(f"z{one}.example") for one in range(constraints)]), True))
        if policies:
            rules = [x509.PolicyInformation(x509.ObjectIdentifier(f"1.2.{one}"), None) for one in range(policies)]
            wanted.append((x509.CertificatePolicies(rules), False))
        made.append(a_certificate(own, key=keys[own], by=ends[other], not_before=NOW - DAY - DAY * number, extensions=wanted))
    return tuple(made)


@functools.cache
def ring_roots() -> tuple[Made, ...]:
    return tuple(a_certificate(name, key=a_key("p256", f"ring {name}")) for name in "AB")


@functools.cache
def a_slow_rsa_key(bits: int) -> bytes:
    """Numbers that pass every cheap check of an RSA key, so that the dear one is made: nobody proved p and q prime."""
    dice = Random(bits)  # noqa: S311 - a shape, not a secret
    p, q = (_odd(dice, bits // 2) for _ in range(2))
    d = pow(65537, -1, lcm(p - 1, q - 1))
    numbers = (0, p * q, 65537, d, p, q)
    return armoured(tlv(0x30, b"".join(tlv(0x02, one.to_bytes(one.bit_length() // 8 + 1, "big")) for one in numbers)), b"RSA PRIVATE KEY")


def _odd(dice: Random, bits: int) -> int:
    while True:
        number = dice.getrandbits(bits) | 1 | 1 << (bits - 1)
        if gcd(65537, number - 1) == 1:
            return number


def _pem(made: tuple[Made, ...]) -> bytes:
    return b"".join(one.pem for one in made)


def _fill(piece: bytes, size: int = MAX_SIZE) -> bytes:
    return piece * (size // len(piece))


TEXTS: Mapping[str, Callable[[], bytes]] = {
    "10,000 certificates": lambda: a_root().pem * 10_000,
    "as many certificates as fit": lambda: _fill(a_root().pem),
    "five mebibytes": lambda: b"x" * 5 * KIB * KIB,
    "65 roots": lambda: a_crowd(65),
    "256 roots of one name": lambda: a_crowd(256),
    "thousands of empty blocks": lambda: _fill(EMPTY_BLOCK),
    "thousands of other blocks": lambda: _fill(b"-----BEGIN X-----\n-----END X-----\n"),
    "only beginnings": lambda: _fill(b"-----BEGIN CERTIFICATE-----\n"),
    "only ends": lambda: _fill(b"-----END CERTIFICATE-----\n"),
    "headers without end": lambda: _fill(b"-----BEGIN X:-----\n-----END X:-----\n")[:-2] + b"\nx",
    "one block of headers": lambda: b"-----BEGIN X-----\n" + _fill(b"a: b\n", 250 * KIB) + b"\n-----END X-----\n",
    "NUL": lambda: b"\x00" * KIB,
    "newlines": lambda: b"\n" * MAX_SIZE,
    "bidi and zero width": lambda: "\u202e\u2066\u200b-----BEGIN CERTIFICATE-----\u2069\n".encode() * 50 + a_root().pem,
    "not UTF-8": lambda: b"\xff\xfe\x80" * 500 + a_root().pem + b"\xff",
    "a NUL and bidi in a subject": lambda: a_root("evil\u202e\x00\x1b[31m<!channel>").pem,
    "garbage": lambda: Random(1).randbytes(100 * KIB),  # noqa: S311 - garbage
    "base64 of a bundle": lambda: base64.b64encode(a_root().pem * 100),
    "a key between two roots": lambda: a_root().pem + key_pem(a_key("p256", "hidden")) + a_root("other").pem,
    "a negative serial": lambda: odd_certificate(serial=b"\xff\x01"),
    "a serial of 180,000 bytes": lambda: odd_certificate(serial=b"\x01" * 180_000),
    "an OID of 100,000 bytes": lambda: odd_certificate(oid=b"\x81" * 100_000 + b"\x01"),
    "nested 4,000 deep": lambda: armoured(nested(4_000)),
    "an indefinite length": lambda: armoured(b"\x30\x80\x30\x80" + b"\x00" * 100),
    "a length beyond the end": lambda: armoured(b"\x30\x84\x7f\xff\xff\xff\x30"),
    "the year 9999": lambda: a_root(not_after=NOW.replace(year=9999)).pem,
    "the year 1950": lambda: a_root(not_before=NOW.replace(year=1950), not_after=NOW.replace(year=1951)).pem,
    "a certificate of 9,000 names": lambda: _pem(a_ring(1, names=9_000)),
    "a ring of cross-signed CAs": lambda: _pem(a_ring(200)),
    "a ring with names and constraints": lambda: _pem(a_ring(40, names=100, constraints=100)),
    "a ring with policies": lambda: _pem(a_ring(100, policies=100)),
    "an RSA key of 32,768 bits": lambda: a_slow_rsa_key(32_768),
}
