"""Single pods, events and logs: with which rights they are read, how much of them, and what may be shown of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from bot.adapters.kubernetes import KubernetesCluster, container_logs
from bot.adapters.kubernetes.pods import MOST_EVENTS, MOST_PODS, KubernetesPods
from bot.errors import Forbidden, Malformed, TimedOut, Unreachable
from bot.model.redaction import MARK
from bot.model.scene import PodName
from playground.kubernetes import Effect, Rule, SimulatedCluster, kubelet, rules_of
from playground.kubernetes.dapr import AppPod, app_pod
from tests.adapters.kubernetes.conftest import Open
from tests.certificates import NOW
from tests.house.manifests import KUSTOMIZE, assembled, documents

POD = PodName("shop", "orders-1")
DIAGNOSIS = KUSTOMIZE / "components" / "diagnosis" / "rbac.yaml"
SECRET = "hvs.CAESIJcanarycanarycanary"


@pytest.fixture
def pods(cluster: KubernetesCluster) -> KubernetesPods:
    return cluster.pods


def asked(kube: SimulatedCluster) -> list[str]:
    return [path for _, path, _ in kube.requests]


def put_a_pod(kube: SimulatedCluster, name: str = "orders-1", **status: Any) -> dict[str, Any]:
    pod = app_pod(AppPod(name=name))
    return kube.put({**pod, "spec": {**pod["spec"], "nodeName": "node-1"}, "status": {**pod["status"], **status}})


async def test_a_pod_is_asked_for_by_its_name(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    put_a_pod(kube)

    await pods.states((POD,))

    assert asked(kube) == ["/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dorders-1&limit=1"]


async def test_no_more_than_ten_pods_are_asked_for(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    states = await pods.states([PodName("shop", f"orders-{number}") for number in range(30)])

    assert (states, len(kube.requests)) == ((), MOST_PODS)


async def test_one_pod_that_cannot_be_read_makes_all_of_them_unknown(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    put_a_pod(kube)
    kube.fault(Effect.ERROR, times=1)

    with pytest.raises(Unreachable):
        await pods.states((POD, PodName("shop", "orders-2")))


async def test_a_pod_of_another_name_is_not_taken_for_the_one_that_was_asked_for(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    other = put_a_pod(kube, "other-1")
    page = {"kind": "PodList", "metadata": {}, "items": [other]}
    kube.fault(Effect.BODY, body=json.dumps(page).encode())

    assert await pods.states((POD,)) == ()


@pytest.mark.parametrize("ask", [lambda pods: pods.states((POD,)), lambda pods: pods.warnings("shop")], ids=["pods", "events"])
async def test_a_list_of_something_else_is_not_understood(
    kube: SimulatedCluster, pods: KubernetesPods, ask: Callable[[KubernetesPods], Any]
) -> None:
    kube.fault(Effect.BODY, body=b'{"kind":"SecretList","metadata":{},"items":[]}')

    with pytest.raises(Malformed, match="got something else"):
        await ask(pods)


async def test_a_native_sidecar_is_no_init_container(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    kube.put(app_pod(AppPod(name="orders-1", native=True)))

    (state,) = await pods.states((POD,))

    assert [(one.name, one.is_init, one.running) for one in state.containers] == [("daprd", False, True), ("app", False, True)]


@pytest.mark.parametrize(
    ("args", "annotation", "port"),
    [
        ([], None, 50002),
        ([], "50102", 50102),
        (["--dapr-internal-grpc-port", "50202"], "50102", 50202),
        (["--dapr-internal-grpc-port=50202"], None, 50202),
        (["--dapr-internal-grpc-port"], None, 50002),
        (["--dapr-grpc-port", "50001"], "no port", 50002),
        ([], "70000", 50002),
        (["--dapr-internal-grpc-port", "0"], None, 50002),
    ],
)
async def test_where_the_sidecar_listens_is_what_it_was_started_with(
    kube: SimulatedCluster, pods: KubernetesPods, args: list[str], annotation: str | None, port: int
) -> None:
    pod = app_pod(AppPod(name="orders-1", annotations={"dapr.io/internal-grpc-port": annotation} if annotation else {}))
    (daprd,) = (one for one in pod["spec"]["containers"] if one["name"] == "daprd")
    daprd["args"] = args
    kube.put(pod)

    (state,) = await pods.states((POD,))

    assert (state.ip, state.sidecar_port) == ("127.0.0.1", port)


async def test_what_kubelets_and_events_say_is_redacted_and_cut(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    said = f"pulling with token {SECRET} failed\x1b[31m" + " and so on" * 500
    waits = {"waiting": {"reason": "ErrImagePull", "message": said}}
    pod = put_a_pod(kube, containerStatuses=[{"name": "app", "ready": False, "restartCount": 0, "state": waits}], message=said)
    kubelet.event(kube, pod, "Failed", said)

    (state,) = await pods.states((POD,))
    (event,) = await pods.warnings("shop")

    texts = (state.message, state.containers[0].message, event.message)
    assert {(len(text), MARK in text, "\x1b" in text) for text in texts} == {(1024, True, False)}
    assert SECRET not in msgspec.json.encode((state, event)).decode()


async def test_the_newest_warnings_are_found_wherever_their_names_stand(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    pod = put_a_pod(kube)
    for number in range(1_100):
        event = kubelet.event(kube, pod, "BackOff", f"number {number}")
        at = (NOW + timedelta(seconds=(number * 7) % 1_100)).strftime("%Y-%m-%dT%H:%M:%SZ")
        kube.put({**event, "lastTimestamp": at})

    events = await pods.warnings("shop")

    assert [event.last_at for event in events] == [NOW + timedelta(seconds=1_099 - number) for number in range(MOST_EVENTS)]
    assert len(asked(kube)) == 2


async def test_an_event_without_any_time_is_as_old_as_its_object(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    about = {"kind": "Pod", "name": "orders-1", "namespace": "shop"}
    event = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "shop"}, "involvedObject": about}
    created = kube.put({**event, "type": "Warning", "lastTimestamp": None, "eventTime": None, "series": None, "count": None})

    (found,) = await pods.warnings("shop")

    assert (found.last_at, found.count) == (datetime.fromisoformat(created["metadata"]["creationTimestamp"]), 1)


@pytest.mark.parametrize("mode", ["read", "off"])
async def test_the_shipped_rights_show_a_pod_but_neither_its_log_nor_events(kube: SimulatedCluster, open_cluster: Open, mode: str) -> None:
    put_a_pod(kube)
    token = kube.token("warden", *rules_of(assembled(mode)))

    async with open_cluster(token=token) as cluster:
        assert len(await cluster.pods.states((POD,))) == 1
        for ask, words in (
            (lambda: cluster.pods.warnings("shop"), "list events in namespace shop"),
            (lambda: cluster.pods.log(POD, "daprd", previous=False, lines=9), "get pods/log orders-1 in namespace shop"),
        ):
            with pytest.raises(Forbidden, match=words) as caught:
                await ask()
            assert "deploy/kustomize/components/diagnosis" in caught.value.hint


async def test_with_the_component_everything_can_be_read(kube: SimulatedCluster, open_cluster: Open) -> None:
    kubelet.event(kube, put_a_pod(kube), "BackOff", "again")
    kube.log("orders-1", "fatal\n", namespace="shop", container="daprd")
    token = kube.token("warden", *rules_of([*assembled("off"), *documents(DIAGNOSIS)]))

    async with open_cluster(token=token) as cluster:
        assert len(await cluster.pods.warnings("shop")) == 1
        assert [line.text for line in await cluster.pods.log(POD, "daprd", previous=False, lines=9)] == ["fatal"]


async def test_a_log_is_asked_for_within_bounds(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    await pods.log(POD, "daprd", previous=True, lines=200)

    (path,) = asked(kube)
    query = "container=daprd&tailLines=200&limitBytes=262144&timestamps=true&previous=true"
    assert path == f"/api/v1/namespaces/shop/pods/orders-1/log?{query}"


async def test_of_a_log_with_long_lines_the_last_ones_are_not_lost(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    put_a_pod(kube)
    kube.log("orders-1", "".join(f"{number} {'x' * 10_000}\n" for number in range(100)), namespace="shop", container="daprd")

    lines = await pods.log(POD, "daprd", previous=False, lines=100)

    assert [line.text.split()[0] for line in lines] == [str(number) for number in range(90, 100)]


async def test_a_line_without_end_is_cut(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    put_a_pod(kube)
    kube.log("orders-1", "y" * 1_000_000, namespace="shop", container="daprd")

    (line,) = await pods.log(POD, "daprd", previous=False, lines=200)

    assert line.text == "y" * container_logs.LONGEST_LINE


async def test_a_log_that_is_longer_than_was_asked_for_is_not_read(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    put_a_pod(kube)
    kube.fault(Effect.BODY, body=b"2026-11-23T12:00:00Z x\n" * 100_000)

    with pytest.raises(Malformed, match="larger than 512 KiB"):
        await pods.log(POD, "daprd", previous=False, lines=200)


async def test_a_log_that_does_not_come_is_not_waited_for(kube: SimulatedCluster, open_cluster: Open) -> None:
    put_a_pod(kube)
    kube.fault(Effect.HANG, verb="get")

    async with open_cluster(request_seconds="1") as cluster:
        with pytest.raises(TimedOut):
            await cluster.pods.log(POD, "daprd", previous=False, lines=200)


async def test_what_makes_no_sense_to_the_api_server_is_told(kube: SimulatedCluster, pods: KubernetesPods) -> None:
    put_a_pod(kube)

    with pytest.raises(Malformed, match="unexpected answer 422"):
        await pods.log(POD, "daprd", previous=False, lines=-1)


async def test_a_right_to_logs_of_one_namespace_ends_there(kube: SimulatedCluster, open_cluster: Open) -> None:
    put_a_pod(kube)
    token = kube.token("warden", Rule(verbs=("get",), resources=("pods/log",), groups=("",), namespace="other"))

    async with open_cluster(token=token) as cluster:
        assert await cluster.pods.log(PodName("other", "x"), "daprd", previous=False, lines=9) == ()
        with pytest.raises(Forbidden):
            await cluster.pods.log(POD, "daprd", previous=False, lines=9)


@pytest.mark.parametrize(
    ("line", "at", "text"),
    [
        ("2026-11-23T12:00:00.123456789Z one two", (0, 123_456_789), "one two"),
        ("2026-11-23T12:00:00Z one", (0, 0), "one"),
        ("2026-11-23T12:00:00.5Z one", (0, 500_000_000), "one"),
        ("2026-11-23T13:00:00.5+01:00 one", (0, 500_000_000), "one"),
        ("2026-11-23T06:29:59.000000001-05:30 one\r", (-1, 1), "one"),
        ("2026-11-23T12:00:00Z  indented", (0, 0), " indented"),
        ("2026-11-23T12:00:00Z", (0, 0), ""),
    ],
)
def test_a_line_begins_with_its_instant(line: str, at: tuple[int, int], text: str) -> None:
    (found,) = container_logs.lines(f"{line}\n".encode(), POD, "daprd")

    start = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp())
    assert (divmod(found.at_ns - start * 10**9, 10**9), found.text) == (at, text)


@pytest.mark.parametrize(
    "line",
    [
        "unable to retrieve container logs for containerd://5d0f", "2026-02-30T12:00:00Z one", "2026-11-23T12:00:00 one",
        "0001-01-01T00:00:00+23:59 one", "9999-12-31T23:59:59Z one", "2026-11-23T12:00:0٣Z one", "",
    ],
)  # fmt: skip
def test_what_bears_no_instant_was_not_printed_by_the_container(line: str) -> None:
    assert container_logs.lines(f"{line}\n".encode(), POD, "daprd") == ()


def test_a_line_that_is_no_text_hides_no_other() -> None:
    lines = container_logs.lines(b"2026-11-23T12:00:00Z \xff\xfe\n2026-11-23T12:00:01Z two\n", POD, "daprd")

    assert [line.text for line in lines] == ["��", "two"]
