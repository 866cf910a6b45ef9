"""Patches of all three kinds, and those that cannot be done."""

from typing import Any, Final

from tests.contract.api_world import (
    APPLY,
    JSON_PATCH,
    STRATEGIC,
    Api,
    Case,
    Object,
    a_configmap,
    a_configuration,
    a_deployment,
    a_pod,
)

REJECTED: Final = "the server rejected our request due to an error in our request"
APP: Final[Object] = {"name": "app", "image": "i", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}
DAPRD: Final[Object] = {"name": "daprd", "image": "j"}


def containers(deployment: Object) -> list[tuple[str, str, dict[str, str]]]:
    found: list[Object] = deployment["spec"]["template"]["spec"]["containers"]
    return [(one["name"], one["image"], {env["name"]: env["value"] for env in one.get("env", [])}) for one in found]


async def a_merge_patch_sets_merges_and_removes(api: Api) -> None:
    await api.create("configmaps", a_configmap(labels={"l": "1"}, a="1", b="2"))

    patched = (await api.patch("configmaps", "x", {"data": {"a": None, "c": "3"}, "metadata": {"labels": {"m": "2"}}})).body

    assert (patched["data"], patched["metadata"]["labels"]) == ({"b": "2", "c": "3"}, {"l": "1", "m": "2"})


async def a_merge_patch_replaces_lists(api: Api) -> None:
    await api.create("deployments", a_deployment("d", APP, DAPRD))

    patch = {"spec": {"template": {"spec": {"containers": [{"name": "new", "image": "k"}]}}}}
    patched = (await api.patch("deployments", "d", patch)).body

    assert containers(patched) == [("new", "k", {})]


async def a_json_patch_does_what_it_says(api: Api) -> None:
    await api.create("configmaps", {**a_configmap(a="1", b="2"), "metadata": {"name": "x", "annotations": {"a/b": "1"}}})
    operations = [
        {"op": "test", "path": "/data/a", "value": "1"},
        {"op": "test", "path": "/data/none", "value": None},
        {"op": "replace", "path": "/data/a", "value": "9"},
        {"op": "replace", "path": "/data/c", "value": "3"},
        {"op": "copy", "from": "/data/c", "path": "/data/d"},
        {"op": "move", "from": "/data/c", "path": "/data/e"},
        {"op": "copy", "from": "/data/none", "path": "/data/f"},
        {"op": "add", "path": "/data/g"},
        {"op": "remove", "path": "/data/b"},
        {"op": "replace", "path": "/metadata/annotations/a~1b", "value": "2"},
        {"op": "add", "path": "/metadata/finalizers", "value": ["a/a", "c/c"]},
        {"op": "add", "path": "/metadata/finalizers/1", "value": "b/b"},
        {"op": "add", "path": "/metadata/finalizers/-", "value": "d/d"},
        {"op": "replace", "path": "/metadata/finalizers/0", "value": "z/z"},
        {"op": "remove", "path": "/metadata/finalizers/-1"},
    ]

    patched = (await api.patch("configmaps", "x", operations, kind=JSON_PATCH)).body
    await api.patch("configmaps", "x", [{"op": "remove", "path": "/metadata/finalizers"}], kind=JSON_PATCH)

    assert patched["data"] == {"a": "9", "d": "3", "e": "3", "f": "", "g": ""}
    assert (patched["metadata"]["annotations"], patched["metadata"]["finalizers"]) == ({"a/b": "2"}, ["z/z", "b/b", "c/c"])


async def a_json_patch_that_cannot_be_done_does_nothing(api: Api) -> None:
    created = await api.create("configmaps", a_configmap(a="1"))
    impossible: tuple[Object, ...] = (
        {"op": "test", "path": "/data/a", "value": "2"},
        {"op": "test", "path": "/data/none", "value": "2"},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "1"},
        {"op": "replace", "path": "/none/a", "value": "2"},
        {"op": "replace", "path": "/metadata/finalizers/0", "value": "a/a"},
        {"op": "remove", "path": "/data/none"},
        {"op": "move", "from": "/data/none", "path": "/data/b"},
        {"op": "copy", "from": "/none/a", "path": "/data/b"},
        {"op": "add", "path": "/none/a", "value": "1"},
        {"op": "frob", "path": "/data/a"},
        {"op": "test", "path": "/data/a"},
        {"path": "/data/a", "value": "1"},
    )
    for operation in impossible:
        first = {"op": "add", "path": "/data/first", "value": "1"}
        answer = await api.patch("configmaps", "x", [first, operation], kind=JSON_PATCH)
        assert (operation, answer.status, answer.reason, answer.message) == (operation, 422, "Invalid", REJECTED)
    assert (await api.get("configmaps", "x")).body == created


async def a_json_patch_may_not_rename_or_go_back(api: Api) -> None:
    await api.create("configmaps", a_configmap(a="1"))

    async def replaced(field: str, value: str) -> int:
        operation = {"op": "replace", "path": f"/metadata/{field}", "value": value}
        return (await api.patch("configmaps", "x", [operation], kind=JSON_PATCH)).status

    assert [await replaced("name", "y"), await replaced("resourceVersion", "1")] == [400, 409]


async def patches_that_cannot_be_read_are_a_bad_request(api: Api) -> None:
    await api.create("configmaps", a_configmap())
    sent = (
        (JSON_PATCH, "no JSON"), (JSON_PATCH, {"op": "add"}), (JSON_PATCH, "[1]"),
        ("application/merge-patch+json", "no JSON"), ("application/merge-patch+json", "[]"), (STRATEGIC, "no JSON"),
    )  # fmt: skip

    for kind, patch in sent:
        answer = await api.patch("configmaps", "x", patch, kind=kind)
        assert (kind, patch, answer.status, answer.reason) == (kind, patch, 400, "BadRequest")


async def a_patch_of_an_unknown_format_is_not_supported(api: Api) -> None:
    await api.create("configmaps", a_configmap())
    await api.create("configurations", a_configuration())

    unknown = await api.patch("configmaps", "x", {}, kind="application/json")
    custom = await api.patch("configurations", "c", {"spec": {}}, kind=STRATEGIC)

    assert (unknown.status, unknown.reason, unknown.message) == (415, "UnsupportedMediaType", "415: Unsupported Media Type")
    assert (custom.status, custom.reason) == (415, "UnsupportedMediaType")
    assert "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml" in custom.message


async def an_apply_without_a_name_is_invalid(api: Api) -> None:
    await api.create("configmaps", a_configmap())

    answer = await api.patch("configmaps", "x", {}, kind=APPLY)

    assert (answer.status, answer.reason) == (422, "Invalid")
    assert answer.message == 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'


async def a_strategic_patch_merges_containers_and_their_environment_by_name(api: Api) -> None:
    await api.create("deployments", a_deployment("d", APP, DAPRD))

    env = [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]
    patched = await strategic(api, {"containers": [{"name": "app", "env": env}]})

    assert containers(patched) == [("app", "i", {"A": "1", "B": "3", "C": "4"}), ("daprd", "j", {})]
    assert list(containers(patched)[0][2]) == ["A", "B", "C"]
    assert patched["metadata"]["generation"] == 2


async def a_strategic_patch_deletes_adds_orders_and_replaces(api: Api) -> None:
    await api.create("deployments", a_deployment("d", APP, DAPRD))

    fewer = await strategic(api, {"containers": [{"name": "app", "env": [{"name": "B", "$patch": "delete"}]}]})
    more = await strategic(api, {"containers": [{"name": "new", "image": "k"}]})
    order = [{"name": "new"}, {"name": "app"}]
    ordered = await strategic(api, {"containers": [{"$patch": "delete", "name": "daprd"}], "$setElementOrder/containers": order})
    replaced = await strategic(api, {"$patch": "replace", "containers": [{"name": "z", "image": "k"}]})

    assert containers(fewer)[0] == ("app", "i", {"A": "1"})
    assert [name for name, *_ in containers(more)] == ["new", "app", "daprd"]
    assert [name for name, *_ in containers(ordered)] == ["new", "app"]
    assert containers(replaced) == [("z", "k", {})]


async def a_strategic_patch_removes_what_is_null(api: Api) -> None:
    await api.create("deployments", a_deployment("d", APP))
    annotate = {"spec": {"template": {"metadata": {"annotations": {"restartedAt": "now"}}}}}
    remove = {"spec": {"template": {"metadata": {"annotations": {"restartedAt": None}}}}}

    annotated = (await api.patch("deployments", "d", annotate, kind=STRATEGIC)).body
    removed = (await api.patch("deployments", "d", remove, kind=STRATEGIC)).body
    image = await strategic(api, {"containers": [{"name": "app", "env": None}]})

    assert annotated["spec"]["template"]["metadata"]["annotations"] == {"restartedAt": "now"}
    assert "annotations" not in removed["spec"]["template"]["metadata"] or removed["spec"]["template"]["metadata"]["annotations"] == {}
    assert containers(image) == [("app", "i", {})]


async def a_strategic_patch_without_the_key_of_an_element_fails(api: Api) -> None:
    await api.create("deployments", a_deployment("d", APP))

    patch = {"spec": {"template": {"spec": {"containers": [{"image": "nameless"}]}}}}
    answer = await api.patch("deployments", "d", patch, kind=STRATEGIC)

    assert (answer.status, answer.message) == (500, "map: map[image:nameless] does not contain declared merge key: name")


async def a_strategic_patch_merges_conditions_by_type_and_replaces_statuses(api: Api) -> None:
    await api.create("pods", a_pod("p"))

    async def told(status: Object) -> Any:
        answer = await api.patch("pods", "p/status", {"status": status}, kind=STRATEGIC)
        assert answer.status == 200, answer.body
        return answer.body["status"]

    await told({"conditions": [{"type": "Ready", "status": "False"}]})
    await told({"conditions": [{"type": "Other", "status": "True"}]})
    merged = await told({"conditions": [{"type": "Ready", "status": "True"}]})
    app = {"name": "app", "ready": True, "restartCount": 0, "image": "i", "imageID": ""}
    await told({"containerStatuses": [app, {**app, "name": "daprd"}]})
    replaced = await told({"containerStatuses": [{**app, "ready": False}]})

    assert [(one["type"], one["status"]) for one in merged["conditions"]] == [("Other", "True"), ("Ready", "True")]
    assert [(one["name"], one["ready"]) for one in replaced["containerStatuses"]] == [("app", False)]


async def strategic(api: Api, pod_spec: Object) -> Object:
    answer = await api.patch("deployments", "d", {"spec": {"template": {"spec": pod_spec}}}, kind=STRATEGIC)
    assert answer.status == 200, answer.body
    return answer.body


CASES: Final[tuple[Case, ...]] = (
    a_merge_patch_sets_merges_and_removes,
    a_merge_patch_replaces_lists,
    a_json_patch_does_what_it_says,
    a_json_patch_that_cannot_be_done_does_nothing,
    a_json_patch_may_not_rename_or_go_back,
    patches_that_cannot_be_read_are_a_bad_request,
    a_patch_of_an_unknown_format_is_not_supported,
    an_apply_without_a_name_is_invalid,
    a_strategic_patch_merges_containers_and_their_environment_by_name,
    a_strategic_patch_deletes_adds_orders_and_replaces,
    a_strategic_patch_removes_what_is_null,
    a_strategic_patch_without_the_key_of_an_element_fails,
    a_strategic_patch_merges_conditions_by_type_and_replaces_statuses,
)
