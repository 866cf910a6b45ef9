import base64
import hashlib

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.model.certificate import certificate
from bot.model.private_key import KeyFacts, read_key
from tests.certificates import a_key, a_root, an_x25519_key_pem, key_pem, spki

EC_PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"


@pytest.mark.parametrize("kind", ["p224", "p256", "p384", "p521", "ed25519", "rsa1024", "rsa2048"])
@pytest.mark.parametrize("encoding", ["pkcs8", "traditional"])
def test_keys_of_all_kinds_and_encodings_are_recognised(kind: str, encoding: str) -> None:
    key = a_key(kind)
    facts = read_key(key_pem(key, "pkcs8" if kind == "ed25519" else encoding))

    assert (facts.readable, facts.key_sha256) == (True, hashlib.sha256(spki(key)).hexdigest())


def test_a_key_and_its_certificate_have_the_same_digest() -> None:
    for kind in ("p256", "ed25519", "rsa2048"):
        made = a_root(key=a_key(kind))
        facts, own = read_key(made.key_pem), certificate(made.der)
        assert (facts.key_sha256, facts.kind) == (own.key_sha256, own.key_kind)


def test_an_x25519_key_is_readable_but_signs_nothing() -> None:
    facts = read_key(an_x25519_key_pem())

    assert (facts.readable, facts.kind, facts.key_sha256) == (True, "X25519", "")


def test_what_cannot_be_read_says_why() -> None:
    good = key_pem(a_key())
    encrypted = a_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw"))
    for data, problem, slips in (
        (b"", "key is not PEM encoded", ["file-empty"]),
        (EC_PARAMETERS + good, "unsupported block type EC PARAMETERS", []),
        (encrypted, "unsupported block type ENCRYPTED PRIVATE KEY", []),
        (a_root().pem, "unsupported block type CERTIFICATE", []),
        (base64.b64encode(good), "key is not PEM encoded", ["double-base64"]),
        (good.replace(b"PRIVATE KEY", b"EC PRIVATE KEY"), "x509: failed to parse EC private key", []),
        (key_pem(a_key("k256")), "x509: unknown elliptic curve", []),
        (good[:100], "key is not PEM encoded", ["block-truncated", "no-pem"]),
    ):
        facts = read_key(data)
        assert (facts.problem, [one.id for one in facts.problems]) == (problem, slips)


def test_an_inconsistent_rsa_key_is_refused_like_go_refuses_it() -> None:
    lines = key_pem(a_key("rsa1024"), "traditional").splitlines()
    der = bytearray(base64.b64decode(b"".join(lines[1:-1])))
    der[-1] ^= 1
    text = lines[0] + b"\n" + base64.encodebytes(bytes(der)) + lines[-1] + b"\n"

    assert read_key(text).problem == "crypto/rsa: invalid CRT coefficient"


def test_no_byte_of_the_key_is_kept() -> None:
    for kind in ("p256", "ed25519", "rsa1024"):
        text = key_pem(a_key(kind))
        kept = msgspec.json.encode(read_key(text)) + repr(read_key(text)).encode()
        body = b"".join(text.splitlines()[1:-1])
        assert not any(body[at : at + 16] in kept for at in range(len(body) - 16))
        assert msgspec.json.decode(msgspec.json.encode(read_key(text)), type=KeyFacts) == read_key(text)


_KEYS = [key_pem(a_key(kind)) for kind in ("p256", "ed25519", "rsa1024")]


@given(st.sampled_from(_KEYS), st.integers(0, 3000), st.integers(0, 255))
def test_damaged_keys_never_raise(text: bytes, at: int, byte: int) -> None:
    lines = text.splitlines()
    der = bytearray(base64.b64decode(b"".join(lines[1:-1])))
    der[at % len(der)] = byte

    read_key(lines[0] + b"\n" + base64.encodebytes(bytes(der)) + lines[-1] + b"\n")


@given(st.binary(max_size=300))
def test_anything_may_be_read_as_a_key(data: bytes) -> None:
    assert read_key(data).size == len(data)
