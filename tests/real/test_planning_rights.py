"""Plans on a real API server: by an account with exactly the shipped rights and the planning component, and by one without that."""

from typing import Any

import pytest

from bot.bootstrap import look_once
from bot.cli import plan
from bot.config import from_env
from bot.model.observed import Observed, Unobserved, Why
from bot.model.rotation import Plan
from bot.model.snapshot import Snapshot
from bot.model.surroundings import Strategy
from playground.kubernetes.dapr import AppPod, objects
from tests.certificates import a_good_bundle
from tests.contract.cluster_cases import a_dapr
from tests.contract.surroundings_cases import a_budget, a_workload
from tests.contract.surroundings_objects import budget_object, workload_object
from tests.house.manifests import KUSTOMIZE, assembled, documents
from tests.rig import cluster as rig
from tests.rig.api_server import ApiServer
from tests.rig.dapr import install_crds
from tests.rig.process import wait_until

HOME = "dapr-warden"
RBAC = ("ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")


@pytest.fixture
def installed(cluster: rig.Cluster) -> rig.Cluster:
    """Dapr, two applications of which one is a StatefulSet under a budget that allows nothing, and the bot's own account."""
    files = a_good_bundle()
    pods = [AppPod(name=f"{app}-{number}", anchors=files.ca) for app in ("orders", "checkout") for number in (1, 2)]
    install_crds(cluster)
    for manager, obj in objects(a_dapr(files, pods=pods)):
        if obj["kind"] != "CustomResourceDefinition":
            cluster.apply(obj, manager=manager)
    checkout = a_workload("checkout", count=2, strategy=Strategy.RECREATE, max_unavailable=0, max_surge=0)
    orders = a_workload("orders", count=2, max_surge=0)
    for one in (checkout, orders):
        cluster.apply(workload_object(one))
    cluster.apply(budget_object(a_budget(orders, selector="app=orders", allowed=0, expected=2, wanted=2)))
    return cluster


def allow(cluster: rig.Cluster, *things: dict[str, Any]) -> None:
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}})
    for thing in things:
        if thing["kind"] in RBAC:
            cluster.apply(thing)


async def seen_by(server: ApiServer) -> Snapshot:
    settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(server.kubeconfig_for(HOME, HOME)), "DAPR_WARDEN_SENTRY_METRICS": "off"})
    return await look_once(settings, version="test", surroundings=True)


def offered(seen: Snapshot) -> Plan:
    found = plan.offered(seen, from_env({}))
    assert isinstance(found, Plan), found
    return found


def may_list(server: ApiServer, group: str, resource: str) -> bool:
    with rig.Cluster(server.url, ca=server.ca, token=server.cluster.token_for(HOME, HOME)) as account:
        attributes = {"verb": "list", "group": group, "resource": resource}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        answer = account.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)
        return bool(answer["status"]["allowed"])


async def test_the_planning_component_is_what_a_plan_needs_and_without_it_the_plan_asks(
    api_server: ApiServer, installed: rig.Cluster
) -> None:
    allow(installed, *assembled("read"))
    # The authoriser learns of new roles by watches of its own.
    wait_until(lambda: may_list(api_server, "", "pods"), what="the roles in force")

    without = await seen_by(api_server)

    assert isinstance(without.surroundings, Unobserved)
    assert (without.surroundings.why, "components/planning" in without.surroundings.hint) == (Why.FORBIDDEN, True)
    assert "surroundings-unseen" in [one.id for one in offered(without).hazards]

    component = documents(KUSTOMIZE / "components" / "planning" / "rbac.yaml")
    allow(installed, *component)
    try:
        wait_until(lambda: may_list(api_server, "", "resourcequotas"), what="the component in force")
        seen = await seen_by(api_server)
    finally:
        for one in reversed(component):
            installed.delete(one["apiVersion"], one["kind"], one["metadata"]["name"])

    assert isinstance(seen.surroundings, Observed)
    found = offered(seen)
    ids = [one.id for one in found.hazards]
    assert "surroundings-unseen" not in ids
    assert {"disruption-budgets", "recreated-at-once"} <= set(ids)
    assert sorted(str(one) for wave in found.reach.waves for one in wave) == ["shop/deployment/checkout", "shop/deployment/orders"]
    assert all(one.uid and len(one.template) == 64 for wave in found.reach.waves for one in wave)
