"""One cause, one card: the table of docs/checks.md, row by row. What is broken by the same cause says so, or does not know."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.checks import judge
from bot.model.chains import LiveChains
from bot.model.finding import Severity
from bot.model.policy import Policy
from bot.model.prognosis import is_pointer
from bot.model.snapshot import Component, Snapshot
from tests import certificates
from tests.asking import BY_ID, cards, others
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_ca,
    a_component,
    a_configmap,
    a_control_plane,
    a_live_chain,
    a_pod,
    a_secret,
    a_snapshot,
    accepted,
    days,
    live_chains,
    unobserved,
)

DOCS = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
PATHLEN = Ca((certificates.a_root(path_length=0),), (certificates.an_issuer(certificates.a_root(path_length=0)),))
EXPIRED = a_ca(expires_in=days(-3))
ISSUER_EXPIRED = a_ca(issuer_expires_in=days(-1))
TWO_ROOTS = A_CA.roots_pem + ANOTHER_CA.roots_pem
TRUNCATED = A_CA.roots_pem + ANOTHER_CA.roots_pem[:300] + b"\n"


def crash_looping(name: str) -> Component:
    return a_component(name, ready=0, waiting="CrashLoopBackOff", restarts=9)


def beside(living: Ca, expired: Ca) -> Ca:
    return Ca((*expired.roots, *living.roots), living.chain)


@dataclass(frozen=True)
class Row:
    """A row of the table: the snapshot, its cards, and who points to them."""

    name: str
    snapshot: Snapshot
    cards: tuple[str, ...]
    pointers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


NO_START = ("sentry-must-not-restart", "bundle-unloadable")
ROWS = [
    Row("Root and issuer end together, soon", a_snapshot(ca=a_ca(expires_in=days(12))), ("root-expiry",), ("issuer-expiry",)),
    Row(
        "Root and issuer have ended (Dapr 1.12 and later)",
        a_snapshot(ca=EXPIRED),
        ("root-expiry",),
        (*NO_START, "peers-refuse", "issuer-expiry", "server-untrusted"),
    ),
    Row(
        "The same, and the control plane crash-loops because of it",
        a_snapshot(ca=EXPIRED, components=a_control_plane({name: crash_looping(name) for name in ("sentry", "operator")})),
        ("root-expiry",),
        (*NO_START, "peers-refuse", "issuer-expiry", "control-plane-unready", "server-untrusted"),
    ),
    Row("Only the issuer has ended", a_snapshot(ca=ISSUER_EXPIRED), ("issuer-expiry",), (*NO_START, "peers-refuse", "server-untrusted")),
    Row(
        "The CA begins in the future",
        a_snapshot(ca=a_ca(starts_in=days(1))),
        ("not-yet-valid",),
        (*NO_START, "peers-refuse", "server-untrusted"),
    ),
    Row(
        "Secret and ConfigMap differ, by one newline or altogether",
        a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n")),
        ("bundle-mismatch",),
        NO_START,
    ),
    Row(
        "Secret and ConfigMap differ, by one newline or altogether",
        a_snapshot(configmap=a_configmap(ANOTHER_CA.roots_pem)),
        ("bundle-mismatch",),
        (*NO_START, "server-untrusted"),
    ),
    Row(
        "A key of the Secret is absent or empty, or all of it",
        a_snapshot(secret=a_secret(key=None)),
        ("secret-incomplete",),
        NO_START,
    ),
    Row(
        "A key of the Secret is absent or empty, or all of it",
        a_snapshot(secret=a_secret(key=b"")),
        ("secret-incomplete",),
        NO_START,
    ),
    Row(
        "The ConfigMap, or its ca.crt, is absent",
        a_snapshot(configmap=a_configmap(None)),
        ("configmap-incomplete",),
        (*NO_START, "bundle-mismatch"),
    ),
    Row("The ConfigMap, or its ca.crt, is absent", a_snapshot(configmap=None), ("configmap-incomplete",), (*NO_START, "bundle-mismatch")),
    Row(
        "Key, order, chain or kind of key are such that sentry refuses the bundle",
        a_snapshot(secret=a_secret(key=ANOTHER_CA.key_pem)),
        ("bundle-unloadable",),
        ("sentry-must-not-restart",),
        unknown=("stale-pods",),
    ),
    Row(
        "Key, order, chain or kind of key are such that sentry refuses the bundle",
        a_snapshot(secret=a_secret(issuer=ANOTHER_CA.chain_pem, key=ANOTHER_CA.key_pem), accepted=None),
        ("bundle-unloadable",),
        ("sentry-must-not-restart", "peers-refuse", "issuer-not-loaded"),
        unknown=("stale-pods",),
    ),
    Row(
        "Sentry loads it, no sidecar accepts what it signs (pathlen, CA:false)",
        a_snapshot(ca=PATHLEN),
        ("peers-refuse",),
        ("server-untrusted",),
        unknown=("stale-pods",),
    ),
    Row(
        "A truncated block hides a root, sentry still loads the rest",
        a_snapshot(secret=a_secret(ca=TRUNCATED), configmap=a_configmap(TRUNCATED)),
        ("pem-damage",),
    ),
    Row(
        "The CA was replaced, and pods still trust the accepted one",
        a_snapshot(ca=ANOTHER_CA, accepted=accepted(A_CA), pods=[a_pod(anchors=A_CA.roots_pem)]),
        ("ca-changed",),
        ("stale-pods",),
    ),
    Row("The CA was changed, and every pod trusts it", a_snapshot(ca=ANOTHER_CA, accepted=accepted(A_CA)), ("ca-changed",)),
    Row(
        "Pods trust neither the accepted nor the present CA",
        a_snapshot(pods=[a_pod(anchors=ANOTHER_CA.roots_pem)]),
        ("stale-pods",),
    ),
    Row(
        "A part of the control plane was not restarted after a change of the CA",
        a_snapshot(chains=live_chains(a_live_chain(ANOTHER_CA, "operator"))),
        ("server-untrusted",),
    ),
    Row(
        "Sentry runs with another issuer than the Secret holds",
        a_snapshot(chains=live_chains(ca=ANOTHER_CA)),
        ("issuer-not-loaded",),
        ("server-untrusted",),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_cause_opens_one_card(row: Row) -> None:
    assert tuple(cards(row.snapshot)) == row.cards


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_breaks_with_it_names_the_owner_or_does_not_know(row: Row) -> None:
    expected = dict.fromkeys(row.pointers, "notice") | dict.fromkeys(row.unknown, "unknown")

    assert others(row.snapshot) == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_pointer_leads_to_the_card(row: Row) -> None:
    notices = [finding for finding in judge(row.snapshot, Policy()).findings if finding.severity is Severity.NOTICE]

    assert {finding.subject for finding in notices if is_pointer(finding)} <= set(row.cards)
    assert [finding.check_id for finding in notices if not is_pointer(finding)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_row_is_in_the_documents(row: Row) -> None:
    line = next(line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {row.name} |"))

    assert all(card in line for card in row.cards)
    assert all(pointer in line for pointer in row.pointers)


def test_an_expired_root_beside_a_living_one_is_no_card() -> None:
    snapshot = a_snapshot(ca=beside(A_CA, a_ca("old", expires_in=days(-3))), accepted=None)

    assert cards(snapshot) == {}
    assert others(snapshot) == {"root-expiry": "notice"}


def test_pods_that_trust_only_a_root_that_ends_soon_are_told_by_its_expiry() -> None:
    old, new = a_ca("old", expires_in=days(5)), A_CA
    cross = certificates.cross_signed(new.roots[0], old.chain[0])
    crossed = Ca((*old.roots, *new.roots), (*new.chain, cross, *old.chain))
    snapshot = a_snapshot(ca=crossed, accepted=None, pods=[a_pod("late", anchors=old.roots_pem), a_pod("new", anchors=crossed.roots_pem)])

    assert cards(snapshot) == {"root-expiry": Severity.CRITICAL}


@pytest.mark.parametrize("pods", [[], [a_pod()]], ids=["nothing", "sidecars without a sentry"])
def test_no_dapr_here_is_one_card_and_everything_else_points_to_it(pods: list[object]) -> None:
    nothing = dict.fromkeys(("secret", "configmap", "mtls", "webhook", "crd", "accepted"))
    snapshot = a_snapshot(components=(), pods=pods, issuer_gauges=(), chains=LiveChains(), **nothing)  # type: ignore[arg-type]

    assert tuple(cards(snapshot)) == ("dapr-missing",)
    assert set(others(snapshot).values()) == {"notice"}


def test_every_owner_is_a_check() -> None:
    owners = {card for row in ROWS for card in row.cards}

    assert owners <= set(BY_ID)


def test_an_unseen_secret_is_no_card() -> None:
    assert cards(a_snapshot(secret=unobserved())) == {}
