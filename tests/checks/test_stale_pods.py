import pytest
from msgspec.structs import replace

from bot.model.chains import CHAINS_NOT_READ
from bot.model.finding import Severity
from bot.model.snapshot import Snapshot
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    APod,
    Ca,
    a_ca,
    a_pod,
    a_secret,
    a_snapshot,
    a_webhook,
    accepted,
    days,
    unobserved,
)
from tests.certificates import cross_signed

OLD, NEW = ANOTHER_CA, A_CA
CROSSED = Ca((*OLD.roots, *NEW.roots), (*NEW.chain, cross_signed(NEW.roots[0], OLD.chain[0]), *OLD.chain))


def stale(*pods: APod, ca: Ca = NEW) -> Snapshot:
    return a_snapshot(ca=ca, pods=pods, accepted=None)


def test_a_pod_with_only_the_old_root_is_stale() -> None:
    finding = the_finding("stale-pods", stale(a_pod(anchors=OLD.roots_pem)))

    assert finding.severity is Severity.CRITICAL
    assert finding.fact == "The CA that sentry serves is not trusted by 1 pod of 1 application"
    assert finding.next_step.endswith("kubectl -n shop rollout restart deployment/orders")


def test_a_pod_with_both_roots_is_not() -> None:
    assert ask("stale-pods", stale(a_pod(anchors=OLD.roots_pem + NEW.roots_pem))).severity is Severity.OK


def test_a_pod_with_only_the_old_root_is_not_stale_while_the_new_one_is_cross_signed() -> None:
    assert ask("stale-pods", stale(a_pod(anchors=OLD.roots_pem), ca=CROSSED)).severity is Severity.OK


def test_a_cross_certificate_below_a_path_length_does_not_help() -> None:
    short = certificates.an_issuer(OLD.roots[0], path_length=0)
    ca = Ca((*OLD.roots, *NEW.roots), (*NEW.chain, cross_signed(NEW.roots[0], short), short))

    assert ask("stale-pods", stale(a_pod(anchors=OLD.roots_pem), ca=ca)).severity is Severity.CRITICAL


def test_two_roots_without_a_cross_certificate_leave_pods_with_the_old_one_stale() -> None:
    ca = Ca((*OLD.roots, *NEW.roots), NEW.chain)

    assert ask("stale-pods", stale(a_pod(anchors=OLD.roots_pem), ca=ca)).severity is Severity.CRITICAL


def test_a_root_with_the_same_name_is_not_the_same_root() -> None:
    assert OLD.roots[0].certificate.subject == NEW.roots[0].certificate.subject
    assert ask("stale-pods", stale(a_pod(anchors=OLD.roots_pem))).severity is Severity.CRITICAL


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_finished_pods_do_not_count(phase: str) -> None:
    assert ask("stale-pods", stale(a_pod(anchors=OLD.roots_pem, phase=phase))).severity is Severity.OK


def test_a_pod_whose_root_has_expired_is_not_stale_but_told_by_the_expiry() -> None:
    expired = a_ca(expires_in=days(-3))

    assert ask("stale-pods", stale(a_pod(anchors=expired.roots_pem), ca=expired)).severity is Severity.OK


def test_pods_are_grouped_by_workload_worst_first() -> None:
    pods = [
        a_pod("few", number=1, anchors=OLD.roots_pem),
        *(a_pod("many", number=number, anchors=OLD.roots_pem) for number in range(3)),
        a_pod("many", number=3),
        a_pod("crashing", anchors=OLD.roots_pem, state="CrashLoopBackOff"),
    ]
    finding = the_finding("stale-pods", stale(*pods))

    assert finding.fact == "The CA that sentry serves is not trusted by 5 pods of 3 applications"
    assert [(one.name, one.detail) for one in finding.affected] == [
        ("crashing", "Deployment/crashing: 1 of 1 pod, 1 crash-looping"),
        ("many", "Deployment/many: 3 of 4 pods"),
        ("few", "Deployment/few: 1 of 1 pod"),
    ]


def test_while_the_injector_is_not_trusted_that_comes_first() -> None:
    snapshot = a_snapshot(pods=[a_pod(anchors=OLD.roots_pem)], webhook=a_webhook(OLD.roots_pem))

    assert the_finding("stale-pods", snapshot).next_step.startswith("Mend injector-untrusted first")


def test_pods_that_a_change_of_the_ca_left_behind_are_told_by_its_card() -> None:
    neither = a_ca("third").roots_pem
    pods = [a_pod("left", anchors=OLD.roots_pem), a_pod("lost", anchors=neither)]
    answer = ask("stale-pods", a_snapshot(ca=NEW, pods=pods, accepted=accepted(OLD)))

    pointer, own = answer.findings
    assert pointer.next_step == "See ca-changed."
    assert [one.name for one in own.affected] == ["lost"]


@pytest.mark.parametrize(("anchors", "severity"), [(OLD.roots_pem, Severity.CRITICAL), (NEW.roots_pem, Severity.OK)])
def test_without_the_secret_a_pod_that_shares_no_root_with_the_configmap_is_stale(anchors: bytes, severity: Severity) -> None:
    assert ask("stale-pods", a_snapshot(off=True, pods=[a_pod(anchors=anchors)], accepted=None)).severity is severity


def test_judging_by_the_configmap_is_said() -> None:
    snapshot = a_snapshot(off=True, pods=[a_pod(anchors=OLD.roots_pem)], accepted=None, chains=CHAINS_NOT_READ)

    assert any(sentence.startswith("Judged by the ConfigMap's roots") for sentence in the_finding("stale-pods", snapshot).evidence)


def test_without_the_secret_pods_are_judged_by_what_sentry_shows() -> None:
    finding = the_finding("stale-pods", a_snapshot(off=True, pods=[a_pod(anchors=OLD.roots_pem)], accepted=None))

    assert "Judged by the chain that dapr-sentry-0 shows in a handshake, since the Secret was not read." in finding.evidence


def test_without_the_secret_a_pod_that_shares_an_unused_root_only_is_stale_all_the_same() -> None:
    both = Ca((*OLD.roots, *NEW.roots), NEW.chain)
    snapshot = a_snapshot(ca=both, off=True, pods=[a_pod(anchors=OLD.roots_pem)], accepted=None)

    assert ask("stale-pods", snapshot).severity is Severity.CRITICAL
    assert ask("stale-pods", replace(snapshot, chains=CHAINS_NOT_READ)).severity is Severity.OK


def test_when_sentry_could_not_have_loaded_the_bundle_it_is_unknown() -> None:
    snapshot = a_snapshot(secret=a_secret(key=OLD.key_pem), pods=[a_pod(anchors=OLD.roots_pem)])

    assert the_finding("stale-pods", snapshot).next_step == "See bundle-unloadable."


def test_without_any_ca_in_sight_it_is_unknown() -> None:
    assert ask("stale-pods", a_snapshot(secret=unobserved(), configmap=unobserved())).severity is Severity.UNKNOWN


def test_5000_pods_are_one_finding_that_names_each_application_that_suffers() -> None:
    pods = [a_pod(f"app-{number % 400}", number=number, anchors=(OLD if number % 2 else NEW).roots_pem) for number in range(5000)]
    snapshot = stale(*pods)

    finding = the_finding("stale-pods", snapshot)

    assert finding.fact.endswith("not trusted by 2500 pods of 200 applications")
    assert len(finding.affected) == 200
