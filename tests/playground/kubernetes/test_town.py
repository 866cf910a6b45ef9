"""A town that lives through a whole change of its CA: by hand, as a rotation would do it, and as it must not be done."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.model import pem
from bot.model.chains import Endpoint
from playground.kubernetes import Serving, SimulatedCluster, SimulatedTown
from playground.kubernetes.dapr import BUNDLE, DEPLOYMENTS, NAMESPACE, STATEFULSETS
from tests.bundles.pairs import both_pairs
from tests.certificates import Files
from tests.towns import Town

VERSIONS = ("1.18.3", "1.16.2", "1.14.4", "1.13.6")


Whole = tuple[list[tuple[str, str]], bool, list[str], bool]


def whole(here: Town) -> Whole:
    """Everything that must hold at every moment of a rotation: who refuses whom, whether sentry would start, who has no sidecar."""
    return here.town.refused(), here.town.would_start(), here.town.without_daprd(), here.town.injects()


WELL: Whole = ([], True, [], True)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cross_signed_rotation_by_hand_loses_nobody_from_the_first_write_to_the_last(version: str) -> None:
    here = Town(version, replicas=2)
    both, last = both_pairs(here.old, here.clock.now())
    seen = [whole(here)]

    def each_minute(minutes: int) -> None:
        for _ in range(minutes):
            here.pass_time(minutes=1)
            seen.append(whole(here))

    here.write(both)
    each_minute(3)
    for kind, names in (("Deployment", DEPLOYMENTS), ("StatefulSet", STATEFULSETS)):
        for name in names:
            here.restart(kind, name)
            each_minute(1)
    here.restart_apps()
    each_minute(3)
    # Until no certificate of the old issuer lives.
    here.pass_time(hours=25)
    seen.append(whole(here))
    here.write(last)
    each_minute(3)
    here.restart_control_plane(mark="2")
    here.restart_apps(mark="2")
    each_minute(3)

    assert [one for one in seen if one != WELL] == []
    assert {here.town.trusts(name, "shop") for app in here.apps for name in here.names(app, "shop")} == {last.ca}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_hard_cut_divides_the_town(version: str) -> None:
    here = Town(version)
    _, last = both_pairs(here.old, here.clock.now())

    here.write(last)
    here.pass_time(minutes=2)
    here.restart_control_plane()
    here.restart("Deployment", "mail", "shop")
    here.pass_time(minutes=2)

    (mail,) = here.names("mail", "shop")
    refused = here.town.refused()
    assert (f"shop/{mail}", "shop/orders-5d9c7b6f8-0") in refused
    assert ("shop/orders-5d9c7b6f8-0", f"shop/{mail}") in refused
    assert ("shop/orders-5d9c7b6f8-0", "shop/orders-5d9c7b6f8-1") not in refused
    # It goes on until its certificate ends, as no sentry that it knows gives it another.
    here.pass_time(hours=24, minutes=1)
    assert ("shop/orders-5d9c7b6f8-0", "shop/orders-5d9c7b6f8-1") in here.town.refused()


def test_recreating_an_app_before_the_control_plane_knows_the_new_root_gives_it_the_old_one() -> None:
    here = Town(mount_lag=timedelta(minutes=10))
    both, _ = both_pairs(here.old, here.clock.now())
    here.write(both)

    here.restart("Deployment", "mail", "shop")
    here.pass_time(minutes=1)

    (mail,) = here.names("mail", "shop")
    assert here.town.trusts(mail, "shop") == here.old.ca


def test_dropping_the_old_root_too_early_is_seen_at_once() -> None:
    here = Town()
    both, last = both_pairs(here.old, here.clock.now())
    here.write(both)
    here.pass_time(minutes=2)
    here.restart_control_plane()
    here.write(last)
    here.pass_time(minutes=2)

    # The operator has noticed; orders' certificate is still one of the old issuer's.
    (operator,) = here.names("dapr-operator")
    assert (f"{NAMESPACE}/{operator}", "shop/orders-5d9c7b6f8-0") in here.town.refused()


def test_a_new_sentry_reads_the_objects_at_its_start_and_the_old_one_goes_on_with_what_it_had() -> None:
    here = Town(mount_lag=timedelta(hours=1))
    both, _ = both_pairs(here.old, here.clock.now())
    here.write(both)
    (before,) = here.town.sentries
    here.restart("Deployment", "dapr-sentry")

    assert isinstance(before.state, Serving)
    assert before.state.issuer == here.old.issuer
    here.pass_time(seconds=5)
    (after,) = here.town.sentries
    assert isinstance(after.state, Serving)
    assert after.state.issuer == both.issuer


@pytest.mark.parametrize(("replicas", "reloads"), [(1, [1]), (3, [1, 1, 1])])
def test_every_sentry_reloads_for_itself_when_the_secret_is_mounted(replicas: int, reloads: list[int]) -> None:
    here = Town(replicas=replicas)
    both, _ = both_pairs(here.old, here.clock.now())
    here.write(both)
    here.pass_time(seconds=61)
    before = [one.reloads for one in here.town.sentries]
    here.pass_time(seconds=1)

    assert (before, [one.reloads for one in here.town.sentries]) == ([0] * replicas, reloads)


def test_an_annotation_on_the_secret_is_no_news_for_sentry() -> None:
    here = Town()
    found = here.kube.get("Secret", BUNDLE, NAMESPACE)
    here.kube.put({**found, "metadata": {**found["metadata"], "annotations": {"dapr-warden.io/pair": "r/old"}}})
    here.pass_time(minutes=5)

    assert [one.reloads for one in here.town.sentries] == [0]


def test_a_pair_that_differs_is_foreseen_and_replaced_by_the_sentry_that_starts() -> None:
    here = Town()
    here.write_configmap(here.old.ca + b"\n")

    assert not here.town.would_start()
    here.restart("Deployment", "dapr-sentry")
    here.pass_time(minutes=1)
    (sentry,) = here.town.sentries
    assert isinstance(sentry.state, Serving)
    assert sentry.state.ca != here.old.ca
    assert here.town.would_start()


def test_without_the_secret_no_sentry_would_start() -> None:
    here = Town()
    here.kube.delete("Secret", BUNDLE, NAMESPACE)

    assert not here.town.would_start()


def broken_key(old: Files) -> Files:
    return Files(old.ca, old.issuer, b"garbage\n")


def other_roots(old: Files) -> Files:
    return Files(Town().old.ca, old.issuer, old.key)


@pytest.mark.parametrize("damaged", [broken_key, other_roots])
def test_a_sentry_that_refuses_its_pair_crashes_and_the_one_before_goes_on(damaged: Callable[[Files], Files]) -> None:
    here = Town()
    here.write(damaged(here.old))
    here.restart("Deployment", "dapr-sentry")
    here.pass_time(seconds=50)

    old, new = here.pods("dapr-sentry")
    states = [next(iter(one["status"]["containerStatuses"]))["state"] for one in (old, new)]
    assert sorted("running" in state for state in states) == [False, True]
    assert here.status("Deployment", "dapr-sentry")["readyReplicas"] == 1
    assert not here.town.would_start()
    # Until the kubelet brings the pair to it, too.
    here.pass_time(seconds=30)
    assert here.status("Deployment", "dapr-sentry")["readyReplicas"] == 0


def test_an_operator_that_verifies_no_sentry_is_not_ready_and_comes_back_when_it_does() -> None:
    here = Town(mount_lag=timedelta(hours=1))
    both, last = both_pairs(here.old, here.clock.now())
    here.write_configmap(last.ca)
    here.restart("StatefulSet", "dapr-placement-server")
    here.pass_time(minutes=1)

    status = here.status("StatefulSet", "dapr-placement-server")
    assert (status["replicas"], status["readyReplicas"]) == (1, 0)
    (pod,) = here.pods("dapr-placement-server")
    assert pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    here.write_configmap(both.ca)
    here.pass_time(minutes=2)
    assert here.status("StatefulSet", "dapr-placement-server")["readyReplicas"] == 1


def test_without_the_configmap_what_runs_goes_on_and_what_is_recreated_waits_for_it() -> None:
    here = Town()
    found = here.kube.get("ConfigMap", BUNDLE, NAMESPACE)
    here.kube.delete("ConfigMap", BUNDLE, NAMESPACE)
    here.restart("Deployment", "dapr-operator")
    here.pass_time(minutes=5)

    assert here.town.refused() == []
    assert here.status("Deployment", "dapr-operator")["readyReplicas"] == 1
    assert [one["status"]["phase"] for one in here.pods("dapr-operator")] in (["Pending", "Running"], ["Running", "Pending"])
    here.kube.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": BUNDLE, "namespace": NAMESPACE}, "data": found["data"]})
    here.pass_time(minutes=1)
    assert here.status("Deployment", "dapr-operator")["updatedReplicas"] == 1
    assert len(here.names("dapr-operator")) == 1


def test_nobody_gets_a_sidecar_while_the_injector_is_away() -> None:
    here = Town()
    here.reform("Deployment", "dapr-sidecar-injector", replicas=0)
    here.restart("Deployment", "mail", "shop")
    here.pass_time(minutes=1)

    assert here.town.without_daprd() == [f"shop/{name}" for name in here.names("mail", "shop")]
    assert not here.town.injects()


def test_certificates_are_renewed_at_half_of_their_time_by_whoever_signs_then() -> None:
    here = Town(replicas=2)
    both, _ = both_pairs(here.old, here.clock.now())
    first = here.town.leaf("orders-5d9c7b6f8-0", "shop")
    here.write(both)
    here.pass_time(hours=11, minutes=59)
    still = here.town.leaf("orders-5d9c7b6f8-0", "shop")
    here.pass_time(minutes=2)
    renewed = here.town.leaf("orders-5d9c7b6f8-0", "shop")

    assert still is first is not renewed
    assert first is not None
    assert renewed is not None
    assert (first.signing.issuer, renewed.signing.issuer) == (here.old.issuer, both.issuer)
    assert renewed.ends_at - renewed.made_at == timedelta(hours=24)


def test_a_short_time_to_live_is_the_configurations() -> None:
    here = Town()
    found = here.kube.get("Configuration", "daprsystem", NAMESPACE)
    here.kube.put({**found, "spec": {"mtls": {**found["spec"]["mtls"], "workloadCertTTL": "1h"}}})
    here.pass_time(hours=12, minutes=1)
    leaf = here.town.leaf("orders-5d9c7b6f8-0", "shop")

    assert leaf is not None
    assert leaf.ends_at - leaf.made_at == timedelta(hours=1)


async def test_servers_show_their_certificate_and_the_issuers_chain_without_a_root() -> None:
    here = Town()
    both, _ = both_pairs(here.old, here.clock.now())
    here.write(both)
    here.pass_time(minutes=2)
    (name,) = here.names("dapr-sentry")
    endpoints = [Endpoint(component="sentry", namespace=NAMESPACE, pod=pod, ip="127.0.0.1", port=50001) for pod in (name, "gone")]

    found = await here.town.chains.shown(endpoints)

    (shown,), (silent,) = found.shown, found.silent
    assert [block.der for block in shown.chain.blocks[1:]] == [block.der for block in pem.read(both.issuer).blocks]
    assert silent.endpoint.pod == "gone"


def test_up_to_1_11_there_is_no_town() -> None:
    with pytest.raises(ValueError, match=r"only for 1\.12 and later"):
        SimulatedTown(SimulatedCluster(), version="1.10.4")
