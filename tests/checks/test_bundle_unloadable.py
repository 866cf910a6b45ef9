from typing import Any

import pytest

from bot.model.finding import Severity
from bot.model.pem import MAX_SIZE
from bot.model.prognosis import is_pointer
from bot.model.snapshot import Snapshot
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import A_CA, ANOTHER_CA, Ca, a_ca, a_configmap, a_secret, a_snapshot, days


def of(ca: bytes, **secret: Any) -> Snapshot:
    return a_snapshot(secret=a_secret(ca=ca, **secret), configmap=a_configmap(ca), accepted=None)


ROOTS = A_CA.roots_pem
CROSS = certificates.cross_signed(ANOTHER_CA.roots[0], A_CA.chain[0]).pem
OTHER_ORDER = certificates.an_issuer(A_CA.chain[0], "below").pem
TABLE = [
    ("key of another CA", of(ROOTS, key=ANOTHER_CA.key_pem), "issuer.key does not belong to issuer.crt"),
    ("key unreadable", of(ROOTS, key=b"nonsense"), "issuer.key cannot be read"),
    ("wrong root", of(ANOTHER_CA.roots_pem), "no root in ca.crt signed the issuer"),
    ("cross-certificate among the roots", of(ROOTS + CROSS), "ca.crt holds a certificate that is no root"),
    ("chain in the wrong order", of(ROOTS, issuer=A_CA.chain_pem + OTHER_ORDER), "issuer.crt is in the wrong order"),
    ("roots are no PEM", of(b"nonsense"), "a file holds no certificate"),
]


@pytest.mark.parametrize(("snapshot", "why"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_sentry_would_refuse_is_critical_and_says_why(snapshot: Snapshot, why: str) -> None:
    finding = the_finding("bundle-unloadable", snapshot)

    assert finding.severity is Severity.CRITICAL
    assert finding.fact == f"Sentry would not start again with this bundle: {why}"
    assert finding.next_step.startswith("Do NOT restart sentry")


def test_an_issuer_that_is_no_ecdsa_depends_on_the_version() -> None:
    ca = a_ca("edwards", kind="ed25519")

    assert ask("bundle-unloadable", a_snapshot(ca=ca, version="1.18.3")).severity is Severity.OK
    assert the_finding("bundle-unloadable", a_snapshot(ca=ca, version="1.16.2")).fact.endswith("it works with ECDSA issuers only")


def test_the_rules_that_were_applied_are_named() -> None:
    evidence = the_finding("bundle-unloadable", a_snapshot(secret=a_secret(key=b"x"), version="1.13.6")).evidence

    assert "Judged by the rules of Dapr 1.13.6." in evidence


def test_every_slip_in_the_files_is_told_with_it() -> None:
    twice = a_secret(key=ANOTHER_CA.key_pem, issuer=A_CA.chain_pem + b"-----BEGIN CERTIFICATE-----\nMII\n")
    evidence = the_finding("bundle-unloadable", a_snapshot(secret=twice)).evidence

    assert any("truncated" in sentence for sentence in evidence)


@pytest.mark.parametrize(
    "snapshot",
    [
        a_snapshot(ca=a_ca(expires_in=days(-1))),
        a_snapshot(configmap=a_configmap(ROOTS + b"\n")),
        a_snapshot(secret=a_secret(key=None)),
    ],
    ids=["expired", "mismatch", "incomplete"],
)
def test_what_another_card_tells_is_only_pointed_at(snapshot: Snapshot) -> None:
    assert is_pointer(the_finding("bundle-unloadable", snapshot))


def test_an_expired_ca_with_a_wrong_key_is_its_own_cause() -> None:
    snapshot = a_snapshot(ca=a_ca(expires_in=days(-1)), secret=a_secret(a_ca(expires_in=days(-1)), key=ANOTHER_CA.key_pem))

    assert the_finding("bundle-unloadable", snapshot).severity is Severity.CRITICAL


@pytest.mark.parametrize(("version", "word"), [("1.19.0", "newer"), ("mycorp-42", "cannot be told"), ("edge", "newer")])
def test_an_unknown_version_gets_the_newest_rules_and_a_notice(version: str, word: str) -> None:
    finding = the_finding("bundle-unloadable", a_snapshot(version=version))

    assert finding.severity is Severity.NOTICE
    assert word in finding.fact
    assert finding.fact.endswith("the rules of 1.18.3 are taken")


def test_a_bundle_that_is_too_large_is_unknown() -> None:
    assert ask("bundle-unloadable", of(b"x" * (MAX_SIZE + 1))).severity is Severity.UNKNOWN


def test_two_roots_of_which_one_signed_the_issuer_are_fine() -> None:
    assert ask("bundle-unloadable", a_snapshot(ca=Ca((*ANOTHER_CA.roots, *A_CA.roots), A_CA.chain))).severity is Severity.OK
