"""What people mean: applications, workloads, pods and components by the names that they use for them."""

import pytest

from bot.model.observed import Why
from bot.model.scene import Level, PodName, Target
from bot.model.snapshot import Snapshot
from bot.model.targets import MOST_KNOWN, Unresolved, resolve
from tests.builders import APod, a_bare_pod, a_component, a_control_plane, a_pod, a_snapshot, unobserved

CRASH = "CrashLoopBackOff"


def snapshot(*pods: APod) -> Snapshot:
    return a_snapshot(pods=pods or [a_pod("orders"), a_pod("checkout"), a_pod("cart", namespace="other")])


def found(words: str, seen: Snapshot | None = None) -> Target:
    target = resolve(words, seen or snapshot())
    assert isinstance(target, Target)
    return target


def not_found(words: str, seen: Snapshot | None = None) -> Unresolved:
    unresolved = resolve(words, seen or snapshot())
    assert isinstance(unresolved, Unresolved)
    return unresolved


@pytest.mark.parametrize(
    "words",
    ["orders", "shop/orders", " orders ", "Orders", "shop orders", "app orders", "app/orders", "deployment/orders", "deploy orders"],
)
def test_an_application_is_found_by_its_id(words: str) -> None:
    assert found(words) == Target(level=Level.APP, name="orders", namespace="shop", pods=(PodName("shop", "orders-7f9c-0"),))


@pytest.mark.parametrize("words", ["orders-7f9c-0", "shop/orders-7f9c-0", "pod/orders-7f9c-0", "shop pod orders-7f9c-0"])
def test_a_pod_is_found_by_its_name(words: str) -> None:
    pod = PodName("shop", "orders-7f9c-0")

    assert found(words) == Target(level=Level.POD, name=pod.name, namespace="shop", pods=(pod,))


def test_a_pod_of_the_control_plane_is_found_by_its_name() -> None:
    pod = PodName("dapr-system", "dapr-sentry-0")

    assert found("dapr-sentry-0") == Target(level=Level.POD, name=pod.name, namespace="dapr-system", pods=(pod,))


def test_a_workload_is_found_where_no_application_is_called_so() -> None:
    seen = snapshot(
        a_pod("orders").made(workload="Deployment/orders-blue"),
        a_pod("orders", number=1).made(workload="Deployment/orders-green"),
    )

    target = found("deployment/orders-green", seen)

    assert target == Target(level=Level.APP, name="orders", namespace="shop", pods=(PodName("shop", "orders-7f9c-1"),))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("sentry", "sentry"), ("dapr-sentry", "sentry"), ("dapr-system/sentry", "sentry"), ("Sentry", "sentry"), ("operator", "operator"),
        ("injector", "sidecar-injector"), ("dapr-sidecar-injector", "sidecar-injector"), ("placement", "placement-server"),
        ("dapr-placement-server", "placement-server"), ("scheduler", "scheduler-server"), ("dapr-scheduler", "scheduler-server"),
        ("component sentry", "sentry"),
    ],
)  # fmt: skip
def test_a_component_is_found_by_every_name_that_it_has(words: str, name: str) -> None:
    target = found(words)

    assert target == Target(level=Level.COMPONENT, name=name, namespace="dapr-system", pods=(PodName("dapr-system", f"dapr-{name}-0"),))


@pytest.mark.parametrize("components", [(), unobserved()])
def test_a_component_that_is_not_there_can_be_asked_about_all_the_same(components: object) -> None:
    target = found("sentry", a_snapshot(components=components))

    assert target == Target(level=Level.COMPONENT, name="sentry", namespace="dapr-system")


def test_the_worst_pods_come_first() -> None:
    seen = snapshot(
        a_pod("orders", number=0),
        a_pod("orders", number=1, phase="Failed"),
        a_pod("orders", number=2, state="ContainerCreating"),
        a_bare_pod("orders", number=3),
        a_pod("orders", number=4, state=CRASH),
        a_pod("orders", number=5, state="Error"),
    )

    assert [pod.name[-1] for pod in found("orders", seen).pods] == ["4", "2", "3", "5", "0", "1"]


def test_the_worst_pods_of_a_component_come_first() -> None:
    sentry = a_component("sentry", desired=3, ready=2, waiting=CRASH, restarts=4)

    target = found("sentry", a_snapshot(components=a_control_plane({"sentry": sentry})))

    assert [pod.name for pod in target.pods] == ["dapr-sentry-2", "dapr-sentry-0", "dapr-sentry-1"]


def test_an_application_of_two_namespaces_must_be_told_apart() -> None:
    seen = snapshot(a_pod("orders"), a_pod("orders", namespace="test"))

    assert not_found("orders", seen).matches == ("shop/orders", "test/orders")
    assert [found(one, seen).namespace for one in not_found("orders", seen).matches] == ["shop", "test"]


def test_an_application_that_is_called_like_a_component_must_be_told_apart() -> None:
    seen = snapshot(a_pod("operator"))

    assert not_found("operator", seen).matches == ("dapr-operator", "shop/operator")
    assert [found(one, seen).level for one in not_found("operator", seen).matches] == [Level.COMPONENT, Level.APP]


def test_a_namespace_may_be_called_like_a_kind() -> None:
    seen = snapshot(a_pod("orders", namespace="app"), a_pod("orders"))

    assert found("app/orders", seen).namespace == "app"


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("ordersx", "shop/orders"), ("checkouts", "shop/checkout"), ("sentri", "dapr-sentry"), ("shop/order", "shop/orders"),
        ("orders-7f9c-1", "shop/orders-7f9c-0"), ("other/orders", "shop/orders"),
    ],
)  # fmt: skip
def test_an_unknown_name_gets_the_nearest(words: str, nearest: str) -> None:
    unresolved = not_found(words)

    assert (unresolved.asked, unresolved.matches, unresolved.nearest[0]) == (words, (), nearest)


@pytest.mark.parametrize("words", ["", "   ", "/", "zzzzzz", "a b c d", "x" * 10_000])
def test_nonsense_gets_what_there_is(words: str) -> None:
    unresolved = not_found(words)

    assert unresolved.nearest == ()
    assert unresolved.known == (
        "dapr-sentry", "dapr-operator", "dapr-sidecar-injector", "dapr-placement-server", "dapr-scheduler-server",
        "other/cart", "shop/checkout", "shop/orders",
    )  # fmt: skip
    assert (unresolved.more, unresolved.unseen) == (0, None)


def test_of_many_only_the_first_are_named() -> None:
    unresolved = not_found("zzzzzz", snapshot(*(a_pod(f"app-{number:03}") for number in range(100))))

    assert (len(unresolved.known), unresolved.more) == (MOST_KNOWN, 105 - MOST_KNOWN)


def test_when_the_pods_were_not_seen_that_is_why_a_name_is_unknown() -> None:
    hidden = unobserved(Why.FORBIDDEN)

    unresolved = not_found("orders", a_snapshot(census=hidden))

    assert unresolved.unseen == hidden
