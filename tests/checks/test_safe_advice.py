"""What a tired person does at three in the morning is what the card says. So no advice may make it worse."""

from bot.model.finding import Finding
from bot.model.observed import Observed
from bot.model.snapshot import IssuerGauge, Snapshot
from tests.asking import the_finding
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    a_component,
    a_configmap,
    a_control_plane,
    a_pod,
    a_snapshot,
    a_webhook,
    accepted,
    days,
    unobserved,
)
from tests.certificates import NOW

OLD_PODS = [a_pod("orders", anchors=ANOTHER_CA.roots_pem)]
RUNS_ANOTHER = (IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + days(200)),)


def advice(check_id: str, snapshot: Snapshot) -> str:
    finding: Finding = the_finding(check_id, snapshot)
    return finding.next_step


def test_a_sentry_that_would_come_back_with_a_ca_that_pods_do_not_trust_is_not_to_be_restarted() -> None:
    said = advice("issuer-not-loaded", a_snapshot(issuer_gauges=RUNS_ANOTHER, pods=OLD_PODS))

    assert said.startswith("Do NOT restart sentry")
    assert "1 pod of 1 application" in said
    assert "rollout restart" not in said


def test_a_sentry_is_not_to_be_restarted_into_the_unknown_either() -> None:
    said = advice("issuer-not-loaded", a_snapshot(issuer_gauges=RUNS_ANOTHER, census=unobserved()))

    assert said.startswith("Do NOT restart sentry")


def test_pods_are_not_recreated_while_sentry_signs_with_another_ca_than_they_would_get() -> None:
    snapshot = a_snapshot(issuer_gauges=RUNS_ANOTHER, pods=OLD_PODS)

    assert advice("stale-pods", snapshot).startswith("Mend issuer-not-loaded first")


def test_pods_that_a_changed_ca_cost_their_trust_are_not_recreated_before_sentry_runs_with_it() -> None:
    before = Observed(accepted(ANOTHER_CA))
    changed = a_snapshot(accepted=before, pods=OLD_PODS)
    not_loaded = a_snapshot(accepted=before, pods=OLD_PODS, issuer_gauges=RUNS_ANOTHER)

    assert "or recreate the stale pods (kubectl -n shop rollout restart deployment/orders) and then accept" in advice("ca-changed", changed)
    assert "do not recreate pods yet" in advice("ca-changed", not_loaded)


def test_the_injector_is_not_restarted_while_there_is_no_sentry_to_give_it_a_certificate() -> None:
    down = a_control_plane({"sentry": a_component("sentry", ready=0)})
    snapshot = a_snapshot(webhook=a_webhook(ANOTHER_CA.roots_pem), components=down)

    assert advice("injector-untrusted", snapshot).startswith("Get sentry up first")


def test_a_sentry_scaled_to_nothing_is_not_started_over_a_pair_that_differs() -> None:
    none = a_control_plane({"sentry": a_component("sentry", ready=0, desired=0)})
    differing = a_configmap(A_CA.roots_pem + b"\n")

    said = advice("control-plane-unready", a_snapshot(components=none, configmap=differing))

    assert said.startswith("Do NOT start sentry before bundle-mismatch is mended")


def test_before_1_12_nobody_is_told_to_write_a_configmap() -> None:
    before = Observed(accepted(ANOTHER_CA))
    old = a_snapshot(version="1.11.6", configmap=Observed(None), accepted=before, pods=OLD_PODS)

    assert "ConfigMap" not in advice("ca-changed", old)
