"""Which servers are asked for their certificate, and at which port."""

from typing import Any

from bot.model import servers
from bot.model.scene import ContainerState, PodName, PodState
from bot.model.snapshot import Component, ComponentPod


def a_component(name: str, *pods: ComponentPod) -> Component:
    return Component(name=name, kind="Deployment", workload=f"dapr-{name}", image="", version="", desired=1, ready=1, pods=pods)


def a_pod(name: str = "a", **deviations: Any) -> ComponentPod:
    fields: dict[str, Any] = {"ip": "10.0.0.1", **deviations}
    return ComponentPod(name=name, ready=True, image="", **fields)


def ports(*components: Component) -> list[int]:
    return [one.port for one in servers.of_control_plane(components, "dapr-system")]


def a_state(name: str = "orders-1", *, running: bool = True, ip: str = "10.0.0.9", **deviations: Any) -> PodState:
    containers = (ContainerState(name="daprd", image="", running=running),)
    return PodState(pod=PodName("shop", name), phase="Running", containers=containers, ip=ip, **deviations)


def test_each_part_of_the_control_plane_listens_where_the_chart_has_it() -> None:
    names = ("sentry", "operator", "sidecar-injector", "placement-server", "scheduler-server")

    assert ports(*(a_component(name, a_pod()) for name in names)) == [50001, 6500, 4000, 50005, 50006]


def test_what_has_no_server_of_its_own_is_not_asked() -> None:
    assert ports(a_component("dashboard", a_pod())) == []


def test_every_replica_is_asked_by_its_own_address() -> None:
    found = servers.of_control_plane([a_component("sentry", a_pod("a"), a_pod("b", ip="10.0.0.2"))], "dapr-system")

    assert [(one.pod, one.ip) for one in found] == [("a", "10.0.0.1"), ("b", "10.0.0.2")]
    assert str(found[0]) == "sentry (dapr-system/a, port 50001)"


def test_who_waits_or_has_no_address_is_not_asked() -> None:
    assert ports(a_component("sentry", a_pod(waiting="CrashLoopBackOff"), a_pod(ip=""))) == []


def test_the_charts_port_is_found_among_others() -> None:
    assert ports(a_component("operator", a_pod(ports=(19443, 6500, 9090)))) == [6500]


def test_where_the_spec_lists_another_port_that_one_is_asked() -> None:
    assert ports(a_component("sentry", a_pod(ports=(8080, 9191, 50443), metrics_port=9191))) == [50443]


def test_a_spec_that_lists_only_metrics_tells_nothing() -> None:
    assert ports(a_component("sentry", a_pod(ports=(8080, 9090)))) == [50001]


def test_no_more_than_so_many_are_asked() -> None:
    assert len(ports(a_component("sentry", *(a_pod(str(number)) for number in range(100))))) == servers.MOST


def test_the_sidecars_of_the_worst_three_pods_are_asked() -> None:
    found = servers.of_sidecars([a_state(f"orders-{number}", sidecar_port=50002 + number) for number in range(9)])

    assert [(one.component, one.namespace, one.pod, one.port) for one in found] == [
        ("daprd", "shop", "orders-0", 50002),
        ("daprd", "shop", "orders-1", 50003),
        ("daprd", "shop", "orders-2", 50004),
    ]


def test_a_sidecar_that_does_not_run_is_not_asked() -> None:
    bare = PodState(pod=PodName("shop", "bare"), phase="Running", containers=(), ip="10.0.0.9")

    assert servers.of_sidecars([a_state(running=False), a_state(ip=""), bare]) == ()
