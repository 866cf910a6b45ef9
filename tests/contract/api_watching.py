"""Watches: where they begin, what they tell, in which order, and how they end."""

from typing import Final

from tests.contract.api_listing import PARTIAL
from tests.contract.api_world import Api, Case, Object, a_configmap, a_pod

ONE: Final = "metadata.name=x"
ENDED: Final = {"k8s.io/initial-events-end": "true"}


def seen(events: list[Object]) -> list[tuple[str, str, str]]:
    return [(event["type"], event["object"]["metadata"]["name"], event["object"].get("data", {}).get("a", "")) for event in events]


async def a_watch_without_a_version_begins_with_the_present_state(api: Api) -> None:
    for name in ("x", "y"):
        await api.create("configmaps", a_configmap(name, a="1"))

    assert seen(await api.told("configmaps")) == [("ADDED", "x", "1"), ("ADDED", "y", "1")]
    assert seen(await api.told("configmaps", resourceVersion="0")) == [("ADDED", "x", "1"), ("ADDED", "y", "1")]


async def a_watch_tells_changes_as_they_happen_and_in_order(api: Api) -> None:
    version = (await api.get("configmaps")).version
    async with api.watching("configmaps", resourceVersion=version) as watching:
        await api.create("configmaps", a_configmap(a="1"))
        await api.create("configmaps", a_configmap("y"))
        await api.put("configmaps", "x", a_configmap(a="2"))
        await api.put("configmaps", "x", a_configmap(a="2"))
        await api.delete("configmaps", "x")
        events = [await watching.next() for _ in range(4)]

    assert seen(events) == [("ADDED", "x", "1"), ("ADDED", "y", ""), ("MODIFIED", "x", "2"), ("DELETED", "x", "2")]
    versions = [int(event["object"]["metadata"]["resourceVersion"]) for event in events]
    assert versions == sorted(set(versions))
    assert versions[0] > int(version)


async def a_watch_from_a_version_tells_what_happened_since(api: Api) -> None:
    created = await api.create("configmaps", a_configmap(a="1"))
    await api.put("configmaps", "x", a_configmap(a="2"))
    await api.delete("configmaps", "x")

    events = await api.told("configmaps", resourceVersion=created["metadata"]["resourceVersion"])

    assert seen(events) == [("MODIFIED", "x", "2"), ("DELETED", "x", "2")]


async def a_watch_of_one_object_tells_of_that_one_only(api: Api) -> None:
    version = (await api.get("configmaps")).version
    for name in ("x", "y"):
        await api.create("configmaps", a_configmap(name))

    assert seen(await api.told("configmaps", fieldSelector=ONE, resourceVersion=version)) == [("ADDED", "x", "")]


async def what_begins_or_ceases_to_match_is_added_or_deleted(api: Api) -> None:
    version = (await api.get("configmaps")).version
    await api.create("configmaps", a_configmap(a="1"))
    await api.patch("configmaps", "x", {"metadata": {"labels": {"colour": "red"}}, "data": {"a": "2"}})
    await api.patch("configmaps", "x", {"data": {"a": "3"}})
    last = (await api.patch("configmaps", "x", {"metadata": {"labels": {"colour": "blue"}}, "data": {"a": "4"}})).body
    await api.delete("configmaps", "x")

    events = await api.told("configmaps", labelSelector="colour=red", resourceVersion=version)

    # What has left is told as it was, at the version with which it left.
    assert seen(events) == [("ADDED", "x", "2"), ("MODIFIED", "x", "3"), ("DELETED", "x", "3")]
    assert events[-1]["object"]["metadata"]["resourceVersion"] == last["metadata"]["resourceVersion"]


async def a_pod_that_changes_its_phase_leaves_the_watch_of_that_phase(api: Api) -> None:
    version = (await api.get("pods")).version
    pod = await api.create("pods", a_pod("p"))
    await api.put("pods", "p/status", {**pod, "status": {"phase": "Running"}})

    events = await api.told("pods", fieldSelector="status.phase=Pending", resourceVersion=version)

    assert [event["type"] for event in events] == ["ADDED", "DELETED"]


async def bookmarks_end_the_present_state_for_whom_wants_them(api: Api) -> None:
    created = await api.create("configmaps", a_configmap())

    asked = await api.told("configmaps", fieldSelector=ONE, allowWatchBookmarks="true", accept=PARTIAL)
    explicit = await api.told(
        "configmaps", fieldSelector=ONE, allowWatchBookmarks="true", sendInitialEvents="true", resourceVersionMatch="NotOlderThan"
    )
    from_there = await api.told("configmaps", allowWatchBookmarks="true", resourceVersion=created["metadata"]["resourceVersion"])

    assert [event["type"] for event in asked] == ["ADDED", "BOOKMARK"]
    assert [(event["object"]["kind"], event["object"]["apiVersion"]) for event in asked] == [
        ("PartialObjectMetadata", "meta.k8s.io/v1")
    ] * 2
    assert asked[1]["object"]["metadata"]["annotations"] == ENDED
    assert int(asked[1]["object"]["metadata"]["resourceVersion"]) >= int(created["metadata"]["resourceVersion"])
    assert [(event["type"], event["object"]["kind"]) for event in explicit] == [("ADDED", "ConfigMap"), ("BOOKMARK", "ConfigMap")]
    assert from_there == []


async def initial_events_are_asked_for_properly(api: Api) -> None:
    answer = await api.get("configmaps", watch="true", timeoutSeconds="1", sendInitialEvents="true")

    assert (answer.status, answer.reason) == (422, "Invalid")
    assert "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan" in answer.message


async def a_watch_from_a_forgotten_version_is_one_error(api: Api) -> None:
    # Of a custom kind, whose past begins with its CRD; that of the built-in ones begins with the server.
    (event,) = await api.told("/apis/dapr.io/v1alpha1/configurations", resourceVersion="1")

    status = event["object"]
    assert (event["type"], status["kind"], status["status"], status["code"]) == ("ERROR", "Status", "Failure", 410)
    assert status["reason"] == "Expired"
    assert status["message"].startswith("too old resource version: 1 (")


async def a_watch_ends_in_good_order_when_its_time_is_up(api: Api) -> None:
    version = (await api.get("configmaps")).version

    async with api.watching("configmaps", resourceVersion=version, timeoutSeconds="1") as watching:
        assert [event async for event in watching.events] == []


async def a_watch_that_cannot_begin_is_refused_before_it_streams(api: Api) -> None:
    field = await api.get("configmaps", watch="true", fieldSelector="data.a=1")
    version = await api.get("configmaps", watch="true", resourceVersion="new")
    seconds = await api.get("configmaps", watch="true", timeoutSeconds="0.05")

    assert [answer.status for answer in (field, version, seconds)] == [400, 500, 400]


CASES: Final[tuple[Case, ...]] = (
    a_watch_without_a_version_begins_with_the_present_state,
    a_watch_tells_changes_as_they_happen_and_in_order,
    a_watch_from_a_version_tells_what_happened_since,
    a_watch_of_one_object_tells_of_that_one_only,
    what_begins_or_ceases_to_match_is_added_or_deleted,
    a_pod_that_changes_its_phase_leaves_the_watch_of_that_phase,
    bookmarks_end_the_present_state_for_whom_wants_them,
    initial_events_are_asked_for_properly,
    a_watch_from_a_forgotten_version_is_one_error,
    a_watch_ends_in_good_order_when_its_time_is_up,
    a_watch_that_cannot_begin_is_refused_before_it_streams,
)
