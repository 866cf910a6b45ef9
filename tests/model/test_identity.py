import hashlib

import pytest

from bot.model.identity import ca_identity, is_same, why_not_acceptable
from bot.model.snapshot import Snapshot
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_configmap,
    a_pod,
    a_secret,
    a_snapshot,
    accepted,
    unobserved,
)


def sha256(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


ROOT, ISSUER = sha256(A_CA.roots[0].der), sha256(A_CA.chain[0].der)


def test_a_ca_is_its_roots_and_its_issuer() -> None:
    assert ca_identity(a_snapshot()) == ((ROOT,), ISSUER)


def test_the_order_and_layout_of_the_roots_do_not_matter() -> None:
    one, other = (Ca(roots, A_CA.chain) for roots in ((*A_CA.roots, *ANOTHER_CA.roots), (*ANOTHER_CA.roots, *A_CA.roots)))

    assert ca_identity(a_snapshot(ca=one)) == ca_identity(a_snapshot(ca=other))


def test_a_newline_does_not_make_another_ca() -> None:
    assert ca_identity(a_snapshot(secret=a_secret(ca=A_CA.roots_pem + b"\n"))) == ((ROOT,), ISSUER)


def test_without_the_secret_by_choice_the_issuer_is_not_known() -> None:
    assert ca_identity(a_snapshot(off=True)) == ((ROOT,), "")


@pytest.mark.parametrize(
    "snapshot",
    [
        a_snapshot(secret=unobserved()),
        a_snapshot(secret=None),
        a_snapshot(secret=a_secret(issuer=None)),
        a_snapshot(secret=a_secret(ca=b"nonsense")),
        a_snapshot(off=True, configmap=a_configmap(None)),
    ],
    ids=["secret forbidden", "secret gone", "no issuer", "no roots", "no configmap"],
)
def test_half_a_ca_is_none(snapshot: Snapshot) -> None:
    assert ca_identity(snapshot) is None
    assert "cannot be read completely" in why_not_acceptable(snapshot)


def test_an_issuer_that_one_side_does_not_know_is_taken_for_equal() -> None:
    assert is_same(((ROOT,), ""), accepted(A_CA))
    assert not is_same(((ROOT,), "ff"), accepted(A_CA))
    assert not is_same((("ff",), ""), accepted(A_CA))


def test_a_new_ca_that_every_pod_trusts_may_be_accepted() -> None:
    assert why_not_acceptable(a_snapshot(ca=ANOTHER_CA, accepted=accepted(A_CA))) == ""


REFUSALS = [
    ("stale pods", a_snapshot(ca=ANOTHER_CA, pods=[a_pod(anchors=A_CA.roots_pem)]), "This CA is not trusted by 1 pod of 1 application"),
    ("a mismatch", a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n")), "see bundle-mismatch"),
    ("unseen pods", a_snapshot(census=unobserved()), "The pods cannot be seen"),
]


@pytest.mark.parametrize(("snapshot", "why"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_it_may_not_be_accepted_with(snapshot: Snapshot, why: str) -> None:
    assert why in why_not_acceptable(snapshot)
