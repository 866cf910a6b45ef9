from datetime import timedelta

import pytest

from bot.model.chains import CHAINS_NOT_READ
from bot.model.finding import Severity
from bot.model.policy import Policy
from bot.model.snapshot import IssuerGauge
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import (
    A_CA,
    Ca,
    a_ca,
    a_component,
    a_configmap,
    a_control_plane,
    a_pod,
    a_snapshot,
    days,
    hours,
    unobserved,
)
from tests.certificates import NOW, cross_signed

LADDER = [
    (days(91), Severity.OK, None),
    (days(90), Severity.NOTICE, 90),
    (days(60), Severity.NOTICE, 60),
    (days(31), Severity.NOTICE, 60),
    (days(30), Severity.WARNING, 30),
    (days(12), Severity.WARNING, 14),
    (days(7) + timedelta(seconds=90), Severity.WARNING, 14),
    (days(7), Severity.CRITICAL, 7),
    (hours(20), Severity.CRITICAL, 1),
    (days(-1), Severity.CRITICAL, 0),
]


@pytest.mark.parametrize(("left", "severity", "rung"), LADDER, ids=str)
def test_it_speaks_up_on_the_ladder(left: timedelta, severity: Severity, rung: int | None) -> None:
    answer = ask("root-expiry", a_snapshot(ca=a_ca(expires_in=left)))

    assert answer.severity is severity
    assert [finding.rung for finding in answer.findings] == ([] if rung is None else [rung])


FACTS = [
    (days(12) + hours(4), "Root CA and issuer expire in 12 days"),
    (days(7) + timedelta(seconds=90), "Root CA and issuer expire in 7 days"),
    (hours(47), "Root CA and issuer expire in 47 hours"),
    (timedelta(minutes=10), "Root CA and issuer expire in less than an hour"),
    (timedelta(0), "Root CA and issuer have expired"),
]


@pytest.mark.parametrize(("left", "fact"), FACTS)
def test_root_and_issuer_that_end_together_are_one_finding(left: timedelta, fact: str) -> None:
    snapshot = a_snapshot(ca=a_ca(expires_in=left))

    assert the_finding("root-expiry", snapshot).fact == fact
    assert the_finding("issuer-expiry", snapshot).severity is Severity.NOTICE


def test_a_root_that_ends_two_hours_before_the_issuer_is_told_alone() -> None:
    snapshot = a_snapshot(ca=a_ca(expires_in=days(12), issuer_expires_in=days(12) + hours(2)))

    assert the_finding("root-expiry", snapshot).fact == "Root CA expires in 12 days"
    assert the_finding("issuer-expiry", snapshot).severity is Severity.WARNING


def test_the_finding_names_the_instant_and_who_relies_on_it() -> None:
    finding = the_finding("root-expiry", a_snapshot(ca=a_ca(expires_in=days(12))))

    assert finding.deadline_at == NOW + days(12)
    assert finding.evidence[0].endswith("is valid until 2026-12-05 12:00:00 UTC.")
    assert "Sentry and 2 pods of 2 applications have no other valid path." in finding.evidence
    assert [one.name for one in finding.affected] == ["checkout", "orders"]


def test_its_cause_stays_the_same_as_time_goes_by() -> None:
    ca = a_ca(expires_in=days(12))
    now, later = (the_finding("root-expiry", a_snapshot(ca=ca, taken_at=NOW + days(passed))) for passed in (0, 6))

    assert now.cause == later.cause


@pytest.mark.parametrize(
    ("version", "ready", "opening"),
    [("1.18.3", 1, "Do NOT restart sentry"), ("1.18.3", 0, "Write a complete new CA"), ("1.10.4", 1, "Write a complete new CA")],
)
def test_an_expired_ca_says_whether_sentry_may_be_restarted(version: str, ready: int, opening: str) -> None:
    components = a_control_plane({"sentry": a_component("sentry", version=version, ready=ready)}, version=version)
    snapshot = a_snapshot(ca=a_ca(expires_in=days(-3), issuer_dns=("cluster.local",)), version=version, components=components)

    assert the_finding("root-expiry", snapshot).next_step.startswith(opening)


def test_an_expired_root_beside_a_living_one_is_a_notice() -> None:
    old = a_ca("old", expires_in=days(-3))
    finding = the_finding("root-expiry", a_snapshot(ca=Ca((*old.roots, *A_CA.roots), A_CA.chain)))

    assert finding.severity is Severity.NOTICE
    assert finding.fact == "A root CA that nothing relies on has expired"
    assert finding.rung is None


def crossed(old: Ca, new: Ca) -> Ca:
    cross = cross_signed(new.roots[0], old.chain[0])
    return Ca((*old.roots, *new.roots), (*new.chain, cross, *old.chain))


OLD = a_ca("old", expires_in=days(12))
BOTH = crossed(OLD, A_CA)


def test_the_old_root_of_a_cross_signed_renewal_counts_for_pods_that_trust_nothing_newer() -> None:
    pods = [a_pod("late", anchors=OLD.roots_pem), a_pod("done", anchors=BOTH.roots_pem)]
    finding = the_finding("root-expiry", a_snapshot(ca=BOTH, pods=pods))

    assert finding.fact.endswith("expire in 12 days, the last one for 1 pod of 1 application")
    assert [one.name for one in finding.affected] == ["late"]
    assert finding.next_step.endswith("kubectl -n shop rollout restart deployment/late")


def test_the_old_root_is_a_notice_once_every_pod_trusts_the_new_one() -> None:
    snapshot = a_snapshot(ca=BOTH, pods=[a_pod("done", anchors=BOTH.roots_pem)])

    assert the_finding("root-expiry", snapshot).severity is Severity.NOTICE


def test_finished_pods_count_for_nobody() -> None:
    pods = [a_pod("job", anchors=OLD.roots_pem, phase="Succeeded"), a_pod("done", anchors=BOTH.roots_pem)]

    assert the_finding("root-expiry", a_snapshot(ca=BOTH, pods=pods)).severity is Severity.NOTICE


def test_while_pods_are_unseen_any_root_may_be_somebodys_last() -> None:
    assert the_finding("root-expiry", a_snapshot(ca=BOTH, census=unobserved())).severity is Severity.WARNING


def test_two_roots_that_end_together_both_count() -> None:
    first = a_ca(expires_in=days(12))
    twin = certificates.a_certificate("cluster.local", key=first.roots[0].key, not_after=NOW + days(12))

    assert (
        the_finding("root-expiry", a_snapshot(ca=Ca((*first.roots, twin), first.chain))).fact == "2 root CAs and issuer expire in 12 days"
    )


def test_a_renewed_root_with_the_same_key_takes_the_place_of_the_old_one() -> None:
    old = a_ca(expires_in=days(12), issuer_expires_in=days(200))
    renewed = certificates.a_certificate("cluster.local", key=old.roots[0].key)
    snapshot = a_snapshot(ca=Ca((*old.roots, renewed), old.chain))

    assert the_finding("root-expiry", snapshot).severity is Severity.NOTICE


def test_the_ladder_is_the_policys() -> None:
    policy = Policy(ladder=(400, 0), warning_days=300, critical_days=1)

    assert the_finding("root-expiry", a_snapshot(), policy).severity is Severity.WARNING


def test_without_the_secret_roots_come_from_the_configmap_and_the_issuers_end_from_the_metric() -> None:
    finding = the_finding("root-expiry", a_snapshot(ca=a_ca(expires_in=days(12)), off=True, chains=CHAINS_NOT_READ))

    assert finding.fact == "Root CA and issuer expire in 12 days"
    assert "Issuer of the running sentry is valid until 2026-12-05 12:00:00 UTC (sentry's metric)." in finding.evidence


def test_without_the_secret_issuer_and_root_are_told_by_what_sentry_shows() -> None:
    finding = the_finding("root-expiry", a_snapshot(ca=a_ca(expires_in=days(12)), off=True))

    assert finding.fact == "Root CA and issuer expire in 12 days"
    assert any(sentence.startswith("Issuer O=spiffe://cluster.local/ns/dapr-system/dapr-sentry (") for sentence in finding.evidence)
    assert "The Secret is not read; issuer, and the root that signed it, are told by what dapr-sentry-0 shows in a handshake." in (
        finding.evidence
    )


def test_a_root_that_did_not_sign_what_sentry_shows_is_no_trouble_though_it_ends() -> None:
    snapshot = a_snapshot(ca=TWO, off=True, pods=[a_pod(anchors=TWO.roots_pem)])

    assert the_finding("root-expiry", snapshot).severity is Severity.NOTICE


TWO = Ca((*OLD.roots, *A_CA.roots), A_CA.chain)


@pytest.mark.parametrize(
    ("issuer_ends", "severity"),
    [(days(300), Severity.NOTICE), (days(12), Severity.WARNING)],
    ids=["the issuer outlives it", "the issuer ends with it"],
)
def test_without_the_secret_a_root_beside_a_longer_one_counts_only_if_the_issuer_may_be_under_it(
    issuer_ends: timedelta, severity: Severity
) -> None:
    gauges = (IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + issuer_ends),)
    pods = [a_pod(anchors=TWO.roots_pem)]

    assert the_finding("root-expiry", a_snapshot(ca=TWO, off=True, pods=pods, issuer_gauges=gauges)).severity is severity


@pytest.mark.parametrize(("ends", "severity"), [(days(12), Severity.WARNING), (days(-3), Severity.NOTICE)])
def test_without_secret_and_metric_a_valid_root_counts_and_an_expired_one_beside_a_living_one_does_not(
    ends: timedelta, severity: Severity
) -> None:
    ca = Ca((*a_ca("old", expires_in=ends).roots, *A_CA.roots), A_CA.chain)
    snapshot = a_snapshot(ca=ca, off=True, pods=[a_pod(anchors=ca.roots_pem)], issuer_gauges=unobserved())

    assert the_finding("root-expiry", snapshot).severity is severity


def test_a_secret_that_cannot_be_read_leaves_it_unknown_and_the_configmap_is_judged_all_the_same() -> None:
    answer = ask("root-expiry", a_snapshot(ca=a_ca(expires_in=days(5)), secret=unobserved()))

    assert [finding.severity for finding in answer.findings] == [Severity.UNKNOWN, Severity.CRITICAL]


def test_without_a_root_in_sight_it_is_unknown() -> None:
    snapshot = a_snapshot(off=True, configmap=a_configmap(b"nothing"))

    assert the_finding("root-expiry", snapshot).severity is Severity.UNKNOWN
