"""Objects created, replaced and deleted: versions, identities, authors, and what is not let in."""

import asyncio
from typing import Final

from tests.contract.api_world import AGENT, Api, Case, Object, a_configmap, a_configuration, a_deployment, a_pod

NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def authors(obj: Object) -> dict[str, set[str]]:
    """Which manager owns which keys of data."""
    managed = obj["metadata"]["managedFields"]
    return {entry["manager"]: set(entry["fieldsV1"].get("f:data", {})) - {"."} for entry in managed}


async def an_object_gets_identity_age_and_version(api: Api) -> None:
    created = await api.create("configmaps", a_configmap(a="1"))

    metadata = created["metadata"]
    assert (created["kind"], created["apiVersion"], metadata["namespace"]) == ("ConfigMap", "v1", api.namespace)
    assert len(metadata["uid"]) == len(NOBODY)
    assert int(metadata["resourceVersion"]) > 0
    assert metadata["creationTimestamp"].endswith("Z")
    assert "generation" not in metadata
    assert (await api.get("configmaps", "x")).body == created


async def every_change_has_a_higher_version_and_no_change_has_none(api: Api) -> None:
    created = await api.create("configmaps", a_configmap(a="1"))
    same = (await api.put("configmaps", "x", a_configmap(a="1"), fieldManager="somebody")).body
    changed = (await api.put("configmaps", "x", a_configmap(a="2"))).body
    patched = (await api.patch("configmaps", "x", {"data": {"a": "2"}}, fieldManager="somebody")).body

    assert same == created
    assert int(changed["metadata"]["resourceVersion"]) > int(created["metadata"]["resourceVersion"])
    assert changed["metadata"]["uid"] == created["metadata"]["uid"]
    assert changed["metadata"]["creationTimestamp"] == created["metadata"]["creationTimestamp"]
    assert patched == changed


async def a_writer_is_known_by_the_fields_it_changed(api: Api) -> None:
    await api.create("configmaps", a_configmap(a="1", b="1"), fieldManager="helm")
    changed = (await api.put("configmaps", "x", a_configmap(a="2", b="1"), fieldManager="sentry")).body
    taken = (await api.put("configmaps", "x", a_configmap(a="2", b="2"), fieldManager="sentry")).body
    gone = (await api.patch("configmaps", "x", {"data": None})).body

    (entry,) = (entry for entry in changed["metadata"]["managedFields"] if entry["manager"] == "sentry")
    assert (entry["operation"], entry["apiVersion"], entry["fieldsType"]) == ("Update", "v1", "FieldsV1")
    assert entry["fieldsV1"] == {"f:data": {"f:a": {}}}
    assert entry["time"] >= changed["metadata"]["creationTimestamp"]
    assert authors(changed) == {"helm": {"f:b"}, "sentry": {"f:a"}}
    # Whose last key was taken still owns the map that it made.
    assert {entry["manager"]: entry["fieldsV1"] for entry in taken["metadata"]["managedFields"]} == {
        "helm": {"f:data": {}}, "sentry": {"f:data": {"f:a": {}, "f:b": {}}},
    }  # fmt: skip
    assert ("data" in gone, gone["metadata"].get("managedFields", [])) == (False, [])


async def a_writers_time_moves_with_every_value_that_it_changes(api: Api) -> None:
    (first,) = (await api.create("configmaps", a_configmap(a="0"), fieldManager="sentry"))["metadata"]["managedFields"]
    again, writes = first, 0

    # Times have whole seconds: written until the next one has come.
    async with asyncio.timeout(5):
        while again["time"] == first["time"]:
            writes += 1
            changed = await api.put("configmaps", "x", a_configmap(a=str(writes)), fieldManager="sentry")
            (again,) = changed.body["metadata"]["managedFields"]

    assert again == {**first, "time": again["time"]}
    assert again["time"] > first["time"]


async def a_writer_without_a_name_is_called_by_its_program(api: Api) -> None:
    created = await api.create("configmaps", a_configmap(a="1"))

    assert authors(created) == {AGENT.split("/", 1)[0]: {"f:a"}}


async def a_second_object_of_a_name_is_refused(api: Api) -> None:
    await api.create("configmaps", a_configmap())

    answer = await api.ask("POST", "configmaps", a_configmap())

    assert (answer.status, answer.reason, answer.message) == (409, "AlreadyExists", 'configmaps "x" already exists')
    assert answer.body["details"] == {"name": "x", "kind": "configmaps"}
    assert (answer.body["kind"], answer.body["status"], answer.body["metadata"]) == ("Status", "Failure", {})


async def a_write_that_is_based_on_an_old_version_conflicts(api: Api) -> None:
    old = await api.create("configmaps", a_configmap(a="1"))
    await api.put("configmaps", "x", a_configmap(a="2"))

    put = await api.put("configmaps", "x", {**old, "data": {"a": "3"}})
    version = {"resourceVersion": old["metadata"]["resourceVersion"]}
    patch = await api.patch("configmaps", "x", {"metadata": version, "data": {"a": "3"}})

    for answer in (put, patch):
        assert (answer.status, answer.reason, answer.body["details"]) == (409, "Conflict", {"name": "x", "kind": "configmaps"})
        assert answer.message == (
            'Operation cannot be fulfilled on configmaps "x": the object has been modified; '
            "please apply your changes to the latest version and try again"
        )
    assert (await api.get("configmaps", "x")).body["data"] == {"a": "2"}


async def a_write_for_another_object_of_that_name_conflicts(api: Api) -> None:
    created = await api.create("configmaps", a_configmap())

    put = await api.put("configmaps", "x", {**a_configmap(a="1"), "metadata": {"name": "x", "uid": NOBODY}})
    patch = await api.patch("configmaps", "x", {"metadata": {"uid": NOBODY}})

    assert (put.status, put.reason) == (409, "Conflict")
    assert f"UID in precondition: {NOBODY}, UID in object meta: {created['metadata']['uid']}" in put.message
    assert (patch.status, patch.reason) == (422, "Invalid")
    assert patch.message.startswith(f'ConfigMap "x" is invalid: metadata.uid: Invalid value: "{NOBODY}": field is immutable')


async def what_is_not_there_cannot_be_changed(api: Api) -> None:
    answers = (
        await api.get("configmaps", "absent"),
        await api.put("configmaps", "absent", a_configmap("absent")),
        await api.patch("configmaps", "absent", {"data": {}}),
        await api.delete("configmaps", "absent"),
    )
    for answer in answers:
        assert (answer.status, answer.reason, answer.message) == (404, "NotFound", 'configmaps "absent" not found')
        assert answer.body["details"] == {"name": "absent", "kind": "configmaps"}
    deployment = await api.get("deployments", "absent")
    assert (deployment.message, deployment.body["details"]["group"]) == ('deployments.apps "absent" not found', "apps")


async def a_kind_that_is_not_served_is_not_found(api: Api) -> None:
    group = await api.get("/apis/unknown.example/v1/things")
    kind = await api.get(f"/api/v1/namespaces/{api.namespace}/things")

    assert (group.status, group.response.text) == (404, "404 page not found\n")
    assert (kind.status, kind.reason, kind.message) == (404, "NotFound", "the server could not find the requested resource")


async def nothing_is_created_in_a_namespace_that_is_not_there(api: Api) -> None:
    answer = await api.ask("POST", "/api/v1/namespaces/absent/configmaps", a_configmap())

    assert (answer.status, answer.message) == (404, 'namespaces "absent" not found')
    assert answer.body["details"] == {"name": "absent", "kind": "namespaces"}


async def what_is_sent_must_be_what_the_path_says(api: Api) -> None:
    await api.create("configmaps", a_configmap())
    path = api.at("configmaps", "x")
    wanted = {
        "elsewhere": (await api.ask("POST", "configmaps", {"metadata": {"name": "y", "namespace": "m"}}), 400),
        "another kind": (await api.ask("POST", "configmaps", {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "y"}}), 400),
        "another name": (await api.ask("PUT", path, a_configmap("y")), 400),
        "without a name": (await api.ask("PUT", path, {"data": {}}), 400),
        "no name at all": (await api.ask("POST", "configmaps", {}), 422),
        "with a version": (await api.ask("POST", "configmaps", {"metadata": {"name": "y", "resourceVersion": "5"}}), 500),
        "no JSON": (await api.ask("POST", "configmaps", "no JSON"), 400),
        "another format": (await api.ask("POST", "configmaps", "{}", kind="text/plain"), 415),
        "a custom kind without its kind": (await api.ask("POST", "configurations", {"metadata": {"name": "y"}}), 400),
    }

    assert {why: answer.status for why, (answer, _) in wanted.items()} == {why: status for why, (_, status) in wanted.items()}
    assert wanted["elsewhere"][0].message == "the namespace of the provided object does not match the namespace sent on the request"
    assert wanted["another name"][0].message == "the name of the object (y) does not match the name on the URL (x)"
    assert wanted["no name at all"][0].body["details"]["causes"][0]["field"] == "metadata.name"


async def values_that_must_not_be_are_refused_by_field(api: Api) -> None:
    wanted = {
        "metadata.name": a_configmap("X_bad"),
        "metadata.labels": a_configmap("y", labels={"bad label": "1"}),
        "data[a b]": {"metadata": {"name": "y"}, "data": {"a b": "1"}},
        "data[a]": {"metadata": {"name": "y"}, "data": {"a": "1"}, "binaryData": {"a": "AAE="}},
        "[]": a_configmap("y", a="x" * (1024 * 1024 + 1)),
    }
    for field, sent in wanted.items():
        answer = await api.ask("POST", "configmaps", sent)
        causes = [cause["field"] for cause in answer.body.get("details", {}).get("causes", [])]
        assert (answer.status, answer.reason, causes) == (422, "Invalid", [field])
        assert answer.message.startswith(f'ConfigMap "{sent["metadata"]["name"]}" is invalid: {field}: ')


async def a_request_that_is_too_large_is_not_read(api: Api) -> None:
    answer = await api.ask("POST", "configmaps", a_configmap(a="x" * (3 * 1024 * 1024)))

    assert (answer.status, answer.reason) == (413, "RequestEntityTooLarge")
    assert answer.message == "Request entity too large: limit is 3145728"


async def values_of_another_type_are_a_bad_request(api: Api) -> None:
    number = await api.ask("POST", "configmaps", {"metadata": {"name": "y"}, "data": {"a": 5}})
    no_base64 = await api.ask("POST", "secrets", {"metadata": {"name": "y"}, "data": {"a": "not base64!"}})

    assert [number.status, no_base64.status] == [400, 400]
    assert number.message.startswith('ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go ')
    assert no_base64.message == 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3'


async def plain_text_of_a_secret_is_encoded_and_wins(api: Api) -> None:
    created = await api.create("secrets", {"metadata": {"name": "s"}, "data": {"a": "eA=="}, "stringData": {"a": "y", "b": "z"}})

    assert (created["data"], created["type"], "stringData" in created) == ({"a": "eQ==", "b": "eg=="}, "Opaque", False)


async def binary_data_is_kept_beside_the_text(api: Api) -> None:
    created = await api.create("configmaps", {**a_configmap(a="1"), "binaryData": {"b": "AAE="}})

    assert (created["data"], created["binaryData"]) == ({"a": "1"}, {"b": "AAE="})


async def what_is_immutable_stays(api: Api) -> None:
    await api.create("configmaps", {**a_configmap(a="1"), "immutable": True})

    answer = await api.put("configmaps", "x", {**a_configmap(a="2"), "immutable": True})
    labelled = await api.patch("configmaps", "x", {"metadata": {"labels": {"l": "1"}}})

    assert (answer.status, answer.message) == (422, 'ConfigMap "x" is invalid: data: Forbidden: field is immutable when `immutable` is set')
    assert labelled.status == 200


async def a_generation_counts_what_is_wanted_only(api: Api) -> None:
    created = await api.create("deployments", a_deployment())
    wanted = (await api.patch("deployments", "d", {"spec": {"replicas": 2}})).body
    labelled = (await api.patch("deployments", "d", {"metadata": {"labels": {"l": "1"}}})).body
    annotated = (await api.patch("deployments", "d", {"metadata": {"annotations": {"a": "1"}}})).body
    custom = await api.create("configurations", a_configuration())
    changed = (await api.patch("configurations", "c", {"spec": {"mtls": {"enabled": False}}})).body
    noted = (await api.patch("configurations", "c", {"metadata": {"annotations": {"a": "1"}}})).body

    # Of a workload the annotations count, too.
    assert [one["metadata"]["generation"] for one in (created, wanted, labelled, annotated)] == [1, 2, 2, 3]
    assert [one["metadata"]["generation"] for one in (custom, changed, noted)] == [1, 2, 2]


async def a_status_is_written_by_its_own_path_only(api: Api) -> None:
    created = await api.create("pods", {**a_pod("p"), "status": {"phase": "Failed"}})
    told = (await api.put("pods", "p/status", {**created, "status": {"phase": "Running"}}, fieldManager="kubelet")).body
    ignored = (await api.patch("pods", "p", {"metadata": {"labels": {"l": "1"}}, "status": {"phase": "Failed"}})).body

    assert [one["status"]["phase"] for one in (created, told, ignored)] == ["Pending", "Running", "Running"]
    assert ignored["metadata"]["labels"]["l"] == "1"
    (entry,) = (entry for entry in told["metadata"]["managedFields"] if entry["manager"] == "kubelet")
    assert entry["subresource"] == "status"


async def a_custom_object_is_replaced_with_its_version_only(api: Api) -> None:
    created = await api.create("configurations", a_configuration())

    blind = await api.put("configurations", "c", a_configuration(enabled=False))
    seeing = await api.put("configurations", "c", {**created, "spec": a_configuration(enabled=False)["spec"]})

    assert (blind.status, blind.body["details"]["causes"][0]["field"]) == (422, "metadata.resourceVersion")
    assert (seeing.status, seeing.body["spec"]["mtls"]["enabled"]) == (200, False)


async def what_is_only_tried_changes_nothing(api: Api) -> None:
    created = await api.create("configmaps", a_configmap(a="1"))

    tried = await api.patch("configmaps", "x", {"data": {"a": "2"}}, dryRun="All")

    assert (tried.status, tried.body["data"]) == (200, {"a": "2"})
    assert (await api.get("configmaps", "x")).body == created


CASES: Final[tuple[Case, ...]] = (
    an_object_gets_identity_age_and_version,
    every_change_has_a_higher_version_and_no_change_has_none,
    a_writer_is_known_by_the_fields_it_changed,
    a_writers_time_moves_with_every_value_that_it_changes,
    a_writer_without_a_name_is_called_by_its_program,
    a_second_object_of_a_name_is_refused,
    a_write_that_is_based_on_an_old_version_conflicts,
    a_write_for_another_object_of_that_name_conflicts,
    what_is_not_there_cannot_be_changed,
    a_kind_that_is_not_served_is_not_found,
    nothing_is_created_in_a_namespace_that_is_not_there,
    what_is_sent_must_be_what_the_path_says,
    values_that_must_not_be_are_refused_by_field,
    a_request_that_is_too_large_is_not_read,
    values_of_another_type_are_a_bad_request,
    plain_text_of_a_secret_is_encoded_and_wins,
    binary_data_is_kept_beside_the_text,
    what_is_immutable_stays,
    a_generation_counts_what_is_wanted_only,
    a_status_is_written_by_its_own_path_only,
    a_custom_object_is_replaced_with_its_version_only,
    what_is_only_tried_changes_nothing,
)
