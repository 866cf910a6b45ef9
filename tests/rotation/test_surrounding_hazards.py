"""What the workloads around the pods, their budgets and their quotas mean for a rotation."""

from typing import Any

import msgspec
import pytest

from bot.model.observed import Why
from bot.model.rotation import Force, Hazard, Left, Plan
from bot.model.surroundings import SURROUNDINGS_NOT_LOOKED_AT, Strategy, Surrounding
from tests.builders import a_budget, a_ca, a_pod, a_quota, a_surrounding, days, unobserved
from tests.rotation.plans import a_plan, hazards, surrounded

PODS = [a_pod(app, number=number) for app in ("orders", "checkout") for number in (0, 1)]
ORDERS = "shop/deployment/orders"
# One that lets a pod go before its successor is there.
LETS_GO: dict[str, Any] = {"max_surge": 0, "max_unavailable": 1}


def planned(*workloads: Surrounding, **parts: Any) -> Plan:
    return a_plan(surrounded(*workloads, **{"pods": PODS} | parts))


def only(plan: Plan, id_: str) -> Hazard:
    (found,) = hazards(plan, id_)
    return found


def of_state(**deviations: Any) -> Surrounding:
    return a_surrounding("db", "StatefulSet", **deviations)


DB_PODS = [a_pod("db", number=number).made(workload="StatefulSet/db") for number in (0, 1)]


def test_a_cluster_whose_workloads_are_all_well_has_no_hazard() -> None:
    assert planned().hazards == ()


@pytest.mark.parametrize("unseen", [unobserved(), unobserved(Why.TIMED_OUT), SURROUNDINGS_NOT_LOOKED_AT])
def test_workloads_that_were_not_seen_are_asked_about_and_nothing_good_is_assumed(unseen: Any) -> None:
    found = only(a_plan(surroundings=unseen), "surroundings-unseen")

    assert found.force is Force.ASKS
    assert unseen.detail in found.fact
    assert found.advice == unseen.hint


def test_a_budget_that_allows_no_pod_to_go_now_is_asked_about() -> None:
    orders = a_surrounding("orders", **LETS_GO)

    found = only(planned(orders, budgets=[a_budget(orders, allowed=0)]), "disruption-budgets")

    assert (found.force, found.affected) == (Force.ASKS, ("shop/budget",))
    assert found.fact == f"No pod may go now, says 1 disruption budget, of {ORDERS}"


def test_a_budget_that_never_allows_one_needs_another_remedy() -> None:
    orders = a_surrounding("orders", **LETS_GO)

    found = only(planned(orders, budgets=[a_budget(orders, allowed=0, expected=2, wanted=2)]), "disruption-budgets")

    assert "even if all were healthy" in found.fact
    assert "Scale the workload up" in found.advice


def test_a_budget_that_nobody_has_worked_out_allows_nothing() -> None:
    orders = a_surrounding("orders", **LETS_GO)

    assert hazards(planned(orders, budgets=[a_budget(orders, allowed=None)]), "disruption-budgets")


@pytest.mark.parametrize(
    ("workload", "allowed"),
    [(a_surrounding("orders", **LETS_GO), 1), (a_surrounding("orders"), 0)],
    ids=["it allows one", "every pod has its successor first"],
)
def test_a_budget_that_is_kept_is_no_hazard(workload: Surrounding, allowed: int) -> None:
    assert not hazards(planned(workload, budgets=[a_budget(workload, allowed=allowed)]), "disruption-budgets")


def test_a_budget_of_the_control_plane_counts_too() -> None:
    scheduler = a_surrounding("dapr-scheduler-server", "Deployment", namespace="dapr-system", **LETS_GO)

    assert only(planned(scheduler, budgets=[a_budget(scheduler, allowed=0)]), "disruption-budgets").affected == ("dapr-system/budget",)


@pytest.mark.parametrize("left", [{"pods": 0}, {"requests_cpu": 0}, {"pods": 5, "limits_memory": 99}], ids=str)
def test_a_quota_without_room_for_one_more_pod_would_stop_a_restart_for_good(left: dict[str, Any]) -> None:
    orders = a_surrounding("orders", asks={"requests.cpu": 100, "limits.memory": 100_000})

    found = only(planned(orders, quotas=[a_quota(**left)]), "full-quotas")

    assert (found.force, ORDERS in found.affected) == (Force.ASKS, True)
    assert "shop/quota" in found.fact


@pytest.mark.parametrize(
    ("workload", "quota"),
    [
        (a_surrounding("orders"), a_quota(pods=1)),
        (a_surrounding("orders", asks={"requests.cpu": 100}), a_quota(requests_cpu=1)),
        (a_surrounding("orders"), a_quota("elsewhere", pods=0)),
    ],
    ids=["one more pod", "as much as it asks for", "of another namespace"],
)
def test_a_quota_with_room_is_no_hazard(workload: Surrounding, quota: Any) -> None:
    assert not hazards(planned(workload, quotas=[quota]), "full-quotas")


def test_a_workload_that_lets_a_pod_go_first_needs_no_room() -> None:
    orders, checkout = a_surrounding("orders", **LETS_GO), a_surrounding("checkout", **LETS_GO)

    assert not hazards(planned(orders, checkout, quotas=[a_quota(pods=0)]), "full-quotas")


def test_a_quota_of_some_pods_only_says_so() -> None:
    assert "counts some pods only" in only(planned(quotas=[a_quota(pods=0, scoped=True)]), "full-quotas").fact


@pytest.mark.parametrize(
    ("deviation", "reason"),
    [({"strategy": Strategy.ON_DELETE}, Left.ON_DELETE), ({"partition": 1}, Left.PARTITION)],
    ids=["OnDelete", "a partition"],
)
def test_a_set_that_keeps_its_pods_is_left_to_people(deviation: dict[str, Any], reason: Left) -> None:
    plan = planned(of_state(**deviation), pods=[*PODS, *DB_PODS])

    assert (only(plan, "on-delete").force, only(plan, "on-delete").affected) == (Force.ASKS, ("shop/statefulset/db",))
    assert [(one.name, one.left) for one in plan.reach.left] == [("db", reason)]


def test_a_paused_deployment_is_left_to_people() -> None:
    plan = planned(a_surrounding("orders", paused=True))

    assert only(plan, "unfinished-rollouts").affected == (ORDERS,)
    assert [one.left for one in plan.reach.left] == [Left.PAUSED]


def test_a_paused_control_plane_is_asked_about() -> None:
    plan = planned(a_surrounding("dapr-operator", namespace="dapr-system", paused=True))

    assert only(plan, "unfinished-rollouts").affected == ("dapr-system/deployment/dapr-operator",)


@pytest.mark.parametrize("deviation", [{"updated": 1}, {"existing": 3}, {"reported": False}, {"ready": 1}], ids=str)
def test_a_rollout_on_its_way_is_asked_about(deviation: dict[str, Any]) -> None:
    orders = a_surrounding("orders")
    orders = msgspec.structs.replace(orders, replicas=msgspec.structs.replace(orders.replicas, **deviation))

    assert only(planned(orders), "unfinished-rollouts").affected == (ORDERS,)


def test_pods_of_a_dead_ca_need_not_be_ready() -> None:
    orders = a_surrounding("orders")
    orders = msgspec.structs.replace(orders, replicas=msgspec.structs.replace(orders.replicas, ready=0))

    assert not hazards(planned(orders, ca=a_ca(expires_in=days(-1))), "unfinished-rollouts")


def test_argo_rollouts_are_left_to_people_with_their_own_command() -> None:
    plan = planned(pods=[*PODS, a_pod("web").made(workload="Rollout/web")])

    assert only(plan, "argo-rollouts").affected == ("shop/rollout/web",)
    assert "kubectl argo rollouts restart" in only(plan, "argo-rollouts").advice
    assert not hazards(plan, "left-to-people")


def test_who_opted_out_is_left_to_people() -> None:
    plan = planned(a_surrounding("orders", skip=True))

    assert (only(plan, "opted-out").force, only(plan, "opted-out").affected) == (Force.ASKS, (ORDERS,))
    assert [one.name for wave in plan.reach.waves for one in wave] == ["checkout"]


def test_all_pods_at_once_is_asked_about() -> None:
    plan = planned(a_surrounding("orders", strategy=Strategy.RECREATE, max_surge=0))

    assert only(plan, "recreated-at-once").affected == (ORDERS,)


@pytest.mark.parametrize(
    ("owner", "force", "advice"),
    [
        ("Argo CD app shop", Force.INFORMS, "annotations: {}"),
        ("Flux Kustomization shop", Force.INFORMS, "--field-manager=flux-client-side-apply"),
        ("Flux HelmRelease shop", Force.INFORMS, "--field-manager=flux-client-side-apply"),
        ("Shop my-shop", Force.ASKS, "opt them out"),
    ],
)
def test_whoever_else_writes_a_workload_is_named_with_what_it_makes_of_a_restart(owner: str, force: Force, advice: str) -> None:
    found = only(planned(a_surrounding("orders", owners=(owner,))), "managed-workloads")

    assert (found.force, found.fact, found.affected) == (force, f"{owner} manages 1 workload that would be restarted", (ORDERS,))
    assert advice in found.advice


def test_helm_leaves_a_restart_alone() -> None:
    assert not hazards(planned(a_surrounding("orders", owners=("Helm release shop",))), "managed-workloads")


@pytest.mark.parametrize(
    ("deviation", "is_away"),
    [({}, False), (LETS_GO, True), ({"strategy": Strategy.RECREATE, "max_surge": 0}, True)],
    ids=["its successor comes first", "it goes first", "Recreate"],
)
def test_a_single_pod_is_away_only_where_it_goes_first(deviation: dict[str, Any], *, is_away: bool) -> None:
    plan = planned(a_surrounding("orders", replicas=1, **deviation), pods=[PODS[0], *PODS[2:]])

    assert bool(hazards(plan, "single-pods")) is is_away


def test_a_workload_that_should_have_two_is_not_single_because_one_is_missing() -> None:
    plan = planned(a_surrounding("orders", replicas=2, **LETS_GO), pods=[PODS[0], *PODS[2:]])

    assert not hazards(plan, "single-pods")
