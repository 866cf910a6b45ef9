import pytest

from bot.model.chains import CHAINS_NOT_READ
from bot.model.finding import Severity
from tests.asking import ask, the_finding
from tests.builders import a_ca, a_component, a_control_plane, a_pod, a_snapshot, unobserved

TABLE = [
    ("1.18.3", "1.16.2", Severity.CRITICAL),
    ("1.19.0", "1.17.9", Severity.CRITICAL),
    ("1.19.0", "1.18.3", Severity.NOTICE),
    ("1.17.0", "1.16.2", Severity.NOTICE),
    ("1.18.9", "1.18.3", Severity.OK),
    ("1.14.4", "1.18.3", Severity.OK),
    ("edge", "1.16.2", Severity.OK),
    ("mycorp-42", "1.16.2", Severity.OK),
    ("1.16.2-msft.1", "1.16.2", Severity.OK),
]


@pytest.mark.parametrize(("sidecar", "sentry", "severity"), TABLE)
def test_a_sidecar_newer_than_its_sentry(sidecar: str, sentry: str, severity: Severity) -> None:
    assert ask("sidecar-newer", a_snapshot(version=sentry, pods=[a_pod(version=sidecar)])).severity is severity


def test_the_pods_that_get_no_certificate_are_named() -> None:
    finding = the_finding("sidecar-newer", a_snapshot(version="1.16.2", pods=[a_pod("new"), a_pod("old", version="1.16.2")]))

    assert [one.name for one in finding.affected] == ["new"]
    assert "its issuer is ECDSA P-256" in finding.evidence[0]


def test_an_ed25519_issuer_signs_what_they_ask_for() -> None:
    ca = a_ca("edwards", kind="ed25519")
    snapshot = a_snapshot(ca=ca, version="1.17.9", pods=[a_pod(anchors=ca.roots_pem)])

    assert ask("sidecar-newer", snapshot).severity is Severity.NOTICE


def test_without_the_secret_the_issuer_is_taken_for_ecdsa() -> None:
    finding = the_finding("sidecar-newer", a_snapshot(off=True, version="1.16.2", pods=[a_pod()], chains=CHAINS_NOT_READ))

    assert finding.severity is Severity.CRITICAL
    assert "was not seen" in finding.evidence[0]


def test_without_the_secret_sentry_shows_of_which_kind_its_issuer_is() -> None:
    finding = the_finding("sidecar-newer", a_snapshot(off=True, version="1.16.2", pods=[a_pod()]))

    assert "(its issuer is ECDSA P-256)" in finding.evidence[0]


def test_during_an_upgrade_the_oldest_sentry_counts() -> None:
    old = a_component("sentry", version="1.16.2")
    mixed = a_component("sentry", version="1.18.3", pods=(*old.pods, *a_component("sentry").pods))
    snapshot = a_snapshot(components=a_control_plane({"sentry": mixed}), pods=[a_pod()])

    assert ask("sidecar-newer", snapshot).severity is Severity.CRITICAL


def test_a_sentry_of_unknown_version_leaves_it_unknown() -> None:
    assert ask("sidecar-newer", a_snapshot(version="mycorp-42", pods=[])).severity is Severity.UNKNOWN


def test_an_unseen_secret_changes_nothing_for_sidecars_of_the_same_version() -> None:
    assert ask("sidecar-newer", a_snapshot(secret=unobserved())).severity is Severity.OK
