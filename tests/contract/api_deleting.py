"""Deletion: what it answers, who is waited for, and what must hold first."""

from typing import Final

from tests.contract.api_world import JSON_PATCH, Api, Case, Object, a_configmap, a_deployment, a_pod

NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def options(**more: object) -> Object:
    return {"kind": "DeleteOptions", "apiVersion": "v1", **more}


async def a_deletion_is_answered_with_what_was_done(api: Api) -> None:
    created = await api.create("configmaps", a_configmap())
    deployment = await api.create("deployments", a_deployment())

    answer, other = await api.delete("configmaps", "x"), await api.delete("deployments", "d")

    assert (answer.status, answer.body["kind"], answer.body["status"]) == (200, "Status", "Success")
    assert answer.body["details"] == {"name": "x", "kind": "configmaps", "uid": created["metadata"]["uid"]}
    assert other.body["details"] == {"name": "d", "group": "apps", "kind": "deployments", "uid": deployment["metadata"]["uid"]}
    assert (await api.get("configmaps", "x")).status == 404


async def a_deletion_of_another_object_of_that_name_conflicts(api: Api) -> None:
    created = await api.create("configmaps", a_configmap())

    uid = await api.delete("configmaps", "x", options(preconditions={"uid": NOBODY}))
    version = await api.delete("configmaps", "x", options(preconditions={"resourceVersion": "1"}))
    right = await api.delete("configmaps", "x", options(preconditions={"uid": created["metadata"]["uid"]}))

    assert [(answer.status, answer.reason) for answer in (uid, version)] == [(409, "Conflict")] * 2
    assert f"the UID in the precondition ({NOBODY}) does not match the UID in record ({created['metadata']['uid']})" in uid.message
    assert "the ResourceVersion in the precondition (1) does not match" in version.message
    assert right.status == 200


async def what_has_a_finalizer_waits_for_it(api: Api) -> None:
    await api.create("configmaps", {"metadata": {"name": "x", "finalizers": ["example.org/wait"]}})

    marked = await api.delete("configmaps", "x")
    waiting = await api.get("configmaps", "x")
    await api.patch("configmaps", "x", [{"op": "remove", "path": "/metadata/finalizers"}], kind=JSON_PATCH)

    assert (marked.status, marked.body["kind"]) == (200, "ConfigMap")
    assert "deletionTimestamp" in waiting.body["metadata"]
    assert (await api.get("configmaps", "x")).status == 404


async def a_pod_on_a_node_is_waited_for_and_another_is_not(api: Api) -> None:
    await api.create("pods", a_pod("placed", node="n1"))
    await api.create("pods", a_pod("loose"))
    await api.create("pods", a_pod("hurried", node="n1"))

    placed, loose = await api.delete("pods", "placed"), await api.delete("pods", "loose")
    hurried = await api.delete("pods", "hurried", options(gracePeriodSeconds=0))

    assert [answer.body["kind"] for answer in (placed, loose, hurried)] == ["Pod"] * 3
    assert placed.body["metadata"]["deletionGracePeriodSeconds"] == 30
    assert (await api.get("pods")).names == ["placed"]


async def a_collection_is_deleted_at_once(api: Api) -> None:
    for name in ("a", "b"):
        await api.create("configmaps", a_configmap(name))

    answer = await api.ask("DELETE", "configmaps")

    assert (answer.status, answer.body["kind"]) == (200, "ConfigMapList")
    assert (await api.get("configmaps")).names == []


CASES: Final[tuple[Case, ...]] = (
    a_deletion_is_answered_with_what_was_done,
    a_deletion_of_another_object_of_that_name_conflicts,
    what_has_a_finalizer_waits_for_it,
    a_pod_on_a_node_is_waited_for_and_another_is_not,
    a_collection_is_deleted_at_once,
)
