from bot.model.finding import Severity
from bot.model.observed import Why
from bot.model.snapshot import IssuerGauge
from tests.asking import ask, the_finding
from tests.builders import a_ca, a_secret, a_snapshot, days, unobserved
from tests.certificates import NOW

SHORT = a_ca(issuer_expires_in=days(12))


def gauge(pod: str, left: float) -> IssuerGauge:
    return IssuerGauge(pod=pod, not_after_at=NOW + days(left))


def test_an_issuer_that_ends_before_its_root_is_told_alone() -> None:
    snapshot = a_snapshot(ca=SHORT)

    assert the_finding("issuer-expiry", snapshot).fact == "Issuer expires in 12 days"
    assert ask("root-expiry", snapshot).severity is Severity.OK


def test_all_pods_rely_on_the_issuer() -> None:
    assert [one.name for one in the_finding("issuer-expiry", a_snapshot(ca=SHORT)).affected] == ["checkout", "orders"]


def test_an_expired_issuer_forbids_a_restart() -> None:
    finding = the_finding("issuer-expiry", a_snapshot(ca=a_ca(issuer_expires_in=days(-1))))

    assert finding.severity is Severity.CRITICAL
    assert finding.next_step.startswith("Do NOT restart sentry")


def test_without_the_secret_the_sentry_whose_issuer_ends_first_counts() -> None:
    snapshot = a_snapshot(off=True, issuer_gauges=(gauge("dapr-sentry-0", 200), gauge("dapr-sentry-1", 12)))

    assert the_finding("issuer-expiry", snapshot).fact == "Issuer expires in 12 days"


def test_without_secret_and_metric_it_is_unknown() -> None:
    assert the_finding("issuer-expiry", a_snapshot(off=True, issuer_gauges=unobserved())).severity is Severity.UNKNOWN


def test_without_secret_and_metric_by_choice_it_is_not_checked() -> None:
    snapshot = a_snapshot(off=True, issuer_gauges=unobserved(Why.BY_CHOICE))

    assert the_finding("issuer-expiry", snapshot).severity is Severity.NOT_CHECKED


def test_without_secret_and_sentry_it_is_unknown() -> None:
    assert the_finding("issuer-expiry", a_snapshot(off=True, issuer_gauges=())).severity is Severity.UNKNOWN


def test_the_metric_stands_in_while_the_secret_has_no_issuer() -> None:
    snapshot = a_snapshot(secret=a_secret(issuer=None), issuer_gauges=(gauge("dapr-sentry-0", 12),))

    assert the_finding("issuer-expiry", snapshot).severity is Severity.WARNING


def test_the_metric_tells_what_it_can_while_the_secret_is_forbidden() -> None:
    answer = ask("issuer-expiry", a_snapshot(secret=unobserved(), issuer_gauges=(gauge("dapr-sentry-0", 12),)))

    assert [finding.severity for finding in answer.findings] == [Severity.UNKNOWN, Severity.WARNING]
