from bot.model.finding import Severity
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import A_CA, Ca, a_ca, a_configmap, a_pod, a_snapshot, days, unobserved
from tests.certificates import NOW, cross_signed

FUTURE = a_ca("future", starts_in=days(2), expires_in=days(400))


def test_a_ca_from_the_future_is_critical_and_forbids_a_restart() -> None:
    finding = the_finding("not-yet-valid", a_snapshot(ca=FUTURE))

    assert finding.severity is Severity.CRITICAL
    assert finding.fact == "The CA is not valid before 2026-11-25 12:00:00 UTC"
    assert finding.next_step.startswith("Do NOT restart sentry")


def test_a_root_that_lies_ready_beside_the_one_in_use_is_a_notice() -> None:
    ready = Ca((*A_CA.roots, *FUTURE.roots), A_CA.chain)

    assert the_finding("not-yet-valid", a_snapshot(ca=ready)).severity is Severity.NOTICE


def test_a_renewed_root_that_lies_ready_is_a_notice_although_it_lives_longest() -> None:
    renewed = certificates.a_certificate("cluster.local", key=A_CA.roots[0].key, not_before=NOW + days(1), not_after=NOW + days(400))

    assert the_finding("not-yet-valid", a_snapshot(ca=Ca((*A_CA.roots, renewed), A_CA.chain))).severity is Severity.NOTICE


def test_a_cross_certificate_from_the_future_blocks_pods_with_the_old_root_only() -> None:
    old = a_ca("old")
    cross = cross_signed(A_CA.roots[0], old.chain[0], not_before=NOW + days(1))
    crossed = Ca((*old.roots, *A_CA.roots), (*A_CA.chain, cross, *old.chain))

    late, done = (a_snapshot(ca=crossed, pods=[a_pod(anchors=anchors)]) for anchors in (old.roots_pem, crossed.roots_pem))

    assert the_finding("not-yet-valid", late).severity is Severity.CRITICAL
    assert the_finding("not-yet-valid", done).severity is Severity.NOTICE


def test_without_the_secret_the_roots_of_the_configmap_are_judged() -> None:
    assert the_finding("not-yet-valid", a_snapshot(ca=FUTURE, off=True)).severity is Severity.CRITICAL


def test_without_any_source_of_roots_it_is_unknown() -> None:
    assert the_finding("not-yet-valid", a_snapshot(off=True, configmap=unobserved())).severity is Severity.UNKNOWN
    assert the_finding("not-yet-valid", a_snapshot(off=True, configmap=a_configmap(b""))).severity is Severity.UNKNOWN


def test_it_ends_by_itself() -> None:
    assert ask("not-yet-valid", a_snapshot(ca=FUTURE, taken_at=NOW + days(2))).severity is Severity.OK
