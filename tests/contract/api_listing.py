"""Lists: pages, selectors, and what an item looks like."""

from typing import Final

from tests.contract.api_world import Api, Case, a_configmap, a_configuration, a_pod

PARTIAL: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
PARTIAL_LIST: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"


async def five(api: Api) -> None:
    for number in range(5):
        labels = {"number": str(number), "is": "odd" if number % 2 else "even"} if number < 4 else None
        await api.create("configmaps", a_configmap(f"c{number}", labels=labels))


async def pages_are_one_consistent_list(api: Api) -> None:
    await five(api)

    first = await api.get("configmaps", limit="2")
    await api.create("configmaps", a_configmap("c9"))
    await api.delete("configmaps", "c4")
    second = await api.get("configmaps", limit="2", **{"continue": first.body["metadata"]["continue"]})
    third = await api.get("configmaps", limit="2", **{"continue": second.body["metadata"]["continue"]})

    assert [*first.names, *second.names, *third.names] == ["c0", "c1", "c2", "c3", "c4"]
    assert [page.body["metadata"].get("remainingItemCount") for page in (first, second, third)] == [3, 1, None]
    assert {page.version for page in (first, second, third)} == {first.version}
    assert "continue" not in third.body["metadata"]


async def a_page_of_a_selection_does_not_say_how_many_are_left(api: Api) -> None:
    await five(api)

    page = await api.get("configmaps", limit="1", labelSelector="is=even")
    rest = await api.get("configmaps", limit="5", labelSelector="is=even", **{"continue": page.body["metadata"]["continue"]})

    assert (page.names, "remainingItemCount" in page.body["metadata"], rest.names) == (["c0"], False, ["c2"])


async def a_place_in_a_forgotten_list_is_gone(api: Api) -> None:
    # Of events, which no API server keeps in its watch cache; of other kinds it may go on from there although etcd has forgotten.
    for number in range(3):
        involved = {"kind": "Pod", "namespace": api.namespace, "name": "p"}
        await api.create("events", {"metadata": {"name": f"e{number}"}, "involvedObject": involved, "reason": "Seen", "message": "m"})
    first = await api.get("events", limit="2")
    await api.ground.compact()

    answer = await api.get("events", limit="2", **{"continue": first.body["metadata"]["continue"]})

    assert (answer.status, answer.reason) == (410, "Expired")
    assert "continue parameter is too old" in answer.message


async def a_list_that_cannot_be_continued_is_a_bad_request(api: Api) -> None:
    await five(api)
    page = await api.get("configmaps", limit="2")
    token = {"continue": page.body["metadata"]["continue"]}

    nonsense = await api.get("configmaps", limit="2", **{"continue": "nonsense"})
    both = await api.get("configmaps", limit="2", resourceVersion="1", **token)
    no_number = await api.get("configmaps", limit="x")

    assert [answer.status for answer in (nonsense, both, no_number)] == [400, 400, 400]
    assert {answer.reason for answer in (nonsense, both, no_number)} == {"BadRequest"}
    assert "continue key is not valid" in nonsense.message
    assert both.message == "specifying resource version is not allowed when using continue"


async def labels_select(api: Api) -> None:
    await five(api)
    wanted = {
        "is": "0123", "!is": "4", "is=even": "02", "is==even": "02", "is!=even": "134", "is in (even,odd)": "0123",
        "is notin (even)": "134", "is notin (even, odd)": "4", "number in (1, 2),is=odd": "1", "number>1": "23", "number<1": "0",
        "is=": "", "is in ()": "",
    }  # fmt: skip

    found = {selector: "".join((await api.get("configmaps", labelSelector=selector)).names).replace("c", "") for selector in wanted}

    assert found == wanted


async def a_label_selector_that_cannot_be_read_is_a_bad_request(api: Api) -> None:
    for selector in (",", "==", "is in even", "a b", "x=y z", "-bad=x", "n gt 1"):
        answer = await api.get("configmaps", labelSelector=selector)
        assert (selector, answer.status, answer.reason) == (selector, 400, "BadRequest")


async def fields_select(api: Api) -> None:
    await five(api)
    wanted = {
        "metadata.name=c1": "1", "metadata.name==c1": "1", "metadata.name!=c1": "0234", f"metadata.namespace={api.namespace}": "01234",
        "metadata.namespace=other": "", "metadata.name=c1,metadata.name=c2": "",
    }  # fmt: skip

    found = {selector: "".join((await api.get("configmaps", fieldSelector=selector)).names).replace("c", "") for selector in wanted}

    assert found == wanted


async def pods_are_selected_by_phase_and_node(api: Api) -> None:
    await api.create("pods", a_pod("one", node="n1"))
    pod = await api.create("pods", a_pod("two"))
    await api.put("pods", "two/status", {**pod, "status": {"phase": "Running"}})
    wanted = {
        "status.phase=Running": ["two"], "status.phase!=Running": ["one"], "status.phase=Pending": ["one"],
        "spec.nodeName=n1": ["one"], "spec.nodeName=": ["two"], "spec.restartPolicy=Always": ["one", "two"],
    }  # fmt: skip

    found = {selector: (await api.get("pods", fieldSelector=selector)).names for selector in wanted}

    assert found == wanted


async def a_field_that_is_not_indexed_is_a_bad_request(api: Api) -> None:
    unknown = await api.get("configmaps", fieldSelector="status.phase=Running")
    of_pods = await api.get("pods", fieldSelector="metadata.labels=1")
    broken = await api.get("configmaps", fieldSelector="metadata.name in (c1)")

    assert [(answer.status, answer.reason) for answer in (unknown, of_pods, broken)] == [(400, "BadRequest")] * 3
    assert unknown.message == '"status.phase" is not a known field selector: only "metadata.name", "metadata.namespace"'
    assert of_pods.message == "field label not supported: metadata.labels"
    assert broken.message == "invalid selector: 'metadata.name in (c1)'; can't understand 'metadata.name in (c1)'"


async def items_of_built_in_kinds_do_not_repeat_their_kind(api: Api) -> None:
    await api.create("configmaps", a_configmap())
    await api.create("configurations", a_configuration())

    built_in, custom = await api.get("configmaps"), await api.get("configurations")

    assert (built_in.body["kind"], built_in.body["apiVersion"]) == ("ConfigMapList", "v1")
    assert {"kind", "apiVersion"} & built_in.body["items"][0].keys() == set()
    assert (custom.body["kind"], custom.body["metadata"]["continue"]) == ("ConfigurationList", "")
    assert (custom.body["items"][0]["kind"], custom.body["items"][0]["apiVersion"]) == ("Configuration", "dapr.io/v1alpha1")


async def only_metadata_is_sent_to_whom_asks_for_it(api: Api) -> None:
    await api.create("configmaps", a_configmap(a="1"))

    one = await api.get("configmaps", "x", accept=PARTIAL)
    many = await api.get("configmaps", accept=PARTIAL_LIST)
    confused = await api.get("configmaps", accept=PARTIAL)

    assert (one.body["kind"], one.body["apiVersion"], "data" in one.body) == ("PartialObjectMetadata", "meta.k8s.io/v1", False)
    assert one.body["metadata"]["name"] == "x"
    assert (many.body["kind"], [item["kind"] for item in many.body["items"]]) == ("PartialObjectMetadataList", ["PartialObjectMetadata"])
    assert (confused.status, confused.reason) == (406, "NotAcceptable")


async def large_answers_are_compressed_for_whom_takes_it(api: Api) -> None:
    await api.create("configmaps", a_configmap("large", a="x" * 900_000))
    await api.create("configmaps", a_configmap("small"))

    encoding, body = await api.raw("configmaps", "large", encoding="gzip")
    plain, whole = await api.raw("configmaps", "large", encoding="identity")
    small, _ = await api.raw("configmaps", "small", encoding="gzip")

    assert (encoding, plain, small) == ("gzip", "", "")
    assert len(body) < 10_000
    assert len(whole) > 900_000


CASES: Final[tuple[Case, ...]] = (
    pages_are_one_consistent_list,
    a_page_of_a_selection_does_not_say_how_many_are_left,
    a_place_in_a_forgotten_list_is_gone,
    a_list_that_cannot_be_continued_is_a_bad_request,
    labels_select,
    a_label_selector_that_cannot_be_read_is_a_bad_request,
    fields_select,
    pods_are_selected_by_phase_and_node,
    a_field_that_is_not_indexed_is_a_bad_request,
    items_of_built_in_kinds_do_not_repeat_their_kind,
    only_metadata_is_sent_to_whom_asks_for_it,
    large_answers_are_compressed_for_whom_takes_it,
)
