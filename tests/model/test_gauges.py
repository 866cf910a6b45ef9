from datetime import timedelta
from typing import Any

from bot.checks import CHECKS
from bot.model.gauges import gauges
from bot.model.judging import judge
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from tests.builders import A_CA, ANOTHER_CA, PARTS, a_bare_pod, a_configmap, a_pod, a_snapshot, a_webhook, unobserved
from tests.certificates import NOW

NOTHING: dict[str, Any] = dict.fromkeys(PARTS, unobserved())


def samples(snapshot: Snapshot) -> dict[str, float]:
    found = gauges(snapshot, judge(snapshot, Policy(), CHECKS), {"root-expiry": NOW}, timedelta(minutes=5))
    return {" ".join((one.name, *(value for name, value in one.labels if name != "cluster"))): one.value for one in found}


def test_each_certificate_tells_its_dates_under_its_scope_and_fingerprint() -> None:
    root = A_CA.roots[0].certificate
    found = {name: value for name, value in samples(a_snapshot()).items() if name.startswith("cert_not_after")}

    assert [name.split()[1] for name in found] == ["root", "issuer"]
    assert root.not_valid_after_utc.timestamp() in found.values()


def test_a_pair_in_step_is_1_and_a_newline_more_makes_it_0_and_sentry_would_not_keep_it() -> None:
    healthy, broken = samples(a_snapshot()), samples(a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n")))

    assert (healthy["trust_bundle_in_sync"], healthy["sentry_would_start"]) == (1, 1)
    assert (broken["trust_bundle_in_sync"], broken["sentry_would_start"]) == (0, 0)


def test_a_foreign_ca_bundle_is_out_of_step() -> None:
    found = samples(a_snapshot(webhook=a_webhook(ANOTHER_CA.roots_pem)))

    assert found["cabundle_in_sync MutatingWebhookConfiguration dapr-sidecar-injector"] == 0
    assert found["cabundle_in_sync CustomResourceDefinition subscriptions.dapr.io"] == 1


def test_pods_are_counted_by_what_they_trust() -> None:
    pods = [a_pod("orders", anchors=A_CA.roots_pem), a_pod("carts", anchors=ANOTHER_CA.roots_pem), a_bare_pod("bare")]

    found = samples(a_snapshot(pods=pods))

    assert (found["pods shop new"], found["pods shop none"], found["pods_uninjected shop"]) == (1, 1, 1)


def test_a_sidecar_whose_roots_cannot_be_read_is_counted_as_such() -> None:
    assert samples(a_snapshot(pods=[a_pod("orders", anchors=b"garbage")]))["pods shop unreadable"] == 1


def test_what_was_not_observed_has_no_sample() -> None:
    found = samples(a_snapshot(**NOTHING))

    assert {name.split()[0] for name in found} == {"check_severity", "check_last_success_timestamp_seconds", "check_interval_seconds"}


def test_a_check_has_exactly_one_severity_and_the_time_of_its_last_success() -> None:
    found = samples(a_snapshot())

    assert found["check_severity root-expiry ok"] == 1
    assert sum(value for name, value in found.items() if name.startswith("check_severity root-expiry")) == 1
    assert found["check_last_success_timestamp_seconds root-expiry"] == NOW.timestamp()
    assert found["check_interval_seconds root-expiry"] == 300
