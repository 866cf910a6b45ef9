"""By hand: signature algorithms, public keys and names that a parser or a verifier could take amiss."""

import datetime as dt
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.bundles.surgery import ISSUER, KEY, SUBJECT, Sign, bundle, elements, forged, inside, integer, tlv, usually
from tests.certificates import Files, Made, a_key, a_root, an_issuer, spki

NULL = b"\x05\x00"
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def every(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    yield from _rsa(now)
    yield from _ecdsa(now)
    yield from _ed25519(now)
    yield from _public_keys(now)
    yield from _names(now)


def _named(oid: str, parameters: bytes = b"") -> bytes:
    return tlv(0x30, tlv(0x06, bytes.fromhex(oid)), parameters)


def _rsa(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now, key=a_key("rsa2048", "root"))
    issuer = an_issuer(root, "issuer", now=now)

    def pkcs1(digest: hashes.HashAlgorithm) -> Sign:
        return lambda key, data: key.sign(data, padding.PKCS1v15(), digest)  # type: ignore[call-arg, arg-type]

    def pss(digest: hashes.HashAlgorithm, salt: int, mgf: hashes.HashAlgorithm | None = None) -> Sign:
        chosen = padding.PSS(padding.MGF1(mgf or digest), salt)
        return lambda key, data: key.sign(data, chosen, digest)  # type: ignore[call-arg, arg-type]

    cases: dict[str, tuple[bytes, Sign]] = {
        "SHA-1": (_named("2a864886f70d010105", NULL), pkcs1(hashes.SHA1())),  # noqa: S303 - the weak one under test
        "SHA-1 by its other name": (_named("2b0e03021d", NULL), pkcs1(hashes.SHA1())),  # noqa: S303 - as above
        "MD5": (_named("2a864886f70d010104", NULL), pkcs1(hashes.MD5())),  # noqa: S303 - as above
        "MD2": (_named("2a864886f70d010102", NULL), usually),
        "SHA-224": (_named("2a864886f70d01010e", NULL), pkcs1(hashes.SHA224())),
        "SHA-512": (_named("2a864886f70d01010d", NULL), pkcs1(hashes.SHA512())),
        "SHA-256 without NULL": (_named("2a864886f70d01010b"), usually),
        "SHA-256 with parameters": (_named("2a864886f70d01010b", b"\x02\x01\x01"), usually),
        "SHA-256 called SHA-384": (_named("2a864886f70d01010c", NULL), usually),
        "SHA-256 called ECDSA": (_named("2a8648ce3d040302"), usually),
        "rsaEncryption": (_named("2a864886f70d010101", NULL), usually),
        "PSS": (_pss_named("2.1", 32), pss(hashes.SHA256(), 32)),
        "PSS salt 20": (_pss_named("2.1", 20), pss(hashes.SHA256(), 20)),
        "PSS salt longer than said": (_pss_named("2.1", 32), pss(hashes.SHA256(), 48)),
        "PSS SHA-512": (_pss_named("2.3", 64), pss(hashes.SHA512(), 64)),
        "PSS by default": (_named("2a864886f70d01010a", tlv(0x30)), pss(hashes.SHA1(), 20)),  # noqa: S303 - as above
        "PSS without parameters": (_named("2a864886f70d01010a"), pss(hashes.SHA256(), 32)),
        "signature too short": (_named("2a864886f70d01010b", NULL), lambda key, data: usually(key, data)[1:]),
        "signature with a zero before": (_named("2a864886f70d01010b", NULL), lambda key, data: b"\x00" + usually(key, data)),
        "signature empty": (_named("2a864886f70d01010b", NULL), lambda _, __: b""),
    }
    for name, (algorithm, sign) in cases.items():
        yield f"root signed by RSA {name}", bundle(forged(root, None, algorithm=algorithm, sign=sign), issuer)
        yield f"issuer signed by RSA {name}", bundle(root, forged(issuer, root, algorithm=algorithm, sign=sign))


def _pss_named(digest: str, salt: int) -> bytes:
    last = int(digest.rpartition(".")[2])
    sha = tlv(0x30, tlv(0x06, bytes.fromhex("6086480165030402") + bytes((last,))), NULL)
    mgf = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010108")), sha)
    return _named("2a864886f70d01010a", tlv(0x30, tlv(0xA0, sha), tlv(0xA1, mgf), tlv(0xA2, tlv(0x02, bytes((salt,))))))


def _ecdsa(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now, key=a_key("p256", "root"))
    issuer = an_issuer(root, "issuer", now=now)

    def changed(change: Callable[[int, int], bytes]) -> Sign:
        return lambda key, data: change(*decode_dss_signature(usually(key, data)))

    plain = _named("2a8648ce3d040302")
    cases: dict[str, tuple[bytes, Sign]] = {
        "SHA-1": (_named("2a8648ce3d0401"), lambda key, data: key.sign(data, ec.ECDSA(hashes.SHA1()))),  # type: ignore[call-arg, arg-type]  # noqa: S303 - the weak one
        "SHA-224": (_named("2a8648ce3d040301"), lambda key, data: key.sign(data, ec.ECDSA(hashes.SHA224()))),  # type: ignore[call-arg, arg-type]
        "SHA-512": (_named("2a8648ce3d040304"), lambda key, data: key.sign(data, ec.ECDSA(hashes.SHA512()))),  # type: ignore[call-arg, arg-type]
        "with NULL": (_named("2a8648ce3d040302", NULL), usually),
        "with parameters": (_named("2a8648ce3d040302", tlv(0x06, b"\x2a\x03")), usually),
        "low and high s": (plain, changed(lambda r, s: encode_dss_signature(r, _P256_ORDER - s))),
        "r beyond the order": (plain, changed(lambda r, s: encode_dss_signature(r + _P256_ORDER, s))),
        "padded": (
            plain,
            changed(lambda r, s: tlv(0x30, tlv(0x02, b"\x00" * 4 + r.to_bytes(32, "big")), tlv(0x02, b"\x00" * 4 + s.to_bytes(32, "big")))),
        ),
        "trailing": (plain, changed(lambda r, s: encode_dss_signature(r, s) + b"\x00")),
        "third number": (plain, changed(lambda r, s: tlv(0x30, inside(encode_dss_signature(r, s)), b"\x02\x01\x00"))),
        "long length": (plain, changed(lambda r, s: b"\x30\x81" + encode_dss_signature(r, s)[1:])),
        "zeros": (plain, changed(lambda _, __: encode_dss_signature(0, 0))),
        "raw": (plain, changed(lambda r, s: r.to_bytes(32, "big") + s.to_bytes(32, "big"))),
    }
    for name, (algorithm, sign) in cases.items():
        yield f"root signed by ECDSA {name}", bundle(forged(root, None, algorithm=algorithm, sign=sign), issuer)
        yield f"issuer signed by ECDSA {name}", bundle(root, forged(issuer, root, algorithm=algorithm, sign=sign))
    other = _named("2a8648ce3d040303")
    yield "issuer: outer algorithm differs", bundle(root, forged(issuer, root, outer=other))
    yield "issuer: outer algorithm with NULL", bundle(root, forged(issuer, root, outer=_named("2a8648ce3d040302", NULL)))


def _ed25519(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now, key=a_key("ed25519", "root"))
    issuer = an_issuer(root, "issuer", now=now)
    order = (1 << 252) + 27742317777372353535851937790883648493

    def beyond(key: object, data: bytes) -> bytes:
        made = usually(key, data)  # type: ignore[arg-type]
        return made[:32] + (int.from_bytes(made[32:], "little") + order).to_bytes(32, "little")

    for name, algorithm, sign in (
        ("with NULL", _named("2b6570", NULL), usually),
        ("s beyond the order", _named("2b6570"), beyond),
        ("trailing", _named("2b6570"), lambda key, data: usually(key, data) + b"\x00"),
        ("called Ed448", _named("2b6571"), usually),
    ):
        yield f"root signed by Ed25519 {name}", bundle(forged(root, None, algorithm=algorithm, sign=sign), issuer)
        yield f"issuer signed by Ed25519 {name}", bundle(root, forged(issuer, root, algorithm=algorithm, sign=sign))


def _public_keys(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now, key=a_key("p256", "root"))
    issuer = an_issuer(root, "issuer", now=now, key=a_key("p256", "issuer"))
    other = a_root("other", now=now, key=a_key("p256", "other"))
    for name, public in _spkis(issuer, root).items():
        yield f"issuer: key {name}", bundle(root, forged(issuer, root, {KEY: public}))
        yield f"another root: key {name}", Files(root.pem + forged(other, None, {KEY: public}).pem, issuer.pem, issuer.key_pem)


def _spkis(issuer: Made, root: Made) -> dict[str, bytes]:
    key = issuer.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    p256, curve = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06072a8648ce3d0201")

    def ecdsa(parameters: bytes, bits: bytes) -> bytes:
        return tlv(0x30, tlv(0x30, curve, parameters), tlv(0x03, b"\x00", bits))

    def rsa_key(modulus: int, exponent: int, parameters: bytes = NULL) -> bytes:
        numbers = tlv(0x30, integer(modulus), integer(exponent))
        return tlv(0x30, tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010101")), parameters), tlv(0x03, b"\x00", numbers))

    made = a_key("rsa2048", "issuer")
    assert isinstance(made, rsa.RSAPrivateKey)
    modulus = made.public_key().public_numbers().n
    found = {
        "compressed": ecdsa(p256, key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)),
        "hybrid": ecdsa(p256, bytes((6 | point[-1] & 1,)) + point[1:]),
        "not on the curve": ecdsa(p256, point[:-1] + bytes((point[-1] ^ 1,))),
        "at infinity": ecdsa(p256, b"\x00"),
        "without its curve": ecdsa(b"", point),
        "curve NULL": ecdsa(NULL, point),
        "curve k256": spki(a_key("k256", "issuer")),
        "curve named wrongly": ecdsa(bytes.fromhex("06052b81040022"), point),
        "trailing": tlv(0x30, inside(spki(key)), NULL),
        "unused bits": tlv(0x30, tlv(0x30, curve, p256), tlv(0x03, b"\x04", point)),
        "RSA without NULL": rsa_key(modulus, 65537, b""),
        "RSA exponent 1": rsa_key(modulus, 1),
        "RSA exponent 3": rsa_key(modulus, 3),
        "RSA exponent even": rsa_key(modulus, 65536),
        "RSA exponent of 33 bits": rsa_key(modulus, (1 << 32) + 1),
        "RSA exponent zero": rsa_key(modulus, 0),
        "RSA modulus negative": rsa_key(-modulus, 65537),
        "RSA modulus even": rsa_key(modulus + 1, 65537),
        "RSA 512": rsa_key(modulus >> 1536 | 1, 65537),
        "RSA 20000": rsa_key(1 << 19999 | 1, 65537),
        "Ed25519 with NULL": tlv(0x30, tlv(0x30, bytes.fromhex("06032b6570"), NULL), tlv(0x03, b"\x00", b"k" * 32)),
        "Ed25519 of 31 bytes": tlv(0x30, tlv(0x30, bytes.fromhex("06032b6570")), tlv(0x03, b"\x00", b"k" * 31)),
        "unknown": tlv(0x30, tlv(0x30, tlv(0x06, b"\x2a\x03\x04")), tlv(0x03, b"\x00", b"key")),
        "unknown, no bits": tlv(0x30, tlv(0x30, tlv(0x06, b"\x2a\x03\x04")), tlv(0x03, b"\x00")),
        "RSA for PSS": tlv(0x30, tlv(0x30, bytes.fromhex("06092a864886f70d01010a")), elements(inside(spki(made)))[1]),
        "of the root": spki(root.key),
    }
    for name, public in (
        ("X25519", x25519.X25519PrivateKey.generate().public_key()),
        ("Ed448", ed448.Ed448PrivateKey.generate().public_key()),
        ("DSA", dsa.generate_private_key(2048).public_key()),
        ("brainpool", ec.generate_private_key(ec.BrainpoolP256R1()).public_key()),
    ):
        found[name] = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found


def _names(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    root = a_root("root", now=now, key=a_key("p256", "root"))
    issuer = an_issuer(root, "issuer", now=now, key=a_key("p256", "issuer"))
    organisation = tlv(0x06, b"\x55\x04\x0a")

    def called(*values: bytes, kind: bytes = organisation) -> bytes:
        return tlv(0x30, tlv(0x31, *(tlv(0x30, kind, value) for value in values)))

    names = {
        "empty": tlv(0x30),
        "empty set": tlv(0x30, tlv(0x31)),
        "printable": called(tlv(0x13, b"root")),
        "printable with @": called(tlv(0x13, b"a@b")),
        "printable with *&": called(tlv(0x13, b"*&")),
        "printable with _": called(tlv(0x13, b"a_b")),
        "T61": called(tlv(0x14, b"\xe9")),
        "BMP": called(tlv(0x1E, b"\x00r\x00o")),
        "BMP odd": called(tlv(0x1E, b"\x00r\x00")),
        "BMP surrogate": called(tlv(0x1E, b"\xd8\x00")),
        "universal": called(tlv(0x1C, b"\x00\x00\x00r")),
        "visible": called(tlv(0x1A, b"root")),
        "not UTF-8": called(tlv(0x0C, b"\xff")),
        "NUL": called(tlv(0x0C, b"ro\x00ot")),
        "bidi": called(tlv(0x0C, "\u202eroot".encode())),
        "IA5 not ASCII": called(tlv(0x16, b"\xff")),
        "numeric": called(tlv(0x12, b"12 3")),
        "numeric with letters": called(tlv(0x12, b"a")),
        "integer": called(b"\x02\x01\x01"),
        "null": called(NULL),
        "two in a set": called(tlv(0x0C, b"a"), tlv(0x0C, b"b")),
        "bad oid": called(tlv(0x0C, b"a"), kind=tlv(0x06, b"\x80")),
        "oid that begins with 2.999": called(tlv(0x0C, b"a"), kind=tlv(0x06, b"\x88\x37\x03")),
        "no value": tlv(0x30, tlv(0x31, tlv(0x30, organisation))),
        "third field": tlv(0x30, tlv(0x31, tlv(0x30, organisation, tlv(0x0C, b"a"), NULL))),
        "long": called(tlv(0x0C, b"r" * 30000)),
        "a thousand": tlv(0x30, *(tlv(0x31, tlv(0x30, organisation, tlv(0x0C, b"r"))) for _ in range(1000))),
        "set in set": tlv(0x30, tlv(0x31, tlv(0x31))),
    }
    for name, value in names.items():
        above = forged(root, None, {SUBJECT: value, ISSUER: value})
        yield f"root and issuer's issuer named {name}", bundle(above, forged(issuer, root, {ISSUER: value}))
        yield f"issuer named {name}", bundle(root, forged(issuer, root, {SUBJECT: value}))
        yield f"only the root's own issuer named {name}", bundle(forged(root, None, {ISSUER: value}), issuer)
        yield f"only the issuer's issuer named {name}", bundle(root, forged(issuer, root, {ISSUER: value}))
