"""The town itself, without the bot: that its controllers, mounts, restarts and sidecars do what a cluster's do, and its dialler sees it."""

import time
from collections.abc import Iterator

import pytest

from tests.bundles.differential import now
from tests.bundles.pairs import both_pairs
from tests.certificates import Files, a_key, a_root, an_issuer
from tests.rig import dapr
from tests.rig.cluster import Object
from tests.rig.controllers import QUIET
from tests.rig.dapr import NAMESPACE, TrustBundle
from tests.rig.pod_run import Run
from tests.rig.process import wait_until
from tests.rig.sentry import RELOADING, ready_line
from tests.rig.town import INJECTOR, LIVELY_NAMESPACE, OTHER_SERVERS, QUIET_NAMESPACE, Plan, Town, running_town

LAG = (2.0, 4.0)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running_town(tmp_path_factory.mktemp("town"), Plan(lag=LAG, bundle=a_ca("first"))) as running:
        yield running


def a_ca(name: str) -> TrustBundle:
    at = now().replace(microsecond=0)
    root = a_root(name, now=at, key=a_key("p256", name))
    issuer = an_issuer(root, f"{name} issuer", now=at)
    return TrustBundle.of(ca=root.pem, issuer=issuer.pem, key=issuer.key_pem)


def bundle(files: Files) -> TrustBundle:
    return TrustBundle.of(ca=files.ca, issuer=files.issuer, key=files.key)


def hand_over(town: Town, step: TrustBundle) -> None:
    """One step of a rotation as an operator does it: written, loaded by every sentry, then everybody else started again."""
    said = {run.uid: len(run.log()) for run in town.sentries()}
    dapr.write_bundle(town.cluster, step)
    wait_until(lambda: all(has_reloaded(run.log()[said[run.uid] :]) for run in town.sentries()), what="every sentry has loaded it")
    # The injector first, for everybody's roots are those that it read when it started.
    town.restart(INJECTOR)
    town.restart(*OTHER_SERVERS, *town.apps)


def has_reloaded(said: str) -> bool:
    return RELOADING in said and ready_line("1.18.3") in said.partition(RELOADING)[2]


def sidecars(town: Town, namespace: str) -> list[Object]:
    """The containers of all pods there that are called daprd."""
    pods = town.cluster.items("v1", "Pod", namespace)
    return [one for pod in pods for one in pod["spec"]["containers"] if one["name"] == "daprd"]


def trusted_by(sidecar: Object) -> str:
    found: list[str] = [one["value"] for one in sidecar["env"] if one["name"] == "DAPR_TRUST_ANCHORS"]
    return found[0]


def container_of(town: Town, run: Run) -> Object:
    """What the API says of the only container of that pod of the control plane."""
    pod = town.cluster.get("v1", "Pod", run.name, NAMESPACE)
    assert pod is not None
    found: Object = pod["status"]["containerStatuses"][0]
    return found


def test_the_real_injector_gives_every_pod_the_roots_of_the_bundle(town: Town) -> None:
    roots = town.bundle().config_map["ca.crt"].decode()
    plan = town.plan

    assert len(town.apps) >= 30
    assert len(sidecars(town, LIVELY_NAMESPACE)) == plan.lively * plan.replicas >= 20
    assert len(sidecars(town, QUIET_NAMESPACE)) == plan.quiet
    assert {trusted_by(one) for namespace in (LIVELY_NAMESPACE, QUIET_NAMESPACE) for one in sidecars(town, namespace)} == {roots}


def test_kwok_runs_the_quiet_pods_and_the_kubelet_runs_the_others(town: Town) -> None:
    quiet = town.cluster.items("v1", "Pod", QUIET_NAMESPACE)

    assert {(pod["spec"]["nodeName"], pod["status"]["phase"]) for pod in quiet} == {(QUIET, "Running")}
    assert not {pod["metadata"]["name"] for pod in quiet} & {run.name for run in town.kubelet.pods()}
    assert all(run.is_ready and run.process is not None for run in town.peers())
    # One Node of one town must not be given up for want of a heartbeat.
    nodes = town.cluster.items("v1", "Node")
    assert [one["status"] for node in nodes for one in node["status"]["conditions"] if one["type"] == "Ready"] == ["True", "True"]


def test_every_peer_calls_every_other_one_within_a_minute_and_no_call_is_lost(town: Town) -> None:
    town.dialler.open_books()

    wait_until(lambda: town.dialler.report().uncalled == 0, what="every pair called", within=60.0)

    report = town.dialler.report()
    assert report.lost == report.apart == (), str(report)
    assert report.rate >= 10, str(report)
    assert report.longest_gap <= 60, str(report)


def test_a_restarted_deployment_has_other_peers_and_no_call_is_lost_over_it(town: Town) -> None:
    before = {run.uid for run in town.kubelet.pods(app="app-1")}
    town.dialler.open_books()

    town.restart(town.apps[0])

    after = town.kubelet.pods(app="app-1")
    assert len(after) == town.plan.replicas
    assert not before & {run.uid for run in after}
    assert all(run.is_ready for run in after)
    assert town.dialler.report().lost == (), str(town.dialler.report())


def test_a_change_of_the_secret_reaches_every_sentry_after_its_lag(town: Town) -> None:
    before, sentries = town.bundle(), town.sentries()
    said = {run.name: len(run.log()) for run in sentries}
    mounted = [run.place.volumes["credentials"] / "note" for run in sentries]
    written_at = time.monotonic()

    dapr.write_secret(town.cluster, {**before.secret, "note": b"a key that means nothing to sentry"})

    wait_until(lambda: any(path.exists() for path in mounted), what="the first mount changed")
    assert time.monotonic() - written_at >= LAG[0]
    wait_until(lambda: all(RELOADING in run.log()[said[run.name] :] for run in sentries), what="every sentry reloads")
    assert len(sentries) == 2
    dapr.write_secret(town.cluster, before.secret)
    wait_until(lambda: not any(path.exists() for path in mounted), what="the mounts changed back")
    assert town.bundle() == before


def test_a_sentry_that_ends_again_and_again_is_started_after_a_back_off_and_keeps_the_ca(town: Town) -> None:
    before, run = town.bundle(), town.sentries()[0]

    def crash() -> None:
        wait_until(lambda: run.is_ready, what="sentry Ready")
        assert run.process is not None
        run.process.kill()

    crash()
    wait_until(lambda: run.restarts == 1, what="started again at once")
    crash()
    ended_at = time.monotonic()
    wait_until(lambda: "waiting" in container_of(town, run)["state"], what="the API told of the end")
    assert container_of(town, run)["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert container_of(town, run)["lastState"]["terminated"]["exitCode"] == 137
    wait_until(lambda: container_of(town, run)["ready"], what="Ready again")

    assert time.monotonic() - ended_at >= 10
    assert container_of(town, run)["restartCount"] == 2
    assert town.bundle() == before


def test_a_cross_signed_change_of_the_ca_loses_no_call(tmp_path_factory: pytest.TempPathFactory) -> None:
    plan = Plan(lively=3, replicas=2, quiet=1, lag=(1.0, 5.0), bundle=a_ca("old"), ttl="20s", skew="1s")
    with running_town(tmp_path_factory.mktemp("crossed"), plan) as town:
        old = town.bundle().secret
        both, last = (bundle(files) for files in both_pairs(Files(old["ca.crt"], old["issuer.crt"], old["issuer.key"]), now()))
        town.dialler.open_books()

        for step in (both, last):
            hand_over(town, step)
        wait_until(lambda: town.dialler.report().uncalled == 0, what="every pair called in the end")
        report = town.dialler.report()
        assert town.bundle() == last
        assert [run.restarts for run in town.sentries()] == [0, 0]

    assert report.lost == (), str(report)
    assert report.dials > 100, str(report)


def test_the_hard_cut_divides_the_town_and_the_dialler_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    old, new = a_ca("old"), a_ca("new")
    plan = Plan(lively=2, replicas=2, quiet=1, lag=(1.0, 1.0), bundle=old, ttl="10m")
    with running_town(tmp_path_factory.mktemp("cut"), plan) as town:
        town.dialler.open_books()
        wait_until(lambda: town.dialler.report().uncalled == 0, what="every pair called")
        assert town.dialler.report().lost == (), str(town.dialler.report())

        town.cut_over(new)
        town.restart(town.apps[0])
        town.dialler.open_books()
        wait_until(lambda: town.dialler.report().uncalled == 0, what="every pair called again")
        report = town.dialler.report()
        assert town.bundle() == new

    divided = {(one.caller[:5], one.callee[:5]) for one in report.lost}
    assert divided == {("app-1", "app-2"), ("app-2", "app-1")}, str(report)
    assert all("certificate" in one.why for one in report.lost), str(report)
