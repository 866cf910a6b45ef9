"""By hand: private keys in every wrapping that tools write, and in some that none should."""

import datetime as dt
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x448
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.bundles.armour import armoured, contents
from tests.bundles.surgery import elements, inside, integer, tlv
from tests.certificates import Files, Made, a_key, a_root, an_issuer, an_x25519_key_pem, key_pem

_P256, _CURVE = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06072a8648ce3d0201")
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def every(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    """Each a good bundle whose issuer.key is written in another way."""
    root = a_root("root", now=now, key=a_key("p256", "root"))
    for kind, keys in (("P-256", _ecdsa_keys), ("RSA", _rsa_keys), ("Ed25519", _ed25519_keys)):
        made = a_key({"P-256": "p256", "RSA": "rsa2048", "Ed25519": "ed25519"}[kind], "issuer")
        issuer = an_issuer(root, "issuer", now=now, key=made)
        for name, key in (*_wrapped(issuer), *_mislabelled(issuer), *keys(issuer)):
            yield f"{kind} key {name}", Files(root.pem, issuer.pem, key)


def _wrapped(issuer: Made) -> Iterator[tuple[str, bytes]]:
    good, other = issuer.key_pem, key_pem(a_key("p256", "stranger"))
    pkcs8 = contents(good)
    yield "as it is", good
    yield "twice", good + good
    yield "then another", good + other
    yield "after another", other + good
    yield "after its certificate", issuer.pem + good
    yield "then its certificate", good + issuer.pem
    yield "encrypted PKCS8", issuer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    yield "in DER", pkcs8
    yield "in one line", armoured("PRIVATE KEY", pkcs8, width=10_000)
    yield "in lines of 76", armoured("PRIVATE KEY", pkcs8, width=76)
    yield "in lines of 1", armoured("PRIVATE KEY", pkcs8, width=1)
    yield "with a header", armoured("PRIVATE KEY", pkcs8, headers="Proc-Type: 4,CLEAR\n\n")
    yield "with a header and no blank line", armoured("PRIVATE KEY", pkcs8, headers="Friendly-Name: issuer\n")
    yield "CRLF", good.replace(b"\n", b"\r\n")
    yield "CR", good.replace(b"\n", b"\r")
    yield "byte order mark", b"\xef\xbb\xbf" + good
    yield "UTF-16", good.decode().encode("utf-16")
    yield "bag attributes", b"Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n" + good
    yield "literal newlines", good.replace(b"\n", b"\\n")
    yield "blank at BEGIN", good.replace(b"KEY-----\n", b"KEY----- \n", 1)
    yield "trailing in DER", armoured("PRIVATE KEY", pkcs8 + b"\x00")
    yield "empty block then key", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n" + good
    yield "truncated", good[: len(good) // 2]


def _mislabelled(issuer: Made) -> Iterator[tuple[str, bytes]]:
    good, pkcs8 = issuer.key_pem, contents(issuer.key_pem)
    for label in (
        "EC PRIVATE KEY",
        "RSA PRIVATE KEY",
        "ANY PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PUBLIC KEY",
        "private key",
        "CERTIFICATE",
        " PRIVATE KEY",
    ):
        yield f"labelled {label}", armoured(label, pkcs8)
    public = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "is only public", public
    yield "after its public half", public + good
    version, algorithm, value = _pkcs8_parts(pkcs8)
    yield "PKCS8 version 1", armoured("PRIVATE KEY", tlv(0x30, b"\x02\x01\x01", algorithm, value))
    yield "PKCS8 version 5", armoured("PRIVATE KEY", tlv(0x30, b"\x02\x01\x05", algorithm, value))
    yield "PKCS8 with attributes", armoured("PRIVATE KEY", tlv(0x30, version, algorithm, value, tlv(0xA0)))
    yield "PKCS8 with a public half", armoured("PRIVATE KEY", tlv(0x30, b"\x02\x01\x01", algorithm, value, tlv(0x81, b"\x00", b"k" * 32)))
    yield "PKCS8 without algorithm", armoured("PRIVATE KEY", tlv(0x30, version, value))
    yield "PKCS8 algorithm with more", armoured("PRIVATE KEY", tlv(0x30, version, tlv(0x30, inside(algorithm), b"\x05\x00"), value))


def _pkcs8_parts(der: bytes) -> tuple[bytes, bytes, bytes]:
    version, algorithm, value, *_ = elements(inside(der))
    return version, algorithm, value


def _sec1(private: bytes, *more: bytes, version: bytes = b"\x02\x01\x01") -> bytes:
    return tlv(0x30, version, tlv(0x04, private), *more)


def _ecdsa_keys(issuer: Made) -> Iterator[tuple[str, bytes]]:
    key = issuer.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    number = key.private_numbers().private_value
    private = number.to_bytes(32, "big")
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    stranger = a_key("p256", "stranger").public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    curve, public = tlv(0xA0, _P256), tlv(0xA1, tlv(0x03, b"\x00", point))
    parameters = armoured("EC PARAMETERS", _P256)
    traditional = key_pem(key, "traditional")
    yield "traditional", traditional
    yield "traditional after EC PARAMETERS", parameters + traditional
    yield "traditional before EC PARAMETERS", traditional + parameters
    yield "traditional encrypted", key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret"))
    yield "traditional labelled PRIVATE KEY", armoured("PRIVATE KEY", contents(traditional))
    for name, der in {
        "without public half": _sec1(private, curve),
        "without curve": _sec1(private, public),
        "with nothing else": _sec1(private),
        "with a stranger's public half": _sec1(private, curve, tlv(0xA1, tlv(0x03, b"\x00", stranger))),
        "with public half first": _sec1(private, public, curve),
        "version 0": _sec1(private, curve, public, version=b"\x02\x01\x00"),
        "version 2": _sec1(private, curve, public, version=b"\x02\x01\x02"),
        "with zeros before": _sec1(b"\x00\x00" + private, curve, public),
        "of 31 bytes": _sec1(private[1:], curve, public),
        "beyond the order": _sec1((number + _P256_ORDER).to_bytes(33, "big"), curve, public),
        "zero": _sec1(b"\x00" * 32, curve, public),
        "P-384 named": _sec1(private, tlv(0xA0, bytes.fromhex("06052b81040022")), public),
        "k256 named": _sec1(private, tlv(0xA0, bytes.fromhex("06052b8104000a")), public),
        "unknown curve": _sec1(private, tlv(0xA0, b"\x06\x03\x2a\x03\x04"), public),
        "trailing": _sec1(private, curve, public) + b"\x00",
        "third field": _sec1(private, curve, public, b"\x05\x00"),
    }.items():
        yield f"SEC1 {name}", armoured("EC PRIVATE KEY", der)
        yield f"SEC1 {name} in PKCS8", armoured("PRIVATE KEY", tlv(0x30, b"\x02\x01\x00", tlv(0x30, _CURVE, _P256), tlv(0x04, der)))
    for name, identifier in (("no curve", b""), ("NULL", b"\x05\x00"), ("explicit", tlv(0x30, b"\x02\x01\x01"))):
        for inner in (_sec1(private, curve, public), _sec1(private, public)):
            wrapped = tlv(0x30, b"\x02\x01\x00", tlv(0x30, _CURVE, identifier), tlv(0x04, inner))
            yield f"PKCS8 with {name}, {len(inner)} bytes", armoured("PRIVATE KEY", wrapped)
    yield "k256", key_pem(a_key("k256", "issuer"))
    yield "brainpool", ec.generate_private_key(ec.BrainpoolP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    yield "DSA", dsa.generate_private_key(2048).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    yield "DSA in PKCS8", dsa.generate_private_key(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    yield "X25519", an_x25519_key_pem()
    for made in (x448.X448PrivateKey.generate(), ed448.Ed448PrivateKey.generate()):
        yield type(made).__name__, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    yield "OpenSSH", key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def _rsa_keys(issuer: Made) -> Iterator[tuple[str, bytes]]:
    key = issuer.key
    assert isinstance(key, rsa.RSAPrivateKey)
    whole = key.private_numbers()
    n, e = whole.public_numbers.n, whole.public_numbers.e
    p, q, d, dp, dq, inverse = whole.p, whole.q, whole.d, whole.dmp1, whole.dmq1, whole.iqmp
    traditional = key_pem(key, "traditional")
    yield "traditional", traditional
    yield "traditional encrypted", key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret"))
    yield "traditional labelled PRIVATE KEY", armoured("PRIVATE KEY", contents(traditional))
    yield "traditional labelled EC PRIVATE KEY", armoured("EC PRIVATE KEY", contents(traditional))
    for name, numbers in {
        "primes swapped": (0, n, e, d, q, p, dp, dq, inverse),
        "primes and exponents swapped": (0, n, e, d, q, p, dq, dp, pow(p, -1, q)),
        "d wrong": (0, n, e, d + 2, p, q, dp, dq, inverse),
        "d plus phi": (0, n, e, d + (p - 1) * (q - 1), p, q, dp, dq, inverse),
        "dp wrong": (0, n, e, d, p, q, dp + 2, dq, inverse),
        "coefficient wrong": (0, n, e, d, p, q, dp, dq, inverse + 1),
        "CRT values zero": (0, n, e, d, p, q, 0, 0, 0),
        "CRT values absent": (0, n, e, d, p, q),
        "modulus wrong": (0, n + 2, e, d, p, q, dp, dq, inverse),
        "primes zero": (0, n, e, d, 0, 0, 0, 0, 0),
        "p one": (0, n, e, d, 1, n, 0, 0, 0),
        "p negative": (0, n, e, d, -p, q, dp, dq, inverse),
        "version 1": (1, n, e, d, p, q, dp, dq, inverse),
        "version 2": (2, n, e, d, p, q, dp, dq, inverse),
        "one more": (0, n, e, d, p, q, dp, dq, inverse, 0),
        "exponent 3": (0, n, 3, d, p, q, dp, dq, inverse),
    }.items():
        der = tlv(0x30, *(integer(number) for number in numbers))
        yield f"PKCS1 {name}", armoured("RSA PRIVATE KEY", der)
        wrapped = tlv(0x30, b"\x02\x01\x00", tlv(0x30, bytes.fromhex("06092a864886f70d010101"), b"\x05\x00"), tlv(0x04, der))
        yield f"PKCS1 {name} in PKCS8", armoured("PRIVATE KEY", wrapped)
    pss = tlv(0x30, bytes.fromhex("06092a864886f70d01010a"))
    yield "for PSS", armoured("PRIVATE KEY", tlv(0x30, b"\x02\x01\x00", pss, tlv(0x04, contents(traditional))))


def _ed25519_keys(issuer: Made) -> Iterator[tuple[str, bytes]]:
    seed = issuer.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    algorithm = tlv(0x30, bytes.fromhex("06032b6570"))
    for name, identifier, value in (
        ("raw octets", algorithm, seed),
        ("of 31 bytes", algorithm, tlv(0x04, seed[1:])),
        ("of 64 bytes", algorithm, tlv(0x04, seed + seed)),
        ("with NULL", tlv(0x30, bytes.fromhex("06032b6570"), b"\x05\x00"), tlv(0x04, seed)),
        ("trailing", algorithm, tlv(0x04, seed) + b"\x00"),
    ):
        yield name, armoured("PRIVATE KEY", tlv(0x30, b"\x02\x01\x00", identifier, tlv(0x04, value)))
    yield "OpenSSH", issuer.key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
