"""What is made of workloads, budgets and quotas as Kubernetes writes them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from bot.adapters.clock import SystemClock
from bot.adapters.kubernetes import KubernetesCluster
from bot.config import from_env
from bot.errors import Forbidden, Malformed
from bot.model.observed import Observed, Unobserved, Why
from bot.model.surroundings import Strategy, Surrounding, WorkloadName
from bot.usecases.collect import Scope, collect
from playground.kubernetes import AppPod, Dapr, SimulatedCluster, install_dapr, rules_of
from tests.adapters.kubernetes.conftest import Open
from tests.certificates import a_good_bundle
from tests.house.tree import ROOT

Object = dict[str, Any]
DEPLOYMENT: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "orders", "namespace": "shop"},
    "spec": {"template": {"metadata": {"labels": {"app": "orders"}}, "spec": {"containers": [{"name": "app", "image": "i"}]}}},
}
ROLLOUT: Object = {**DEPLOYMENT, "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
BUDGET: Object = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b", "namespace": "shop"}}
QUOTA: Object = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "shop"}}
KUSTOMIZE = ROOT / "deploy" / "kustomize"


def named(kind: str = "Deployment", name: str = "orders") -> WorkloadName:
    return WorkloadName("shop", kind, name)


async def the_one(cluster: KubernetesCluster, kind: str = "Deployment") -> Surrounding:
    (found,) = (await cluster.surroundings([named(kind)])).workloads
    return found


def changed(change: Callable[[Object], object], of: Object = DEPLOYMENT) -> Object:
    thing = copy.deepcopy(of)
    change(thing)
    return thing


def template(thing: Object) -> Any:
    return thing["spec"]["template"]


SAME: dict[str, Callable[[Object], object]] = {
    "restarted": lambda one: template(one)["metadata"].update(annotations={"kubectl.kubernetes.io/restartedAt": "2026-11-23T12:00:00Z"}),
    "restarted by us": lambda one: template(one)["metadata"].update(annotations={"dapr-warden.io/restarted-for": "plan-7"}),
    "no annotations": lambda one: template(one)["metadata"].update(annotations={}),
    "another age": lambda one: template(one)["metadata"].update(creationTimestamp=None),
    "scaled": lambda one: one["spec"].update(replicas=9),
    "another order of keys": lambda one: one["spec"].update(template=dict(reversed(template(one).items()))),
}
OTHERS: dict[str, Callable[[Object], object]] = {
    "another image": lambda one: template(one)["spec"]["containers"][0].update(image="j"),
    "another annotation": lambda one: template(one)["metadata"].update(annotations={"dapr.io/enabled": "true"}),
    "another label": lambda one: template(one)["metadata"]["labels"].update(tier="a"),
    "one more variable": lambda one: template(one)["spec"]["containers"][0].update(env=[{"name": "A", "value": "1"}]),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
async def test_what_is_no_other_template_has_the_same_digest(
    kube: SimulatedCluster, cluster: KubernetesCluster, change: Callable[[Object], object]
) -> None:
    kube.put(DEPLOYMENT)
    before = (await the_one(cluster)).template
    kube.put(changed(change))

    assert (await the_one(cluster)).template == before


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
async def test_another_template_has_another_digest(
    kube: SimulatedCluster, cluster: KubernetesCluster, change: Callable[[Object], object]
) -> None:
    kube.put(DEPLOYMENT)
    before = (await the_one(cluster)).template
    kube.put(changed(change))

    assert (await the_one(cluster)).template != before


async def test_no_value_of_a_template_leaves(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(changed(lambda one: template(one)["spec"]["containers"][0].update(env=[{"name": "PASSWORD", "value": "hunter2"}])))

    told = repr(await cluster.surroundings([named()]))

    assert "hunter2" not in told
    assert "PASSWORD" not in told


@pytest.mark.parametrize(
    ("kind", "replicas", "rolling", "expected"),
    [
        ("Deployment", 1, None, (0, 1)),
        ("Deployment", 10, None, (2, 3)),
        ("Deployment", 10, {"maxUnavailable": "50%", "maxSurge": 0}, (5, 0)),
        ("Deployment", 3, {"maxUnavailable": "1%", "maxSurge": "0%"}, (1, 0)),
        ("Deployment", 0, None, (1, 0)),
        ("StatefulSet", 4, None, (1, 0)),
        ("StatefulSet", 4, {"maxUnavailable": "50%"}, (2, 0)),
        ("StatefulSet", 4, {"maxUnavailable": "1%"}, (1, 0)),
    ],
)
async def test_per_cents_are_rounded_as_kubernetes_rounds_them(
    kube: SimulatedCluster, cluster: KubernetesCluster, kind: str, replicas: int, rolling: Any, expected: tuple[int, int]
) -> None:
    field = "strategy" if kind == "Deployment" else "updateStrategy"
    spec = {**DEPLOYMENT["spec"], "replicas": replicas, field: {"type": "RollingUpdate", "rollingUpdate": rolling}}
    kube.put({**DEPLOYMENT, "kind": kind, "spec": spec})

    found = await the_one(cluster, kind)

    assert (found.max_unavailable, found.max_surge) == expected


async def test_a_daemon_set_counts_nodes(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    spec = {**DEPLOYMENT["spec"], "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}}}
    status = {"desiredNumberScheduled": 5, "currentNumberScheduled": 5, "numberReady": 4, "updatedNumberScheduled": 5}
    kube.put({**DEPLOYMENT, "kind": "DaemonSet", "spec": spec, "status": {**status, "observedGeneration": 1}})

    found = await the_one(cluster, "DaemonSet")

    assert (found.max_unavailable, found.replicas.desired, found.replicas.is_settled) == (2, 5, True)


async def test_a_rollout_is_known_as_one_with_or_without_a_template_of_its_own(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.install("rollouts")
    kube.put({**ROLLOUT, "status": {"observedGeneration": "1", "replicas": 1, "updatedReplicas": 1}})
    own = await the_one(cluster, "Rollout")
    kube.put({**ROLLOUT, "spec": {"workloadRef": {"kind": "Deployment", "name": "orders"}, "strategy": {"canary": {}}}})

    borrowed = await the_one(cluster, "Rollout")

    assert (own.strategy, len(own.template), own.replicas.reported) == (Strategy.OTHER, 64, True)
    assert (borrowed.strategy, borrowed.template) == (Strategy.OTHER, "")


async def test_where_argo_rollouts_is_not_installed_there_are_none(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(DEPLOYMENT)

    found = await cluster.surroundings([named("Rollout"), named()])

    assert [one.workload for one in found.workloads] == [named()]


async def test_only_kinds_that_were_asked_about_are_listed(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(DEPLOYMENT)

    await cluster.surroundings([named(), WorkloadName("shop", "Job", "report"), WorkloadName("shop", "Pod", "loose")])

    assert [path.partition("?")[0].rpartition("/")[2] for _, path, _ in kube.requests] == [
        "deployments", "poddisruptionbudgets", "resourcequotas",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ({"matchLabels": {"app": "orders"}}, "app=orders"),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, "app"),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, "!tier"),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x", "a"]}]}, "app notin (a,x)"),
        ({}, ""),
        ({"matchLabels": {"app": "other"}}, None),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, None),
        ({"matchLabels": {"app": "orders"}, "matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]}, None),
        (None, None),
    ],
)
async def test_a_budget_covers_what_its_selector_takes(
    kube: SimulatedCluster, cluster: KubernetesCluster, selector: Any, words: str | None
) -> None:
    kube.put(DEPLOYMENT)
    kube.put({**BUDGET, "spec": {"minAvailable": 1, "selector": selector}})

    found = await cluster.surroundings([named()])

    assert [(one.selector, one.covers) for one in found.budgets] == ([] if words is None else [(words, (named(),))])


async def test_a_budget_whose_newest_spec_nobody_has_seen_allows_nothing_yet(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(DEPLOYMENT)
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "orders"}}}
    status = {"disruptionsAllowed": 1, "observedGeneration": 1}
    kube.put({**BUDGET, "spec": spec, "status": status})
    kube.put({**BUDGET, "spec": {**spec, "minAvailable": 2}, "status": status})

    (budget,) = (await cluster.surroundings([named()])).budgets

    assert budget.allowed is None


async def test_of_several_names_of_one_resource_the_least_counts_and_what_is_not_worked_out_is_none(
    kube: SimulatedCluster, cluster: KubernetesCluster
) -> None:
    kube.put(DEPLOYMENT)
    hard = {"pods": "10", "count/pods": "5", "cpu": "2", "requests.memory": "1Gi", "services": "3", "limits.cpu": "1"}
    used = {"pods": "8", "count/pods": "4", "cpu": "1500m", "requests.memory": "0.5Gi", "services": "3"}
    kube.put({**QUOTA, "spec": {"hard": hard}, "status": {"hard": hard, "used": used}})

    (quota,) = (await cluster.surroundings([named()])).quotas

    assert quota.left == {"pods": 1000, "requests.cpu": 500, "requests.memory": 2**29 * 1000, "limits.cpu": 0}


async def test_a_pod_asks_for_what_its_containers_ask_for(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    first = {"name": "a", "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Mi"}}}
    second = {"name": "b", "resources": {"limits": {"cpu": 1}}}
    kube.put(changed(lambda one: template(one)["spec"].update(containers=[first, second])))

    asks = (await the_one(cluster)).asks

    assert asks == {"requests.cpu": 1100, "requests.memory": 2**20 * 1000, "limits.memory": 2**20 * 1000, "limits.cpu": 1000}


@pytest.mark.parametrize("text", ["", "high", "1.5", "--1", "\u0661", "9" * 99])
async def test_an_order_that_is_no_whole_number_is_everybodys(kube: SimulatedCluster, cluster: KubernetesCluster, text: str) -> None:
    annotations = {"dapr-warden.io/rotation-order": text}
    kube.put({**DEPLOYMENT, "metadata": {**DEPLOYMENT["metadata"], "annotations": annotations}})

    assert (await the_one(cluster)).order == 0


@pytest.mark.parametrize(
    "thing",
    [
        {**QUOTA, "status": {"hard": {"pods": "1e999999999"}, "used": {"pods": "1"}}},
        {**QUOTA, "status": {"hard": {"pods": "many"}, "used": {"pods": "1"}}},
        {**BUDGET, "spec": {"selector": {"matchExpressions": [{"key": "app", "operator": "Resembles"}]}}},
        changed(lambda one: one["spec"].update(strategy={"rollingUpdate": {"maxSurge": "some"}})),
        changed(lambda one: one["spec"].update(template=[])),
        changed(lambda one: template(one)["metadata"].update(annotations=["a"])),
    ],
    ids=["an endless number", "no quantity", "an unknown operator", "no per cents", "no template", "no annotations"],
)
async def test_what_no_api_server_says_is_malformed(kube: SimulatedCluster, cluster: KubernetesCluster, thing: Object) -> None:
    kube.put(DEPLOYMENT)
    kube.put(thing)

    with pytest.raises(Malformed):
        await cluster.surroundings([named()])


@pytest.mark.parametrize("mode", ["read", "off"])
async def test_the_shipped_component_is_enough_and_without_it_nothing_is_assumed(
    kube: SimulatedCluster, open_cluster: Open, mode: str
) -> None:
    files = a_good_bundle()
    install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key, pods=[AppPod(name="orders-1", anchors=files.ca)]))
    basic = rules_of(yaml.safe_load_all((KUSTOMIZE / mode / "rbac.yaml").read_text(encoding="utf-8")))
    planning = rules_of(yaml.safe_load_all((KUSTOMIZE / "components/planning/rbac.yaml").read_text(encoding="utf-8")))
    scope = Scope(settings=from_env({"DAPR_WARDEN_CA_SECRET_ACCESS": mode}), name="x", surroundings=True)

    async with open_cluster(token=kube.token("planner", *basic, *planning), ca_secret_access=mode) as cluster:
        may = (await collect(cluster, SystemClock(), scope)).surroundings
    async with open_cluster(token=kube.token("watcher", *basic), ca_secret_access=mode) as cluster:
        may_not = (await collect(cluster, SystemClock(), scope)).surroundings

    assert isinstance(may, Observed)
    assert {one.workload.name for one in may.value.workloads} == {
        "orders", "dapr-sentry", "dapr-operator", "dapr-sidecar-injector", "dapr-placement-server", "dapr-scheduler-server",
    }  # fmt: skip
    assert all(one.replicas.is_settled for one in may.value.workloads)
    assert isinstance(may_not, Unobserved)
    assert (may_not.why, "components/planning" in may_not.hint) == (Why.FORBIDDEN, True)


async def test_one_missing_right_is_told_by_name(kube: SimulatedCluster, open_cluster: Open) -> None:
    kube.put(DEPLOYMENT)
    rules = rules_of(yaml.safe_load_all((KUSTOMIZE / "components/planning/rbac.yaml").read_text(encoding="utf-8")))
    without = [rule for rule in rules if "policy" not in rule.groups]

    async with open_cluster(token=kube.token("planner", *without)) as cluster:
        with pytest.raises(Forbidden, match=r"list poddisruptionbudgets\.policy \(cluster-wide\)") as caught:
            await cluster.surroundings([named()])

    assert "deploy/kustomize/components/planning" in caught.value.hint
