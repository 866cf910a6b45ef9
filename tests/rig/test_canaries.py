"""The scan itself: that it hears what it must, and does not cry for what everybody may know."""

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from tests.certificates import a_key, a_root, key_pem
from tests.rig.canaries import heard, of_bytes, of_key, of_token

KINDS = ["p256", "p384", "ed25519", "rsa2048"]
JWT_HEAD = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImFiYyJ9"
JWT = f"{JWT_HEAD}.eyJhdWQiOlsiaHR0cHM6Ly9rdWJlcm5ldGVzIl0sImlzcyI6Imh0dHBzIn0.c2lnbmF0dXJlLW9mLXRoYXQtdG9rZW4tMDEyMzQ1Njc4OQ"

each_kind = pytest.mark.parametrize("kind", KINDS)


def der(pem: bytes) -> bytes:
    return load_pem_private_key(pem, password=None).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@each_kind
@pytest.mark.parametrize("encoding", ["pkcs8", "traditional"])
def test_a_key_is_heard_as_pem_as_der_and_in_base64_wherever_it_begins(kind: str, encoding: str) -> None:
    if (kind, encoding) == ("ed25519", "traditional"):
        encoding = "pkcs8"
    pem = key_pem(a_key(kind), encoding)
    forms = [pem, pem.replace(b"\n", b"\\n"), der(pem), der(pem).hex().encode()]
    forms += [base64.b64encode(b"x" * shift + raw) for shift in range(3) for raw in (pem, der(pem))]

    canary = of_key("key", pem)

    assert [form for form in forms if not canary.is_heard_in(b"before " + form + b" after")] == []


def number(pem: bytes) -> bytes:
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32, "big")


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda raw: raw,
    "from behind": lambda raw: raw[::-1],
    "a number": lambda raw: str(int.from_bytes(raw, "big")).encode(),
    "hex": lambda raw: raw.hex().encode(),
    "as openssl prints it": lambda raw: raw.hex(":").upper().encode(),
    "as Python prints it": lambda raw: repr(b"\x30\x41" + raw).encode(),
    "d of a JWK": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
    "base64 of base64": lambda raw: base64.b64encode(b"key: " + base64.b64encode(raw)),
    "its first half": lambda raw: raw[:16] + b"the next page",
    "its second half": lambda raw: b"a page" + raw[16:],
}


@pytest.mark.parametrize("form", FORMS)
def test_the_number_of_a_key_and_a_key_of_bytes_are_heard_in_every_form(form: str) -> None:
    pem, random = key_pem(a_key("p256", "forms")), bytes(range(90, 122))

    assert of_key("key", pem).is_heard_in(b"before " + FORMS[form](number(pem)) + b" after")
    assert of_bytes("bytes", random).is_heard_in(b"before " + FORMS[form](random) + b" after")
    assert not of_bytes("bytes", random).is_heard_in(FORMS[form](number(pem)))


@pytest.mark.parametrize(("kind", "line"), [("p256", 1), ("p384", 1), ("ed25519", 1), ("rsa2048", 10)])
def test_one_line_of_a_key_is_enough_if_it_tells_anything(kind: str, line: int) -> None:
    pem = key_pem(a_key(kind))

    assert of_key("key", pem).is_heard_in(b'{"line": "' + pem.splitlines()[line] + b'"}')


@each_kind
def test_the_public_half_and_other_keys_are_silent(kind: str) -> None:
    own = a_root(key=a_key(kind, "own"))
    other = a_key(kind, "other")

    canary = of_key("key", own.key_pem)

    assert heard([canary], [("certificate", own.pem), ("its DER", own.der), ("another key", key_pem(other)), ("nothing", b"")]) == []


@pytest.mark.parametrize("token", [JWT, "xoxb-playground-0123456789"])
def test_a_token_is_heard_whole_and_in_base64_and_a_jwt_by_its_signature_too(token: str) -> None:
    canary = of_token("token", token)

    assert canary.is_heard_in(f"Authorization: Bearer {token}".encode())
    assert canary.is_heard_in(base64.b64encode(b"Bearer " + token.encode()))
    assert canary.is_heard_in(token.rpartition(".")[2].encode())
    assert not canary.is_heard_in(token[:20].encode())


def test_what_is_heard_is_named_and_never_shown() -> None:
    canary = of_token("bot token", "xoxb-playground-0123456789")

    assert heard([canary], [("the log", b"xoxb-playground-0123456789"), ("the database", b"")]) == ["bot token in the log"]
    assert repr(canary) == "Canary('bot token')"
