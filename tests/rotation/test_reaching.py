"""Whom a rotation touches, and in which waves."""

from bot.rotation.reaching import AT_ONCE, reach
from tests.builders import a_pod


def workloads(*sizes: int) -> list[object]:
    return [a_pod(f"app{at}", number=number).pod for at, size in enumerate(sizes) for number in range(size)]


def names(*sizes: int) -> list[list[str]]:
    return [[one.name for one in wave] for wave in reach(workloads(*sizes)).waves]  # type: ignore[arg-type]


def test_the_smallest_that_has_somebody_to_stand_in_goes_first_alone() -> None:
    assert names(1, 5, 2, 3) == [["app2"], ["app0", "app3", "app1"]]


def test_where_nobody_stands_in_the_first_goes_first() -> None:
    assert names(1, 1) == [["app0"], ["app1"]]


def test_a_wave_has_no_more_than_so_many() -> None:
    assert [len(wave) for wave in names(*[2] * (2 * AT_ONCE + 2))] == [1, AT_ONCE, AT_ONCE, 1]


def test_stateful_sets_are_no_canary_where_there_is_a_deployment() -> None:
    state = [a_pod("db", number=number).made(workload="StatefulSet/db").pod for number in (0, 1)]
    web = [a_pod("web", number=number).pod for number in range(3)]

    assert [[one.name for one in wave] for wave in reach((*state, *web)).waves] == [["web"], ["db"]]


def test_apps_pods_and_namespaces_are_counted() -> None:
    pods = [a_pod("orders").pod, a_pod("orders", number=1).pod, a_pod("orders", namespace="test").pod]

    found = reach(pods)

    assert (found.apps, found.pods, found.namespaces) == (2, 3, ("shop", "test"))


def test_nobody_is_touched_where_nobody_is() -> None:
    assert reach(()).waves == ()
