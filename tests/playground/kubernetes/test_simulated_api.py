"""The simulated API server over HTTP, as any client sees it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from playground.kubernetes import ADMIN_TOKEN, Effect, Rule, SimulatedCluster, kinds
from playground.kubernetes.selectors import selects
from playground.kubernetes.status import Refusal
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


async def test_objects_are_created_read_replaced_patched_and_deleted(client: httpx.AsyncClient) -> None:
    created = await client.post(CONFIGMAPS, json={"metadata": {"name": "x"}, "data": {"a": "1"}})
    read = await client.get(f"{CONFIGMAPS}/x")
    replaced = await client.put(f"{CONFIGMAPS}/x", json={"data": {"a": "2"}}, params={"fieldManager": "somebody"})
    merge = {"Content-Type": "application/merge-patch+json"}
    patched = await client.patch(f"{CONFIGMAPS}/x", content=json.dumps({"data": {"b": "3"}}), headers=merge)
    deleted = await client.delete(f"{CONFIGMAPS}/x")
    gone = await client.get(f"{CONFIGMAPS}/x")

    assert [one.status_code for one in (created, read, replaced, patched, deleted, gone)] == [201, 200, 200, 200, 200, 404]
    assert read.json() == created.json()
    assert patched.json()["data"] == {"a": "2", "b": "3"}
    assert [entry["manager"] for entry in patched.json()["metadata"]["managedFields"]] == ["somebody", "curl"]
    assert (gone.json()["kind"], gone.json()["reason"]) == ("Status", "NotFound")


async def test_a_put_with_an_old_version_conflicts(client: httpx.AsyncClient) -> None:
    created = (await client.post(CONFIGMAPS, json=a_configmap(a="1"))).json()
    await client.put(f"{CONFIGMAPS}/x", json={**created, "data": {"a": "2"}})

    answer = await client.put(f"{CONFIGMAPS}/x", json={**created, "data": {"a": "3"}})

    assert (answer.status_code, answer.json()["reason"]) == (409, "Conflict")


@pytest.mark.parametrize(
    ("method", "path", "content", "code"),
    [
        ("POST", CONFIGMAPS, "not json", 400),
        ("POST", CONFIGMAPS, "{}", 422),
        ("PATCH", f"{CONFIGMAPS}/x", "{}", 415),
        ("PUT", f"{CONFIGMAPS}/absent", "{}", 404),
        ("GET", f"{CONFIGMAPS}?labelSelector=%3D%3D", "", 400),
        ("GET", f"{CONFIGMAPS}?fieldSelector=status.phase%3DRunning", "", 400),
        ("GET", f"{CONFIGMAPS}?limit=1&continue=nonsense", "", 400),
        ("GET", "/apis/unknown.example/v1/things", "", 404),
        ("GET", "/healthz", "", 404),
    ],
)
async def test_what_cannot_be_done_is_refused(client: httpx.AsyncClient, method: str, path: str, content: str, code: int) -> None:
    assert (await client.request(method, path, content=content)).status_code == code


async def test_pages_are_one_consistent_list(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    for number in range(5):
        kube.put(a_configmap(f"c{number}"))

    first = (await client.get(CONFIGMAPS, params={"limit": 2})).json()
    kube.put(a_configmap("c9"))
    kube.delete("ConfigMap", "c4", "n")
    second = (await client.get(CONFIGMAPS, params={"limit": 2, "continue": first["metadata"]["continue"]})).json()
    third = (await client.get(CONFIGMAPS, params={"limit": 2, "continue": second["metadata"]["continue"]})).json()

    names = [item["metadata"]["name"] for page in (first, second, third) for item in page["items"]]
    assert names == ["c0", "c1", "c2", "c3", "c4"]
    assert (first["kind"], first["metadata"]["remainingItemCount"], "continue" in third["metadata"]) == ("ConfigMapList", 3, False)
    assert first["metadata"]["resourceVersion"] == third["metadata"]["resourceVersion"]


async def test_a_forgotten_continue_token_is_gone(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    for number in range(3):
        kube.put(a_configmap(f"c{number}"))
    first = (await client.get(CONFIGMAPS, params={"limit": 2})).json()
    kube.compact()

    answer = await client.get(CONFIGMAPS, params={"limit": 2, "continue": first["metadata"]["continue"]})

    assert (answer.status_code, answer.json()["reason"]) == (410, "Expired")


async def test_only_the_metadata_is_sent_to_whom_asks_for_it(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.put(a_configmap(a="1"))
    accept = {"Accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"}

    answer = (await client.get(f"{CONFIGMAPS}/x", headers=accept)).json()

    assert (answer["kind"], "data" in answer, answer["metadata"]["name"]) == ("PartialObjectMetadata", False, "x")


async def test_a_token_may_do_what_its_rules_allow_and_nothing_else(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.put(a_configmap())
    token = kube.token("system:serviceaccount:a:b", Rule(verbs=("get",), resources=("configmaps",), names=("x",), namespace="n"))
    headers = {"Authorization": f"Bearer {token}"}

    read = await client.get(f"{CONFIGMAPS}/x", headers=headers)
    listed = await client.get(CONFIGMAPS, headers=headers)
    elsewhere = await client.get("/api/v1/namespaces/m/configmaps/x", headers=headers)
    stranger = await client.get(f"{CONFIGMAPS}/x", headers={"Authorization": "Bearer nobody"})

    assert [one.status_code for one in (read, listed, elsewhere, stranger)] == [200, 403, 403, 401]
    assert listed.json()["message"] == (
        'configmaps is forbidden: User "system:serviceaccount:a:b" cannot list resource "configmaps" in API group "" in the namespace "n"'
    )
    assert elsewhere.json()["message"].startswith('configmaps "x" is forbidden: User')


async def test_a_name_in_the_field_selector_is_a_name_for_the_rules(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {kube.token('a', Rule(verbs=('list',), names=('x',)))}"}

    named = await client.get(CONFIGMAPS, params={"fieldSelector": "metadata.name=x"}, headers=headers)
    other = await client.get(CONFIGMAPS, params={"fieldSelector": "metadata.name=y"}, headers=headers)

    assert [named.status_code, other.status_code] == [200, 403]


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


async def test_a_watch_from_a_version_tells_what_happened_since(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    version = kube.put(a_configmap(a="1"))["metadata"]["resourceVersion"]
    kube.put(a_configmap(a="2"))
    kube.put(a_configmap("other"))

    (event,) = await events(client, 1, resourceVersion=version, fieldSelector="metadata.name=x", timeoutSeconds="1")

    assert (event["type"], event["object"]["data"]) == ("MODIFIED", {"a": "2"})


async def test_a_watch_from_a_forgotten_version_is_one_error(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    version = kube.put(a_configmap(a="1"))["metadata"]["resourceVersion"]
    kube.compact()

    found = await events(client, 2, resourceVersion=version)

    assert [(event["type"], event["object"]["code"]) for event in found] == [("ERROR", 410)]


async def test_a_watch_ends_when_its_time_is_up(client: httpx.AsyncClient) -> None:
    assert await events(client, 1, timeoutSeconds="0.05") == []


async def test_faults_count_down_and_can_be_healed(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.put(a_configmap())
    kube.fault(Effect.ERROR, verb="get", times=1)
    lasting = kube.fault(Effect.FORBID, resource="secrets")

    codes = [(await client.get(f"{CONFIGMAPS}/x")).status_code for _ in range(2)]
    secrets = (await client.get("/api/v1/secrets")).status_code
    kube.heal(lasting)

    assert (codes, secrets, (await client.get("/api/v1/secrets")).status_code) == ([500, 200], 403, 200)


async def test_pods_serve_through_the_proxy_what_they_were_given(kube: SimulatedCluster, client: httpx.AsyncClient) -> None:
    kube.serve("p", 9090, lambda: "page", namespace="n")

    served = await client.get("/api/v1/namespaces/n/pods/p:9090/proxy/metrics")
    refused = await client.get("/api/v1/namespaces/n/pods/q:9090/proxy/metrics")

    assert (served.text, refused.status_code) == ("page", 503)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ("", "abc"),
        ("app=x", "a"),
        ("app==x", "a"),
        ("app!=x", "bc"),
        ("app in (x,y)", "ab"),
        ("app notin (x, y)", "c"),
        ("app", "ab"),
        ("!app", "c"),
        ("app in (x,y),tier=front", "b"),
    ],
)
def test_label_selectors_select_as_in_kubernetes(labels: str, names: str) -> None:
    objects = {"a": {"app": "x"}, "b": {"app": "y", "tier": "front"}, "c": {}}
    accepts = selects(labels, "")

    assert "".join(name for name, own in objects.items() if accepts({"metadata": {"name": name, "labels": own}})) == names


def test_field_selectors_know_name_and_namespace_only() -> None:
    obj = {"metadata": {"name": "a", "namespace": "n"}}

    assert selects("", "metadata.name=a,metadata.namespace!=m")(obj)
    assert not selects("", "metadata.name=b")(obj)
    with pytest.raises(Refusal):
        selects("", "spec.nodeName=x")


def test_an_unknown_kind_cannot_be_put() -> None:
    with pytest.raises(LookupError, match="batch/v1 Job"):
        kinds.by_name("batch/v1", "Job")
