"""The new CA, and the certificate by which the old issuer vouches for it."""

import copy
import pickle
from datetime import timedelta

import pytest
from cryptography import x509

from bot.errors import InputError
from bot.model import acceptance, pem
from bot.model.bundle import Mode, TrustBundle
from bot.model.certificate import Certificate, certificate
from bot.model.path import Purpose, verify_issued
from bot.model.private_key import read_key
from bot.model.versions import Version
from bot.rotation import authority
from bot.rotation.private_key import PrivateKey
from tests.bundles.armour import armoured, contents
from tests.certificates import NOW, Made, a_key, a_root, an_issuer, key_pem

YEAR = timedelta(days=365)
KINDS = ("p224", "p256", "p384", "p521", "ed25519", "rsa2048", "rsa3072")


def a_new_ca(lifetime: timedelta = YEAR) -> authority.Authority:
    return authority.established("cluster.local", "dapr-system", NOW, lifetime)


def seen(made: Made) -> Certificate:
    return certificate(made.der)


@pytest.mark.parametrize("version", ["1.12.0", "1.13.6", "1.14.4", "1.16.2", "1.17.0", "1.18.3"])
def test_every_sentry_loads_the_new_ca_and_every_peer_accepts_what_it_signs(version: str) -> None:
    new = a_new_ca()

    held = TrustBundle(
        ca=pem.read(armoured("CERTIFICATE", new.root.der)),
        issuer=pem.read(armoured("CERTIFICATE", new.issuer.der)),
        key=read_key(new.issuer_key.revealed()),
    )

    verdict = acceptance.sentry(held, Version.parse(version), Mode.KUBERNETES, NOW)
    assert verdict.loads
    assert verdict.problems == ()
    assert acceptance.peers(held, Version.parse(version), NOW).verify


def test_root_and_issuer_begin_a_quarter_of_an_hour_ago_and_end_together() -> None:
    new = a_new_ca(timedelta(days=100))

    for one in (new.root, new.issuer):
        assert (one.not_before_at, one.not_after_at) == (NOW - timedelta(minutes=15), NOW + timedelta(days=100))


def test_nothing_in_them_narrows_what_may_stand_below() -> None:
    new = a_new_ca()

    assert [one.path_length for one in (new.root, new.issuer)] == [None, None]
    assert [one.extended_key_usages for one in (new.root, new.issuer)] == [(), ()]


def test_they_are_named_as_sentry_names_its_own() -> None:
    new = a_new_ca()

    assert (new.root.subject, new.issuer.subject) == ("O=cluster.local", "O=spiffe://cluster.local/ns/dapr-system/dapr-sentry")


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(hours=23), timedelta(days=3651)])
def test_a_lifetime_out_of_bounds_is_refused(lifetime: timedelta) -> None:
    with pytest.raises(InputError, match="is not made"):
        a_new_ca(lifetime)


@pytest.mark.parametrize("kind", KINDS)
def test_peers_that_trust_the_old_root_alone_accept_the_new_issuer_through_the_cross_certificate(kind: str) -> None:
    old_root = a_root("old root", key=a_key(kind, "old root"))
    old_issuer = an_issuer(old_root, "old issuer", key=a_key(kind, "old issuer"))
    new = a_new_ca()
    promise = authority.promised(new.root, seen(old_issuer), NOW + timedelta(days=30), authority.new_serial())

    cross = authority.kept(promise, PrivateKey.read(old_issuer.key_pem))

    chain = (new.issuer, cross, seen(old_issuer))
    for roots in ((seen(old_root),), (new.root,), (seen(old_root), new.root)):
        assert verify_issued(chain, roots, NOW, purpose=Purpose.ANY).valid
    assert authority.signed_part(cross) == promise.signed_part
    assert cross.signature_algorithm == promise.stand_in.signature_algorithm


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_signed_by_nobody_but_the_old_issuer(kind: str) -> None:
    old_issuer = an_issuer(a_root(), key=a_key(kind, "old issuer"))
    promise = authority.promised(a_new_ca().root, seen(old_issuer), NOW + timedelta(days=30), authority.new_serial())

    with pytest.raises(InputError, match="not that of the issuer"):
        authority.kept(promise, PrivateKey.read(an_issuer(a_root(), key=a_key(kind, "another issuer")).key_pem))


def test_an_old_issuer_without_a_key_identifier_is_no_obstacle() -> None:
    old_root = a_root("old root")
    old_issuer = an_issuer(old_root, "old issuer", key_identifiers=False)
    new = a_new_ca()
    promise = authority.promised(new.root, seen(old_issuer), NOW + timedelta(days=30), authority.new_serial())

    cross = authority.kept(promise, PrivateKey.read(old_issuer.key_pem))

    assert verify_issued((new.issuer, cross, seen(old_issuer)), (seen(old_root),), NOW).valid


@pytest.mark.parametrize("subject", ["", "a, b + c=d", "käse ☃"])
def test_the_old_issuers_name_is_taken_as_it_is_spelled(subject: str) -> None:
    old_issuer = an_issuer(a_root("old root"), subject)
    promise = authority.promised(a_new_ca().root, seen(old_issuer), NOW + timedelta(days=30), authority.new_serial())

    made = x509.load_der_x509_certificate(promise.stand_in.der)
    assert made.issuer.public_bytes() == old_issuer.certificate.subject.public_bytes()


def test_a_key_shows_itself_in_no_text_and_is_not_copied() -> None:
    key = PrivateKey.made()

    assert repr(key) == str(key) == f"{key}" == "PrivateKey(**********)"
    for copies in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="not copied"):
            copies(key)


@pytest.mark.parametrize("text", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_without_quoting_it(text: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read") as refused:
        PrivateKey.read(text)

    assert refused.value.__cause__ is None
    assert "AAAA" not in str(refused.value)


def test_a_key_that_go_reads_and_openssl_does_not_is_read() -> None:
    key = a_key("p256", "old issuer")
    blank = key_pem(key).replace(b"-----BEGIN PRIVATE KEY-----\n", b"-----BEGIN PRIVATE KEY-----\n\n\n")
    trailing = armoured("PRIVATE KEY", contents(key_pem(key)) + b"\x00")

    for text in (blank, trailing):
        assert PrivateKey.read(text).public_key() == key.public_key()


@pytest.mark.parametrize(("kind", "encoding"), [(kind, "pkcs8") for kind in KINDS] + [("p256", "traditional"), ("rsa2048", "traditional")])
def test_every_kind_of_key_that_sentry_loads_is_read(kind: str, encoding: str) -> None:
    key = a_key(kind, "old issuer")

    assert PrivateKey.read(key_pem(key, encoding)).public_key() == key.public_key()
