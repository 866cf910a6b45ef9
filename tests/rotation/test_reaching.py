"""Whom a rotation touches, and in which waves."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.rotation import Left
from bot.model.surroundings import Strategy, Surrounding, Surroundings
from bot.rotation.reaching import AT_ONCE, reach
from tests.builders import a_budget, a_pod, a_surrounding
from tests.rotation.plans import a_plan, surrounded


def workloads(*sizes: int) -> list[object]:
    return [a_pod(f"app{at}", number=number).pod for at, size in enumerate(sizes) for number in range(size)]


def names(*sizes: int) -> list[list[str]]:
    return [[one.name for one in wave] for wave in reach(workloads(*sizes), None).waves]  # type: ignore[arg-type]


def test_the_smallest_that_has_somebody_to_stand_in_goes_first_alone() -> None:
    assert names(1, 5, 2, 3) == [["app2"], ["app0", "app3", "app1"]]


def test_where_nobody_stands_in_the_first_goes_first() -> None:
    assert names(1, 1) == [["app0"], ["app1"]]


def test_a_wave_has_no_more_than_so_many() -> None:
    assert [len(wave) for wave in names(*[2] * (2 * AT_ONCE + 2))] == [1, AT_ONCE, AT_ONCE, 1]


def test_stateful_sets_are_no_canary_where_there_is_a_deployment() -> None:
    state = [a_pod("db", number=number).made(workload="StatefulSet/db").pod for number in (0, 1)]
    web = [a_pod("web", number=number).pod for number in range(3)]

    assert [[one.name for one in wave] for wave in reach((*state, *web), None).waves] == [["web"], ["db"]]


def test_apps_pods_and_namespaces_are_counted() -> None:
    pods = [a_pod("orders").pod, a_pod("orders", number=1).pod, a_pod("orders", namespace="test").pod]

    found = reach(pods, None)

    assert (found.apps, found.pods, found.namespaces) == (2, 3, ("shop", "test"))


def test_nobody_is_touched_where_nobody_is() -> None:
    assert reach((), None).waves == ()


def waves(*workloads: Surrounding, **parts: Any) -> list[list[str]]:
    pods = [a_pod(one.workload.name).made(workload=f"{one.workload.kind}/{one.workload.name}").pod for one in workloads]
    return [[one.name for one in wave] for wave in reach(pods, Surroundings(workloads=workloads, **parts)).waves]


def test_orders_go_before_sizes_and_are_never_mixed() -> None:
    late, early = a_surrounding("late", order=1), a_surrounding("early", order=-1, replicas=9)

    assert waves(late, a_surrounding("b"), a_surrounding("a"), early) == [["early"], ["a", "b"], ["late"]]


def test_the_first_alone_is_of_the_first_order() -> None:
    assert waves(a_surrounding("small"), a_surrounding("db", "StatefulSet", order=-1)) == [["db"], ["small"]]


def test_one_budget_never_counts_two_of_a_wave() -> None:
    some = [a_surrounding(name) for name in "abcd"]

    assert waves(*some, budgets=(a_budget(some[1], some[2]),)) == [["a"], ["b", "d"], ["c"]]


def test_stateful_sets_go_one_at_a_time() -> None:
    sets = [a_surrounding(name, "StatefulSet") for name in "xyz"]

    assert waves(a_surrounding("a"), a_surrounding("b"), *sets) == [["a"], ["b", "x"], ["y"], ["z"]]


def test_a_workload_knows_what_an_approval_is_bound_to_and_how_many_pods_it_should_have() -> None:
    seen = a_surrounding("orders", replicas=7)

    ((found,),) = reach([a_pod("orders").pod], Surroundings(workloads=(seen,))).waves

    assert (found.uid, found.template, found.pods) == (seen.uid, seen.template, 7)


def test_an_owner_that_is_not_there_is_left_to_people() -> None:
    found = reach([a_pod("orders").pod], Surroundings())

    assert [one.left for one in found.left] == [Left.NOT_FOUND]


@pytest.mark.parametrize(
    ("deviation", "at_once"),
    [
        ({"max_surge": 3, "max_unavailable": 2}, 5),
        ({"max_surge": 0, "max_unavailable": 0}, 1),
        ({"strategy": Strategy.RECREATE, "max_surge": 0}, 8),
    ],
    ids=str,
)
def test_so_many_pods_are_replaced_at_a_time(deviation: dict[str, Any], at_once: int) -> None:
    seen = a_surrounding("orders", replicas=8, **deviation)

    ((found,),) = reach([a_pod("orders").pod], Surroundings(workloads=(seen,))).waves

    assert found.at_once == at_once


def test_a_wave_takes_as_long_as_its_slowest_workload() -> None:
    slow = a_plan(surrounded(a_surrounding("orders", replicas=40), a_surrounding("checkout", replicas=2)))
    fast = a_plan(surrounded(a_surrounding("orders", replicas=40, max_surge=20), a_surrounding("checkout", replicas=2)))

    assert slow.takes - fast.takes == 38 * timedelta(seconds=90)


@pytest.mark.parametrize("replicas", [10**30, -1])
def test_numbers_that_no_cluster_has_still_give_a_plan(replicas: int) -> None:
    made_up = surrounded(
        a_surrounding("orders", replicas=replicas), a_surrounding("checkout", replicas=replicas, strategy=Strategy.RECREATE)
    )

    assert a_plan(made_up).takes < timedelta(days=365)
