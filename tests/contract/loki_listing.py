"""Which labels, values and streams there are; whose they are; and who answers."""

from typing import Final

from tests.contract.loki_world import API, Case, Form, Loki


async def labels_are_those_of_the_selected_streams_and_metadata_is_none(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x", {"pod": "p"}), namespace="n", container="daprd")
    await loki.push((loki.at(seconds=1), "x"), app="a")

    assert await loki.names("labels") == ["app", "cluster", "container", "namespace", "service_name"]
    assert await loki.names("labels", loki.selector('app="a"')) == ["app", "cluster", "service_name"]


async def values_of_a_label_come_once_and_in_order(loki: Loki) -> None:
    for container in ("dapr-sentry", "daprd", "app"):
        await loki.push((loki.at(seconds=1), "x"), container=container, pod="p1")
    await loki.push((loki.at(seconds=1), "x"), container="daprd", pod="p2")

    assert await loki.names("label/container/values") == ["app", "dapr-sentry", "daprd"]
    assert await loki.names("label/container/values", loki.selector('pod="p2"')) == ["daprd"]


async def of_an_unknown_label_there_is_no_data(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), app="a")
    asked: Form = {"query": loki.selector(), "start": loki.base_ns, "end": loki.at(minutes=15)}

    answer = await loki.get(f"{API}/label/nothing/values", **asked)

    assert (answer.status, answer.body) == (200, {"status": "success"})


async def where_there_is_no_stream_there_are_no_labels(loki: Loki) -> None:
    asked: Form = {"query": loki.selector(), "start": loki.base_ns, "end": loki.at(minutes=15)}

    answer = await loki.get(f"{API}/labels", **asked)

    assert (answer.status, answer.body) == (200, {"status": "success"})


async def series_are_the_labels_of_streams(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x", {"pod": "p"}), app="a")
    await loki.push((loki.at(seconds=1), "x"), app="b")
    asked: Form = {"match[]": loki.selector('app="a"'), "start": loki.base_ns, "end": loki.at(minutes=15)}

    answer = await loki.get(f"{API}/series", **asked)

    assert answer.body == {"status": "success", "data": [{**loki.labels(app="a"), "service_name": "a"}]}


async def a_list_takes_nothing_but_a_selector(loki: Loki) -> None:
    for query in (f'{loki.selector()} |= "x"', "word"):
        assert (await loki.get(f"{API}/labels", query=query, start=loki.base_ns, end=loki.at(minutes=15))).status in (400, 500)


async def a_tenant_sees_its_own_lines_where_there_are_tenants(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), app="a")

    other = await loki.query(loki.selector(), headers={"X-Scope-OrgID": "somebody-else"})

    assert other.lines == ([] if loki.world.tenants else ["x"])


async def nobody_is_answered_where_there_are_tenants(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), app="a")
    loki.tenant = ""

    answer = await loki.query(loki.selector())

    if loki.world.tenants:
        assert (answer.status, answer.kind.startswith("text/plain"), answer.text.strip()) == (401, True, "no org id")
    else:
        assert answer.lines == ["x"]


async def strange_tenants_are_refused_where_there_are_tenants(loki: Loki) -> None:
    several, strange = {"X-Scope-OrgID": "a|b"}, {"X-Scope-OrgID": "a b"}
    answers = [
        await loki.query(loki.selector(), headers=several),
        await loki.query(loki.selector(), headers=strange),
        await loki.get(f"{API}/labels", headers=strange, query=loki.selector()),
        await loki.send([{"stream": loki.labels(), "values": [[str(loki.base_ns), "x"]]}], headers=several),
    ]

    if loki.world.tenants:
        words = "tenant ID 'a b' contains unsupported character ' '"
        assert [(one.status, one.text.strip()) for one in answers] == [
            (500, "multiple org IDs present"),
            (400, f"rpc error: code = Code(400) desc = {words}"),
            (400, words),
            (400, "multiple org IDs present"),
        ]
    else:
        assert [one.status for one in answers] == [200, 200, 200, 204]


async def it_tells_its_build(loki: Loki) -> None:
    answer = await loki.get(f"{API}/status/buildinfo")

    assert (answer.status, answer.kind.startswith("application/json"), "version" in answer.body) == (200, True, True)


async def another_method_is_refused(loki: Loki) -> None:
    for method, path in (("PUT", "labels"), ("GET", "push"), ("POST", "drilldown-limits")):
        # One of the two for as long as a real one runs; the next start may decide otherwise, for its routes are in no order.
        assert (await loki.request(method, f"{API}/{path}")).status in {404, 405}


CASES: Final[tuple[Case, ...]] = (
    labels_are_those_of_the_selected_streams_and_metadata_is_none,
    values_of_a_label_come_once_and_in_order,
    of_an_unknown_label_there_is_no_data,
    where_there_is_no_stream_there_are_no_labels,
    series_are_the_labels_of_streams,
    a_list_takes_nothing_but_a_selector,
    a_tenant_sees_its_own_lines_where_there_are_tenants,
    nobody_is_answered_where_there_are_tenants,
    strange_tenants_are_refused_where_there_are_tenants,
    it_tells_its_build,
    another_method_is_refused,
)
