"""The texts that a rotation writes."""

import pytest

from bot.model import acceptance, pem
from bot.model.bundle import Mode, TrustBundle
from bot.model.certificate import certificate, certificates
from bot.model.private_key import read_key
from bot.model.versions import Version
from bot.rotation import authority, pair
from bot.rotation.private_key import PrivateKey
from tests.builders import A_CA, Ca, a_ca, days
from tests.certificates import NOW

YEAR = days(365)


def a_new_ca() -> authority.Authority:
    return authority.established("cluster.local", "dapr-system", NOW, YEAR)


def crossed(ca: bytes, issuer: bytes, *, old: Ca = A_CA) -> tuple[authority.Authority, pair.Pair]:
    new = a_new_ca()
    promise = authority.promised(new.root, certificate(old.chain[0].der), NOW + days(90), authority.new_serial())
    return new, pair.crossed(ca, issuer, new, authority.kept(promise, PrivateKey.read(old.key_pem)))


@pytest.mark.parametrize(
    "ca",
    [
        A_CA.roots_pem,
        A_CA.roots_pem.rstrip(b"\n"),
        A_CA.roots_pem.replace(b"\n", b"\r\n"),
        b"a comment\n" + A_CA.roots_pem + a_ca("dead", expires_in=days(-9)).roots_pem + b"\n\n",
    ],
)
def test_every_present_root_stays_to_the_byte_and_the_new_one_is_read_behind_it(ca: bytes) -> None:
    new, made = crossed(ca, A_CA.chain_pem)

    assert made.ca.startswith(ca)
    assert certificates(pem.read(made.ca)) == (*certificates(pem.read(ca)), new.root)


@pytest.mark.parametrize("issuer", [A_CA.chain_pem, A_CA.chain_pem + A_CA.roots_pem, A_CA.chain_pem.rstrip(b"\n")])
def test_the_present_chain_stays_to_the_byte_behind_the_new_issuer_and_the_cross_certificate(issuer: bytes) -> None:
    new, made = crossed(A_CA.roots_pem, issuer)

    assert made.issuer.endswith(issuer)
    assert [one.subject for one in certificates(pem.read(made.issuer))[:3]] == [new.issuer.subject, new.root.subject, new.issuer.subject]


@pytest.mark.parametrize("version", ["1.12.0", "1.13.6", "1.14.4", "1.16.2", "1.18.3"])
@pytest.mark.parametrize("kind", ["p256", "p384", "ed25519", "rsa2048"])
def test_every_sentry_loads_the_pair_and_peers_accept_what_it_signs(version: str, kind: str) -> None:
    old = a_ca(f"of {kind}", kind=kind)
    new, made = crossed(old.roots_pem, old.chain_pem, old=old)
    held = TrustBundle(ca=pem.read(made.ca), issuer=pem.read(made.issuer), key=read_key(new.issuer_key.revealed()))

    assert acceptance.sentry(held, Version.parse(version), Mode.KUBERNETES, NOW).loads
    assert acceptance.peers(held, Version.parse(version), NOW).verify


def test_in_the_end_nothing_but_the_new_ca_is_there() -> None:
    new = a_new_ca()

    made = pair.alone(new)

    assert certificates(pem.read(made.ca)) == (new.root,)
    assert certificates(pem.read(made.issuer)) == (new.issuer,)
