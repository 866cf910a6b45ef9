import datetime as dt
import hashlib

import msgspec
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from bot.model.certificate import Certificate, certificate, certificates
from bot.model.pem import read
from bot.model.x509.der import DerError
from bot.model.x509.parser import parse
from tests.certificates import CLIENT, DAY, NOW, SERVER, a_certificate, a_key, a_root, an_issuer, spki


def test_the_facts_of_a_root() -> None:
    made = a_root("cluster.local", serial=0xABC, path_length=1, dns=("cluster.local",))

    facts = certificate(made.der)

    assert (facts.subject, facts.issuer, facts.serial, facts.version) == ("O=cluster.local", "O=cluster.local", "abc", 3)
    assert facts.fingerprint == hashlib.sha256(made.der).hexdigest()
    assert facts.key_sha256 == hashlib.sha256(spki(made.key)).hexdigest()
    assert (facts.is_ca, facts.path_length, facts.self_signed) == (True, 1, True)
    assert (facts.not_before_at, facts.not_after_at) == (NOW - DAY, NOW + 365 * DAY)
    assert (facts.key_usages, facts.dns_names) == (("digitalSignature", "keyCertSign", "cRLSign"), ("cluster.local",))


def test_an_issuer_is_not_self_signed() -> None:
    facts = certificate(an_issuer(a_root(), extended=(SERVER, CLIENT), ca=None).der)

    assert (facts.self_signed, facts.is_ca, facts.has_basic_constraints, facts.path_length) == (False, False, False, None)
    assert facts.extended_key_usages == ("serverAuth", "clientAuth")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("p224", "ECDSA P-224"),
        ("p256", "ECDSA P-256"),
        ("p384", "ECDSA P-384"),
        ("p521", "ECDSA P-521"),
        ("ed25519", "Ed25519"),
        ("rsa2048", "RSA 2048"),
    ],
)
def test_kinds_of_keys_have_names_and_verify_themselves(kind: str, name: str) -> None:
    facts = certificate(a_root(key=a_key(kind)).der)

    assert (facts.key_kind, facts.self_signed) == (name, True)


def test_rsa_pss_is_verified() -> None:
    facts = certificate(a_root(key=a_key("rsa2048"), pss=True).der)

    assert (facts.signature_algorithm, facts.self_signed) == ("SHA256-RSAPSS", True)


def test_one_wrong_bit_in_a_signature_is_noticed() -> None:
    for kind in ("p256", "ed25519", "rsa2048"):
        for pss in (False, True) if kind == "rsa2048" else (False,):
            der = a_root(key=a_key(kind), pss=pss).der
            assert not certificate(der[:-1] + bytes((der[-1] ^ 1,))).self_signed


def test_a_root_that_may_not_sign_is_not_self_signed_in_daprs_sense() -> None:
    assert not certificate(a_root(ca=False).der).self_signed
    assert not certificate(a_root(ca=None).der).self_signed
    assert not certificate(a_root(usages=("digital_signature",)).der).self_signed
    assert certificate(a_root(usages=None).der).self_signed


def test_go_knows_no_k256_and_refuses_the_certificate() -> None:
    with pytest.raises(DerError, match="unsupported elliptic curve"):
        certificate(a_root(key=a_key("k256")).der)


def test_what_go_refuses_is_refused() -> None:
    good = a_root().der
    serial = parse(good).serial.to_bytes(2, "big")
    duplicate = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False
    again = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"\x05\x00"), False
    for der, complaint in (
        (b"", "malformed certificate"),
        (good + b"\0", "trailing data"),
        (good[:-1], "malformed"),
        (good.replace(b"\x02\x02" + serial, b"\x02\x02\xff\x7f", 1), "negative serial"),
        (a_root(extensions=(duplicate, again)).der.replace(b"\x06\x03\x2a\x03\x05", b"\x06\x03\x2a\x03\x04"), "duplicate extension"),
        (a_root(uris=("spiffe://bad host/",)).der, "cannot parse URI"),
    ):
        with pytest.raises(DerError, match=complaint):
            certificate(der)


def test_times_at_the_edges_of_the_encodings() -> None:
    for year in (1951, 2049, 2050, 9999):
        end = dt.datetime(year, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
        assert certificate(a_root(not_before=dt.datetime(1950, 1, 2, tzinfo=dt.UTC), not_after=end).der).not_after_at == end


def test_names_cannot_carry_control_characters() -> None:
    facts = certificate(a_root("evil\x1b[31m\u202eroot\n").der)

    assert facts.subject.isprintable()
    assert "\\x1b" in facts.subject


def test_all_readable_certificates_of_a_text_are_listed() -> None:
    root, issuer = a_root(), an_issuer(a_root())

    assert [one.fingerprint for one in certificates(read(root.pem + b"x\n" + issuer.pem))] == [
        certificate(root.der).fingerprint,
        certificate(issuer.der).fingerprint,
    ]


def test_a_certificate_survives_json() -> None:
    facts = certificate(a_root().der)

    assert msgspec.json.decode(msgspec.json.encode(facts), type=Certificate) == facts


@given(st.binary(max_size=300))
def test_parsing_junk_raises_nothing_but_der_error(data: bytes) -> None:
    with pytest.raises(DerError):
        parse(data)


_BASE = a_certificate("base", dns=("a.example",), uris=("spiffe://x/y",)).der


@given(st.integers(0, len(_BASE) - 1), st.integers(0, 255), st.integers(0, 3))
def test_parsing_damaged_certificates_raises_nothing_but_der_error(at: int, byte: int, cut: int) -> None:
    damaged = _BASE[:at] + bytes((byte,)) + _BASE[at + 1 + cut :]
    try:
        facts = certificate(damaged)
    except DerError:
        return
    assert facts.der == damaged
