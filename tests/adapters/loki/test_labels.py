"""How a Loki names things: found out, confirmed, remembered, forgotten, overridden; and what is said when it cannot be."""

from datetime import timedelta

import pytest

from bot.adapters.loki import Loki
from bot.errors import Malformed, Missing
from bot.model.logs import LogLabels
from tests.adapters.loki.conftest import HandWritten, Open, a_question, names, one_after_another, says, streams
from tests.certificates import NOW
from tests.fakes.clock import FakeClock

PROMTAIL = LogLabels(namespace="namespace", pod="pod", container="container")
OTEL = LogLabels(namespace="k8s_namespace_name", pod="k8s_pod_name", container="k8s_container_name")


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (("app", "container", "namespace", "pod"), PROMTAIL),
        (("k8s_container_name", "k8s_namespace_name", "k8s_pod_name", "service_name"), OTEL),
        (("namespace_name", "pod_name"), LogLabels(namespace="namespace_name", pod="pod_name", container="")),
        (
            ("kubernetes_namespace_name", "kubernetes_pod_name", "container_name"),
            LogLabels(namespace="kubernetes_namespace_name", pod="kubernetes_pod_name", container="container_name"),
        ),
    ],
)
async def test_each_collectors_names_are_found(server: HandWritten, loki: Loki, held: tuple[str, ...], expected: LogLabels) -> None:
    server.answers["labels"] = names(*held)

    assert await loki.labels() == expected


async def test_the_last_six_hours_are_asked_for(server: HandWritten, loki: Loki) -> None:
    await loki.labels()

    (asked,) = server.asked
    now = int(NOW.timestamp()) * 1_000_000_000
    assert (int(asked.form["start"]), int(asked.form["end"])) == (now - 6 * 3600 * 1_000_000_000, now)


async def test_of_two_collectors_the_one_that_shows_dapr_is_taken(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("container", "namespace", "pod", "k8s_container_name", "k8s_namespace_name", "k8s_pod_name")
    server.answers["label/container/values"] = names("nginx", "dapr", "my-daprd")
    server.answers["label/k8s_container_name/values"] = names("nginx", "dapr-sentry")

    assert await loki.labels() == OTEL


@pytest.mark.parametrize("shown", [names("daprd"), names()])
async def test_of_two_collectors_that_show_the_same_the_first_is_taken(server: HandWritten, loki: Loki, shown: object) -> None:
    server.answers["labels"] = names("namespace", "pod", "k8s_namespace_name", "k8s_container_name")
    server.answers["label/namespace/values"] = server.answers["label/k8s_container_name/values"] = shown  # type: ignore[assignment]

    assert (await loki.labels()).namespace == "namespace"


@pytest.mark.parametrize("name", ["pod", "k8s_pod_name", "k8s.pod.name"])
async def test_a_pod_that_is_no_label_is_looked_for_in_a_sample_line(server: HandWritten, loki: Loki, name: str) -> None:
    server.answers["labels"] = names("namespace", "container")
    line = ["10", "text", {"structuredMetadata": {name: "shop-1", "detected_level": "info"}}]
    server.answers["query_range"] = says(streams(({"namespace": "shop"}, [line])))

    assert await loki.labels() == LogLabels(namespace="namespace", pod=name, container="container", pod_is_metadata=True)
    (asked,) = server.queries()
    assert (asked["query"], asked["limit"]) == ('{namespace=~".+"}', "1")


async def test_a_pod_that_no_line_tells_is_unknown(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("namespace", "container")

    assert await loki.labels() == LogLabels(namespace="namespace", pod="", container="container")


async def test_no_label_for_namespaces_names_those_there_are_and_the_setting(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names("job", "ho\u202est")

    with pytest.raises(Missing, match="no label for namespaces; it has host, job") as caught:
        await loki.labels()

    assert "DAPR_WARDEN_LOKI_LABELS" in caught.value.hint


async def test_of_very_many_labels_only_some_are_named(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names(*(f"{number:04}-" + "x" * 300 for number in range(5_000)))

    with pytest.raises(Missing, match="and 4980 more") as caught:
        await loki.labels()

    assert len(str(caught.value)) < 2_000


async def test_a_loki_without_labels_says_tenant_and_collector(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = names()

    with pytest.raises(Missing, match="no labels of the last six hours for this tenant") as caught:
        await loki.labels()

    assert "DAPR_WARDEN_LOKI_TENANT" in caught.value.hint
    assert "collector" in caught.value.hint


async def test_labels_are_remembered_for_an_hour(server: HandWritten, loki: Loki, clock: FakeClock) -> None:
    await loki.labels()
    server.answers["labels"] = names("k8s_namespace_name", "k8s_pod_name", "k8s_container_name")
    clock.advance(timedelta(minutes=59))
    assert await loki.labels() == PROMTAIL

    clock.advance(timedelta(minutes=1))

    assert await loki.labels() == OTEL


async def test_labels_are_forgotten_when_a_query_is_refused_as_wrong(server: HandWritten, loki: Loki) -> None:
    server.answers["query_range"] = one_after_another(says("parse error at line 1", status=400), says(streams()))
    with pytest.raises(Malformed):
        await loki.lines(a_question())

    await loki.lines(a_question())

    assert [one.path for one in server.asked].count("labels") == 2


async def test_a_failure_is_not_remembered(server: HandWritten, loki: Loki) -> None:
    server.answers["labels"] = one_after_another(names(), names("namespace", "pod", "container"))
    with pytest.raises(Missing):
        await loki.labels()

    assert await loki.labels() == PROMTAIL


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("ns,the_pod,c", LogLabels(namespace="ns", pod="the_pod", container="c", pod_is_metadata=True)),
        ("ns,pod,c", LogLabels(namespace="ns", pod="pod", container="c")),
        ("ns,,", LogLabels(namespace="ns", pod="", container="")),
    ],
)
async def test_the_setting_decides_the_names(server: HandWritten, open_loki: Open, override: str, expected: LogLabels) -> None:
    server.answers["labels"] = names("namespace", "container", "pod", "ns", "c")

    async with open_loki(labels=override) as loki:
        assert await loki.labels() == expected
        await loki.lines(a_question())

    assert server.queries()[0]["query"] == '{ns="dapr-system"}'


async def test_a_setting_that_names_what_loki_does_not_have_is_told_so(open_loki: Open) -> None:
    async with open_loki(labels="nope,pod,neither") as loki:
        with pytest.raises(Missing, match="no label nope and no neither; it has container, namespace, pod") as caught:
            await loki.lines(a_question())

    assert "DAPR_WARDEN_LOKI_LABELS" in caught.value.hint


async def test_a_sample_line_is_looked_for_where_the_setting_points(server: HandWritten, open_loki: Open) -> None:
    server.answers["labels"] = names("namespace", "container")

    async with open_loki(selector='cluster="prod"') as loki:
        await loki.labels()

    assert server.queries()[0]["query"] == '{namespace=~".+",cluster="prod"}'


async def test_labels_of_the_settings_streams_only_are_asked_for(server: HandWritten, open_loki: Open) -> None:
    server.answers["labels"] = names("namespace", "pod", "k8s_namespace_name", "k8s_container_name")

    async with open_loki(selector='cluster="prod", stage!="test", region=~".*"') as loki:
        await loki.labels()

    assert [(one.path, one.form["query"]) for one in server.asked] == [
        ("labels", '{cluster="prod"}'),
        ("label/namespace/values", '{cluster="prod"}'),
        ("label/k8s_container_name/values", '{cluster="prod"}'),
    ]
