"""What a pod leaves behind: events of both generations, and what the API server itself says about logs, before any kubelet is asked."""

from typing import Any, Final

from tests.contract.api_world import Api, Case, a_pod

OPTIONS: Final = 'PodLogOptions "p" is invalid: '


def an_event(api: Api, name: str, *, type_: str = "Warning", **fields: Any) -> dict[str, Any]:
    involved = {"kind": "Pod", "namespace": api.namespace, "name": "p"}
    told = {"reason": "BackOff", "message": "Back-off restarting failed container", "type": type_}
    return {"metadata": {"name": name}, "involvedObject": involved, **told, **fields}


async def events_are_selected_by_their_type(api: Api) -> None:
    for name, type_ in (("a", "Warning"), ("b", "Normal"), ("c", "Warning"), ("d", "Warning")):
        await api.create("events", an_event(api, name, type_=type_))

    first = await api.get("events", fieldSelector="type=Warning", limit="2")
    rest = await api.get("events", fieldSelector="type=Warning", limit="2", **{"continue": first.body["metadata"]["continue"]})

    assert (first.body["kind"], first.names, rest.names) == ("EventList", ["a", "c"], ["d"])
    assert (await api.get("events", fieldSelector="type=Warning,involvedObject.name=q")).names == []


async def an_event_has_the_times_of_the_client_that_wrote_it(api: Api) -> None:
    at, exactly = "2026-11-23T12:00:00Z", "2026-11-23T12:00:00.123456Z"
    await api.create("events", an_event(api, "older", count=4, firstTimestamp=at, lastTimestamp=at))
    who = {"action": "Pulling", "reportingComponent": "kubelet", "reportingInstance": "node-1"}
    await api.create("events", an_event(api, "newer", eventTime=exactly, series={"count": 3, "lastObservedTime": exactly}, **who))

    older, newer = [(await api.get("events", name)).body for name in ("older", "newer")]

    assert (older["count"], older["lastTimestamp"], older.get("eventTime"), older.get("series")) == (4, at, None, None)
    assert (newer.get("count"), newer.get("lastTimestamp"), newer["eventTime"]) == (None, None, exactly)
    assert newer["series"] == {"count": 3, "lastObservedTime": exactly}


async def a_pod_that_no_node_has_taken_has_no_log(api: Api) -> None:
    await api.create("pods", a_pod("p"))

    answers = [
        await api.get("pods", "p/log", accept="application/json, */*", container="app", **query) for query in ({}, {"previous": "true"})
    ]

    assert [(answer.status, answer.response.content) for answer in answers] == [(204, b"")] * 2


async def a_log_is_that_of_a_container_of_the_pod(api: Api) -> None:
    pod = a_pod("p")
    pod["spec"]["containers"].append({"name": "daprd", "image": "i"})
    await api.create("pods", pod)

    unnamed, other = await api.get("pods", "p/log"), await api.get("pods", "p/log", accept="application/json, */*", container="other")

    assert (unnamed.status, unnamed.message) == (400, "a container name must be specified for pod p, choose one of: [app daprd]")
    assert (other.status, other.reason, other.message) == (400, "BadRequest", "container other is not valid for pod p")


async def how_much_of_a_log_is_wanted_must_make_sense(api: Api) -> None:
    await api.create("pods", a_pod("p"))

    few, little, word = [
        await api.get("pods", "p/log", container="app", **query) for query in ({"tailLines": "-1"}, {"limitBytes": "0"}, {"tailLines": "x"})
    ]

    assert (few.status, few.message) == (422, f"{OPTIONS}tailLines: Invalid value: -1: must be greater than or equal to 0")
    assert (little.status, little.message) == (422, f"{OPTIONS}limitBytes: Invalid value: 0: must be greater than 0")
    assert (word.status, word.reason) == (400, "BadRequest")


CASES: Final[tuple[Case, ...]] = (
    events_are_selected_by_their_type,
    an_event_has_the_times_of_the_client_that_wrote_it,
    a_pod_that_no_node_has_taken_has_no_log,
    a_log_is_that_of_a_container_of_the_pod,
    how_much_of_a_log_is_wanted_must_make_sense,
)
