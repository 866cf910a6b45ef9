"""The bot's own client at Loki: what it finds out of the labels of real collectors, and that it reads every line exactly once."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import pytest

from bot.adapters.loki import opened
from bot.adapters.loki.bounds import Bounds
from bot.config import from_env
from bot.errors import Missing, Unauthenticated
from bot.model.logs import LogAnswer, LogLabels, LogLine, LogQuestion
from bot.ports import Logs
from tests.contract.loki_world import SECOND, Case, Loki

DAPR: Final = "dapr-system"
SENTRY: Final = "dapr-sentry"


@asynccontextmanager
async def reading(loki: Loki, *, bounds: Bounds | None = None, **settings: str) -> AsyncGenerator[Logs]:
    """The client as a person would set it up for the case's cluster; ``settings`` without their prefix."""
    given = {"URL": loki.world.url, "SELECTOR": f'cluster="{loki.cluster}"', "TENANT": loki.tenant, **settings}
    environ = {f"DAPR_WARDEN_LOKI_{name}": value for name, value in given.items()}
    async with opened(from_env(environ), version="0", clock=loki.world.clock, bounds=bounds) as logs:
        yield logs


def everything(loki: Loki, **asked: object) -> LogQuestion:
    """Of the quarter of an hour after the base."""
    fields = {"since_ns": loki.base_ns, "until_ns": loki.at(minutes=15), "limit": 10_000, "namespace": DAPR, **asked}
    return LogQuestion(**fields)  # type: ignore[arg-type] # whatever the case deviates in


def texts(answer: LogAnswer) -> list[str]:
    return [line.text for line in answer.lines]


async def says_where(loki: Loki, labels: LogLabels, *, stream: Mapping[str, str], metadata: Mapping[str, str] | None = None) -> None:
    """A line of sentry, collected like this, is found by namespace, container and pod, and says where it is from."""
    line = (loki.at(seconds=1), "level=info one", metadata or {})
    await loki.push(line, **stream)

    async with reading(loki) as logs:
        assert await logs.labels() == labels
        found = await logs.lines(everything(loki, pod="sentry-0", containers=(SENTRY, "daprd")))
        other = await logs.lines(everything(loki, pod="sentry-1"))

    expected = LogLine(at_ns=line[0], text=line[1], namespace=DAPR, pod="sentry-0", container=SENTRY)
    assert (found.lines, other.lines) == ((expected,), ())


async def promtail_has_namespace_pod_and_container(loki: Loki) -> None:
    stream = {"namespace": DAPR, "pod": "sentry-0", "container": SENTRY, "app": "dapr", "component": "sentry", "job": f"{DAPR}/dapr"}

    await says_where(loki, LogLabels(namespace="namespace", pod="pod", container="container"), stream=stream)


async def k8s_monitoring_has_the_pod_in_metadata(loki: Loki) -> None:
    stream = {"namespace": DAPR, "container": SENTRY, "app_kubernetes_io_name": "dapr", "job": f"{DAPR}/{SENTRY}", "stream": "stdout"}
    labels = LogLabels(namespace="namespace", pod="pod", container="container", pod_is_metadata=True)

    await says_where(loki, labels, stream=stream, metadata={"pod": "sentry-0", "service_instance_id": "x"})


async def opentelemetry_has_names_of_its_own(loki: Loki) -> None:
    stream = {"k8s_namespace_name": DAPR, "k8s_pod_name": "sentry-0", "k8s_container_name": SENTRY, "service_name": "dapr"}
    labels = LogLabels(namespace="k8s_namespace_name", pod="k8s_pod_name", container="k8s_container_name")

    await says_where(loki, labels, stream=stream, metadata={"k8s_pod_uid": "x", "log_iostream": "stderr"})


async def fluent_bit_has_the_names_of_its_filter(loki: Loki) -> None:
    stream = {"namespace_name": DAPR, "pod_name": "sentry-0", "container_name": SENTRY, "job": "fluent-bit"}
    labels = LogLabels(namespace="namespace_name", pod="pod_name", container="container_name")

    await says_where(loki, labels, stream=stream)


async def a_collector_that_is_told_nothing_is_told_so(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), job="fluent-bit")

    if loki.world.tenants:  # Else the labels of others are there, too.
        async with reading(loki) as logs:
            with pytest.raises(Missing, match="job"):
                await logs.labels()
    async with reading(loki, LABELS="job,,") as logs:
        assert texts(await logs.lines(everything(loki, namespace="fluent-bit"))) == ["x"]


async def where_nothing_is_there_the_answer_is_empty_and_complete(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), namespace="other", container="c", pod="p")

    async with reading(loki) as logs:
        answer = await logs.lines(everything(loki))
        counts = await logs.counts(everything(loki), timedelta(minutes=5))

    assert answer == LogAnswer(lines=(), read_until_ns=loki.at(minutes=15))
    assert counts == (0, 0, 0)


async def lines_of_several_streams_come_in_the_order_of_time(loki: Loki) -> None:
    for second, container in ((1, "a"), (2, "b"), (3, "a"), (4, "b")):
        await loki.push((loki.at(seconds=second), f"{container}{second}"), namespace=DAPR, container=container, pod="p")

    async with reading(loki) as logs:
        assert texts(await logs.lines(everything(loki))) == ["a1", "b2", "a3", "b4"]
        assert texts(await logs.lines(everything(loki, containers=("b",)))) == ["b2", "b4"]
        assert texts(await logs.lines(everything(loki, since_ns=loki.at(seconds=2), until_ns=loki.at(seconds=4)))) == ["b2", "a3"]


async def no_line_is_lost_or_read_twice_over_pages_that_end_within_a_nanosecond(loki: Loki) -> None:
    sent = [(loki.at(seconds=number // 7), f"line {number}") for number in range(500)]
    await loki.push(*sent[:300], namespace=DAPR, container="a", pod="p")
    await loki.push(*sent[300:], namespace=DAPR, container="b", pod="p")
    await loki.push(*sent[::10], namespace=DAPR, container="c", pod="p")

    async with reading(loki, bounds=Bounds(page_lines=64)) as logs:
        answer = await logs.lines(everything(loki))

    assert sorted((line.at_ns, line.text) for line in answer.lines) == sorted([*sent, *sent[::10]])
    assert [line.at_ns for line in answer.lines] == sorted(line.at_ns for line in answer.lines)
    assert (answer.read_until_ns, answer.dropped) == (loki.at(minutes=15), False)


async def more_lines_than_loki_gives_at_once_are_read_in_pages(loki: Loki) -> None:
    sent = [(loki.at(ns=number // 3), f"line {number}") for number in range(11_000)]
    await loki.push(*sent, namespace=DAPR, container="a", pod="p")

    async with reading(loki) as logs:
        answer = await logs.lines(everything(loki, limit=20_000))

    assert sorted((line.at_ns, line.text) for line in answer.lines) == sorted(sent)
    assert [line.at_ns for line in answer.lines] == [at for at, _ in sent]
    assert not answer.dropped


async def a_question_goes_on_where_its_limit_ended_it(loki: Loki) -> None:
    sent = [(loki.at(seconds=number // 2), f"line {number}") for number in range(10)]
    await loki.push(*sent, namespace=DAPR, container="a", pod="p")

    found: list[str] = []
    since = loki.base_ns
    async with reading(loki) as logs:
        while since < loki.at(minutes=15):
            answer = await logs.lines(everything(loki, since_ns=since, limit=3))
            assert since < answer.read_until_ns
            since = answer.read_until_ns
            found += texts(answer)

    assert sorted(found) == [text for _, text in sent]


async def a_nanosecond_with_more_lines_than_a_page_is_passed_and_said(loki: Loki) -> None:
    crowd = [(loki.at(seconds=1), f"crowd {number}") for number in range(20)]
    await loki.push(*crowd, (loki.at(seconds=2), "after"), namespace=DAPR, container="a", pod="p")

    async with reading(loki, bounds=Bounds(page_lines=8)) as logs:
        answer = await logs.lines(everything(loki))

    assert answer.dropped
    assert texts(answer)[-1] == "after"
    assert answer.read_until_ns == loki.at(minutes=15)


async def literals_are_found_byte_for_byte(loki: Loki) -> None:
    literals = ("x509: (unknown)", "a.b|c", 'say "hi"', "back\\slash", "naïve ☃", "^$*+?{}[]", "tab\there")
    for number, text in enumerate(literals):
        await loki.push((loki.at(seconds=number), f"<{text}>"), namespace=DAPR, container="a", pod="p")
    await loki.push((loki.at(seconds=30), "x509: unknown, axb, say hi, naive"), namespace=DAPR, container="a", pod="p")

    async with reading(loki) as logs:
        assert texts(await logs.lines(everything(loki, literals=literals))) == [f"<{text}>" for text in literals]
        for text in literals:
            assert texts(await logs.lines(everything(loki, literals=(text,)))) == [f"<{text}>"]


async def a_question_too_long_for_an_address_is_asked_as_a_form(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "wanted text 399 here"), (loki.at(seconds=2), "other"), namespace=DAPR, container="a", pod="p")

    async with reading(loki) as logs:
        found = await logs.lines(everything(loki, literals=tuple(f"wanted text {number} " for number in range(400))))

    assert texts(found) == ["wanted text 399 here"]


async def counts_are_those_of_whole_buckets(loki: Loki) -> None:
    for seconds, pod in ((1, "p1"), (2, "p2"), (301, "p1"), (899, "p2")):
        await loki.push((loki.at(seconds=seconds), f"line {seconds}"), namespace=DAPR, container="daprd", pod=pod)
    await loki.push((loki.base_ns - SECOND, "before"), (loki.at(minutes=15) + SECOND, "after"), namespace=DAPR, container="daprd", pod="p")

    async with reading(loki) as logs:
        assert await logs.counts(everything(loki), timedelta(minutes=5)) == (2, 1, 1)
        assert await logs.counts(everything(loki, pod="p1"), timedelta(minutes=5)) == (1, 1, 0)
        assert await logs.counts(everything(loki, literals=("line 3", "line 8")), timedelta(minutes=15)) == (2,)


async def one_client_sees_one_tenant(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), namespace=DAPR, container="a", pod="p")

    async with reading(loki, TENANT="somebody-else") as other, reading(loki, TENANT="") as nobody:
        if loki.world.tenants:
            with pytest.raises(Missing, match="no labels"):
                await other.lines(everything(loki))
            with pytest.raises(Unauthenticated, match="no org id"):
                await nobody.lines(everything(loki))
        else:
            assert texts(await other.lines(everything(loki))) == ["x"]
            assert texts(await nobody.lines(everything(loki))) == ["x"]


async def it_answers_for_this_tenant_before_it_says_its_version(loki: Loki) -> None:
    async with reading(loki) as logs:
        assert len(await logs.version()) < 40


CASES: Final[tuple[Case, ...]] = (
    promtail_has_namespace_pod_and_container,
    k8s_monitoring_has_the_pod_in_metadata,
    opentelemetry_has_names_of_its_own,
    fluent_bit_has_the_names_of_its_filter,
    a_collector_that_is_told_nothing_is_told_so,
    where_nothing_is_there_the_answer_is_empty_and_complete,
    lines_of_several_streams_come_in_the_order_of_time,
    no_line_is_lost_or_read_twice_over_pages_that_end_within_a_nanosecond,
    more_lines_than_loki_gives_at_once_are_read_in_pages,
    a_question_goes_on_where_its_limit_ended_it,
    a_nanosecond_with_more_lines_than_a_page_is_passed_and_said,
    literals_are_found_byte_for_byte,
    a_question_too_long_for_an_address_is_asked_as_a_form,
    counts_are_those_of_whole_buckets,
    one_client_sees_one_tenant,
    it_answers_for_this_tenant_before_it_says_its_version,
)
