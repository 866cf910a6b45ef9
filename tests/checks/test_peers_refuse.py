import pytest

from bot.model.finding import Severity
from bot.model.snapshot import Snapshot
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import A_CA, Ca, a_ca, a_pod, a_secret, a_snapshot, days
from tests.certificates import CODE, SERVER


def of(root: certificates.Made, *chain: certificates.Made) -> Snapshot:
    ca = Ca((root,), chain)
    return a_snapshot(ca=ca, pods=[a_pod(anchors=ca.roots_pem)])


SHORT_ROOT = certificates.a_root(path_length=0)
ROOT = A_CA.roots[0]
TABLE = [
    ("root with pathlen 0", of(SHORT_ROOT, certificates.an_issuer(SHORT_ROOT))),
    ("issuer with CA:false", of(ROOT, certificates.an_issuer(ROOT, ca=False))),
    ("issuer without keyCertSign", of(ROOT, certificates.an_issuer(ROOT, usages=("digital_signature",)))),
]


@pytest.mark.parametrize("snapshot", [row[1] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_sentry_loads_and_sidecars_refuse_is_critical(snapshot: Snapshot) -> None:
    assert ask("bundle-unloadable", snapshot).severity is Severity.OK

    finding = the_finding("peers-refuse", snapshot)

    assert finding.severity is Severity.CRITICAL
    assert [one.name for one in finding.affected] == ["orders"]


def test_an_issuer_with_pathlen_0_is_fine() -> None:
    assert ask("peers-refuse", of(ROOT, certificates.an_issuer(ROOT, path_length=0))).severity is Severity.OK


def test_an_issuer_that_forbids_client_authentication_is_a_warning() -> None:
    snapshot = of(ROOT, certificates.an_issuer(ROOT, extended=(SERVER,)))

    assert ask("peers-refuse", snapshot).severity is Severity.WARNING


def test_what_sentry_would_refuse_too_is_that_checks_card() -> None:
    snapshot = of(ROOT, certificates.an_issuer(ROOT, extended=(CODE,)))

    assert ask("bundle-unloadable", snapshot).severity is Severity.CRITICAL
    assert ask("peers-refuse", snapshot).severity is not Severity.CRITICAL


def test_an_old_sentry_with_an_expired_ca_has_the_expiry_card_only() -> None:
    snapshot = a_snapshot(ca=a_ca(expires_in=days(-1), issuer_dns=("cluster.local",)), version="1.10.4")

    assert the_finding("peers-refuse", snapshot).next_step == "See root-expiry."


def test_without_an_issuer_it_is_unknown() -> None:
    assert ask("peers-refuse", a_snapshot(secret=a_secret(issuer=None))).severity is Severity.UNKNOWN
