"""The simulated API server over HTTP, as any client sees it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from playground.kubernetes import ADMIN_TOKEN, Effect, SimulatedCluster, kinds
from playground.kubernetes.logs import Logs
from tests.certificates import NOW
from tests.contract.waiting import until

CONFIGMAPS = "/api/v1/namespaces/n/configmaps"


@pytest.fixture
async def kube() -> AsyncGenerator[SimulatedCluster]:
    async with SimulatedCluster() as simulated:
        yield simulated


@pytest.fixture
async def client(kube: SimulatedCluster) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=kube.url, headers={"Authorization": f"Bearer {ADMIN_TOKEN}", "User-Agent": "curl/8"}) as opened:
        yield opened


def a_configmap(name: str = "x", labels: dict[str, str] | None = None, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "n", "labels": labels or {}}, "data": data}


async def test_a_forgotten_continue_token_is_gone(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    for number in range(3):
        kube.put(a_configmap(f"c{number}"))
    first = (await client.get(CONFIGMAPS, params={"limit": 2})).json()
    kube.compact()

    answer = await client.get(CONFIGMAPS, params={"limit": 2, "continue": first["metadata"]["continue"]})

    assert (answer.status_code, answer.json()["reason"]) == (410, "Expired")


async def events(client: httpx.AsyncClient, count: int, **params: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with client.stream("GET", CONFIGMAPS, params={"watch": "true", **params}) as response:
        async for line in response.aiter_lines():
            found.append(json.loads(line))
            if len(found) == count:
                break
    return found


async def test_a_watch_begins_with_the_present_state_and_goes_on(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.put(a_configmap(a="1"))

    async def change() -> None:
        await until(lambda: kube.open_watches == 1)
        kube.put(a_configmap(a="2"))
        kube.put({**a_configmap(), "metadata": {"name": "x", "namespace": "other"}})
        kube.delete("ConfigMap", "x", "n")

    async with asyncio.TaskGroup() as group:
        watched = group.create_task(events(client, 3))
        group.create_task(change())

    assert [(event["type"], event["object"]["data"]) for event in watched.result()] == [
        ("ADDED", {"a": "1"}),
        ("MODIFIED", {"a": "2"}),
        ("DELETED", {"a": "2"}),
    ]


async def test_a_watch_from_a_forgotten_version_is_one_error(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    version = kube.put(a_configmap(a="1"))["metadata"]["resourceVersion"]
    kube.compact()

    found = await events(client, 2, resourceVersion=version)

    assert [(event["type"], event["object"]["code"]) for event in found] == [("ERROR", 410)]


async def test_faults_count_down_and_can_be_healed(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.put(a_configmap())
    kube.fault(Effect.ERROR, verb="get", times=1)
    lasting = kube.fault(Effect.FORBID, resource="secrets")

    codes = [(await client.get(f"{CONFIGMAPS}/x")).status_code for _ in range(2)]
    secrets = (await client.get("/api/v1/secrets")).status_code
    kube.heal(lasting)

    assert (codes, secrets, (await client.get("/api/v1/secrets")).status_code) == ([500, 200], 403, 200)


async def test_pods_serve_through_the_proxy_what_they_were_given(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.put({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}})
    kube.serve("p", 9090, lambda: "page", namespace="n")

    served, refused, absent = [
        await client.get(f"/api/v1/namespaces/n/pods/{place}/proxy/metrics") for place in ("p:9090", "p:1", "q:9090")
    ]

    assert (served.text, refused.status_code, absent.status_code) == ("page", 503, 404)


async def test_logs_are_given_by_container_and_try(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    put_a_pod(kube, {"name": "app", "state": {"running": {}}}, {"name": "daprd", "state": {"running": {}}})
    kube.log("p", "one\ntwo\n", namespace="n", container="daprd")
    kube.log("p", "fatal\n", namespace="n", container="daprd", previous=True)

    assert await the_log(client, container="daprd") == (200, "one\ntwo\n")
    assert await the_log(client, container="daprd", tailLines="1") == (200, "two\n")
    assert await the_log(client, container="daprd", tailLines="0") == (200, "")
    assert await the_log(client, container="daprd", tailLines="9") == (200, "one\ntwo\n")
    assert await the_log(client, container="daprd", limitBytes="5") == (200, "one\nt")
    assert await the_log(client, container="daprd", previous="true") == (200, "fatal\n")
    assert await the_log(client, container="app") == (200, "")
    assert await the_log(client, container="app", previous="true") == (
        400, 'previous terminated container "app" in pod "p" not found',
    )  # fmt: skip


async def test_a_container_that_has_not_run_has_no_log_for_a_reason(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    waits = {"app": "CreateContainerConfigError", "daprd": "ImagePullBackOff"}
    put_a_pod(kube, *({"name": name, "state": {"waiting": {"reason": reason}}} for name, reason in waits.items()))

    assert await the_log(client, container="app") == (400, 'container "app" in pod "p" is waiting to start: CreateContainerConfigError')
    assert await the_log(client, container="daprd") == (
        400, 'container "daprd" in pod "p" is waiting to start: trying and failing to pull image',
    )  # fmt: skip


async def test_of_a_container_that_no_kubelet_has_told_of_there_is_no_log(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    put_a_pod(kube)

    assert await the_log(client, container="app") == (400, 'container "app" in pod "p" is not available')


async def test_each_line_of_a_log_keeps_the_time_at_which_it_was_printed(kube: SimulatedCluster) -> None:
    put_a_pod(kube)
    times = iter((NOW, NOW + timedelta(microseconds=1_500)))
    logs = Logs(lambda: next(times))
    logs.write(("n", "p", "app", False), "one\n")
    logs.write(("n", "p", "app", False), "one\ntwo\n")

    assert logs.read(kube.get("Pod", "p", "n"), {"container": "app", "timestamps": "true"}) == (
        b"2026-11-23T12:00:00.000000000Z one\n2026-11-23T12:00:00.001500000Z two\n"
    )


def put_a_pod(kube: SimulatedCluster, *statuses: dict[str, Any]) -> None:
    spec = {"nodeName": "node-1", "containers": [{"name": "app"}], "initContainers": [{"name": "daprd"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"}, "spec": spec}
    kube.put({**pod, "status": {"containerStatuses": list(statuses)}})


async def the_log(client: httpx.AsyncClient, **query: str) -> tuple[int, str]:
    answer = await client.get("/api/v1/namespaces/n/pods/p/log", params=query)
    return answer.status_code, answer.json()["message"] if answer.status_code == 400 else answer.text


def test_an_unknown_kind_cannot_be_put() -> None:
    with pytest.raises(LookupError, match="batch/v1 Job"):
        kinds.by_name("batch/v1", "Job")


async def test_what_was_written_is_told_with_whether_it_named_a_version(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    found = kube.put(a_configmap(a="1"))
    path = f"{CONFIGMAPS}/x"
    named = {**found, "data": {"a": "2"}}
    merge = {"Content-Type": "application/merge-patch+json"}

    answers = [
        await client.put(path, json=named),
        await client.put(path, json=named),
        await client.put(path, json=a_configmap(a="3")),
        await client.patch(path, json={"data": {"a": "4"}}, headers=merge),
    ]

    assert [one.status_code for one in answers] == [200, 409, 200, 200]
    assert [(one.verb, one.where.name, one.conditional, one.object["data"]["a"]) for one in kube.written] == [
        ("update", "x", True, "2"),
        ("update", "x", False, "3"),
        ("patch", "x", False, "4"),
    ]
