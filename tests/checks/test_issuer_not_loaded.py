from datetime import timedelta
from hashlib import sha256
from ssl import DER_cert_to_PEM_cert

import pytest

from bot.model.certificate import certificates
from bot.model.chains import CHAINS_NOT_READ, LiveChain
from bot.model.finding import Severity
from bot.model.observed import Why
from bot.model.snapshot import IssuerGauge
from tests.asking import ask, the_finding
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_configmap,
    a_live_chain,
    a_pod,
    a_secret,
    a_silence,
    a_snapshot,
    days,
    live_chains,
    some_facts,
    unobserved,
)
from tests.certificates import NOW, an_issuer

END = A_CA.issuer_ends_at
BEHIND = (IssuerGauge(pod="dapr-sentry-0", not_after_at=END), IssuerGauge(pod="dapr-sentry-1", not_after_at=NOW + days(20)))


def test_a_replica_that_missed_the_reload_is_named() -> None:
    finding = the_finding("issuer-not-loaded", a_snapshot(issuer_gauges=BEHIND))

    assert finding.severity is Severity.WARNING
    assert "dapr-sentry-1 runs with one that is valid until 2026-12-13 12:00:00 UTC (by its metric)." in finding.evidence
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


def test_two_issuers_that_end_together_are_told_apart_by_what_sentry_shows() -> None:
    twin = Ca(A_CA.roots, (an_issuer(A_CA.roots[0], not_before=NOW - days(65), not_after=END),))
    gauges = (IssuerGauge(pod="dapr-sentry-0", not_after_at=END),)

    finding = the_finding("issuer-not-loaded", a_snapshot(issuer_gauges=gauges, chains=live_chains(ca=twin)))

    name = sha256(twin.chain[0].der).hexdigest()[:8]
    assert (
        f"dapr-sentry-0 runs with one ({name}) that is valid until 2027-09-19 12:00:00 UTC (by the chain that it shows)."
        in finding.evidence
    )
    assert finding.severity is Severity.WARNING


def test_what_is_shown_is_believed_before_the_metric() -> None:
    wrong = (IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + days(2)),)

    assert ask("issuer-not-loaded", a_snapshot(issuer_gauges=wrong, chains=live_chains())).severity is Severity.OK


def leaf_only(ca: Ca) -> LiveChain:
    whole = a_live_chain(ca)
    return a_live_chain(text=DER_cert_to_PEM_cert(certificates(whole.chain)[0].der).encode())


def test_a_sentry_that_does_not_send_its_issuer_along_is_known_by_its_signature() -> None:
    assert ask("issuer-not-loaded", a_snapshot(chains=live_chains(leaf_only(A_CA)))).severity is Severity.OK

    finding = the_finding("issuer-not-loaded", a_snapshot(chains=live_chains(leaf_only(ANOTHER_CA))))
    assert "dapr-sentry-0 runs with one that it does not show (by the certificate that it shows)." in finding.evidence


@pytest.mark.parametrize(
    ("gauges", "chains", "severity"),
    [
        (unobserved(), live_chains(), Severity.OK),
        (unobserved(Why.BY_CHOICE), live_chains(), Severity.OK),
        (unobserved(), CHAINS_NOT_READ, Severity.UNKNOWN),
        (unobserved(Why.BY_CHOICE), CHAINS_NOT_READ, Severity.NOT_CHECKED),
        (unobserved(Why.BY_CHOICE), unobserved(), Severity.UNKNOWN),
        (unobserved(Why.BY_CHOICE), live_chains(a_silence()), Severity.UNKNOWN),
        ((IssuerGauge(pod="dapr-sentry-0", not_after_at=END),), live_chains(a_silence()), Severity.OK),
    ],
)
def test_it_is_unknown_only_where_nobody_tells(gauges: object, chains: object, severity: Severity) -> None:
    assert ask("issuer-not-loaded", a_snapshot(issuer_gauges=gauges, chains=chains)).severity is severity


def test_what_runs_is_judged_by_itself_first_and_pods_that_do_not_trust_it_are_lost_now() -> None:
    finding = the_finding("issuer-not-loaded", a_snapshot(pods=(a_pod(), a_pod(number=1)), chains=live_chains(ca=ANOTHER_CA)))

    assert finding.severity is Severity.CRITICAL
    assert finding.fact == (
        "Sentry runs with another issuer than the Secret holds, and what it runs with is not trusted by 2 pods of 1 application"
    )
    assert [one.name for one in finding.affected] == ["orders"]


def test_nobody_is_lost_as_long_as_one_sentry_runs_with_what_they_trust() -> None:
    chains = live_chains(a_live_chain(A_CA), a_live_chain(ANOTHER_CA, number=1))

    finding = the_finding("issuer-not-loaded", a_snapshot(pods=(a_pod(),), chains=chains))

    assert finding.severity is Severity.WARNING
    assert finding.affected == ()
