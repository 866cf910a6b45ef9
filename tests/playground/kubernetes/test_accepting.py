"""What simulated workloads show and accept is what the bot's judgement of a handshake says of the same certificates."""

from datetime import timedelta

import pytest

from bot.model import handshake, pem
from bot.model.path import SENTRY, Identity
from bot.model.versions import Version
from playground.kubernetes.accepting import accepts, is_path
from playground.kubernetes.leaves import Signing, signed
from tests.bundles.pairs import both_pairs
from tests.certificates import DAY, NOW, Files, a_good_bundle, a_key, a_root, an_issuer, bundle_of

TTL = timedelta(hours=24)
APP = Identity("spiffe://public/ns/shop/orders")
OLD = a_good_bundle()
BOTH, LAST = both_pairs(OLD, NOW)


def a_leaf(files: Files, identity: Identity = APP) -> pem.PemDocument:
    return pem.of_certificates(signed(identity, Signing(issuer=files.issuer, key=files.key), NOW, TTL).shown)


@pytest.mark.parametrize("trusted", [OLD, BOTH, LAST], ids=["old", "both", "last"])
@pytest.mark.parametrize("shown", [OLD, BOTH, LAST], ids=["old", "both", "last"])
@pytest.mark.parametrize("identity", [APP, SENTRY], ids=["app", "sentry"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(hours=25), 500 * DAY], ids=["now", "after the leaf", "after the CA"])
def test_the_oracle_agrees_with_the_judgement_of_a_handshake(shown: Files, trusted: Files, identity: Identity, later: timedelta) -> None:
    leaf = signed(identity, Signing(issuer=shown.issuer, key=shown.key), NOW, TTL)
    verdict = handshake.judge(pem.of_certificates(leaf.shown), pem.read(trusted.ca), NOW + later)

    assert accepts(trusted.ca, leaf, NOW + later) == verdict.accepted


@pytest.mark.parametrize("kind", ["p256", "p384", "ed25519", "rsa2048"])
def test_an_issuer_of_any_kind_signs_leaves_that_peers_accept(kind: str) -> None:
    root = a_root("root", key=a_key(kind, "root"))
    files = bundle_of(an_issuer(root, key=a_key(kind, "issuer")), roots=(root,))

    assert handshake.judge(a_leaf(files), pem.read(files.ca), NOW).accepted


def test_an_issuer_without_key_identifier_signs_too() -> None:
    root = a_root()
    files = bundle_of(an_issuer(root, key_identifiers=False), roots=(root,))

    assert handshake.judge(a_leaf(files), pem.read(files.ca), NOW).accepted


def test_a_certificate_is_taken_in_its_last_second_and_not_after_it() -> None:
    root = a_root(not_after=NOW + DAY)
    files = bundle_of(an_issuer(root, not_after=NOW + DAY), roots=(root,))

    seen = [is_path(files.issuer, files.ca, NOW + DAY + timedelta(seconds=seconds)) for seconds in (-1, 0, 1)]
    assert seen == [True, True, False]


def test_nobody_accepts_no_certificate_or_without_a_root() -> None:
    leaf = signed(APP, Signing(issuer=OLD.issuer, key=OLD.key), NOW, TTL)

    assert not accepts(OLD.ca, None, NOW)
    assert not accepts(b"", leaf, NOW)
    assert not accepts(b"garbage", leaf, NOW)


@pytest.mark.parametrize(("version", "share"), [("1.14.4", 0.5), ("1.13.6", 0.7)])
def test_up_to_1_13_certificates_are_renewed_later(version: str, share: float) -> None:
    leaf = signed(APP, Signing(issuer=OLD.issuer, key=OLD.key), NOW, TTL)

    assert leaf.renews_at(Version.parse(version)) == NOW + TTL * share
