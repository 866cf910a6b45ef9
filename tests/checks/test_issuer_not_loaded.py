from datetime import timedelta

from bot.model.finding import Severity
from bot.model.snapshot import IssuerGauge
from tests.asking import ask, the_finding
from tests.builders import A_CA, a_configmap, a_secret, a_snapshot, days, some_facts
from tests.certificates import NOW

END = A_CA.issuer_ends_at
BEHIND = (IssuerGauge(pod="dapr-sentry-0", not_after_at=END), IssuerGauge(pod="dapr-sentry-1", not_after_at=NOW + days(20)))


def test_a_replica_that_missed_the_reload_is_named() -> None:
    finding = the_finding("issuer-not-loaded", a_snapshot(issuer_gauges=BEHIND))

    assert finding.severity is Severity.WARNING
    assert "dapr-sentry-1 runs with one that is valid until 2026-12-13 12:00:00 UTC." in finding.evidence
    assert not any("dapr-sentry-0" in sentence for sentence in finding.evidence)
    assert finding.next_step.endswith("kubectl -n dapr-system rollout restart deployment/dapr-sentry")


def test_the_running_issuers_end_decides_how_urgent_it_is() -> None:
    ending = (IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + days(2)),)

    assert ask("issuer-not-loaded", a_snapshot(issuer_gauges=ending)).severity is Severity.CRITICAL


def test_sentry_is_given_time_to_see_what_was_written() -> None:
    written = a_secret(facts=some_facts("kubectl", NOW - timedelta(minutes=2)))

    assert ask("issuer-not-loaded", a_snapshot(secret=written, issuer_gauges=BEHIND)).severity is Severity.OK


def test_while_sentry_would_not_start_no_restart_is_advised() -> None:
    snapshot = a_snapshot(issuer_gauges=BEHIND, configmap=a_configmap(A_CA.roots_pem + b"\n"))

    assert the_finding("issuer-not-loaded", snapshot).next_step == "See bundle-mismatch."


def test_a_metric_without_fractions_of_a_second_agrees() -> None:
    rounded = (IssuerGauge(pod="dapr-sentry-0", not_after_at=END + timedelta(seconds=1)),)

    assert ask("issuer-not-loaded", a_snapshot(issuer_gauges=rounded)).severity is Severity.OK


def test_without_an_issuer_in_the_secret_it_is_unknown() -> None:
    assert ask("issuer-not-loaded", a_snapshot(secret=a_secret(issuer=None))).severity is Severity.UNKNOWN
