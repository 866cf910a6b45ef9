"""What sentry says about the issuer that runs, read from the pod and through the API server."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.adapters.kubernetes.metrics import expiry
from bot.errors import BotError, Forbidden, Malformed, TimedOut, Unreachable
from bot.model.snapshot import Component, ComponentPod, IssuerGauge
from playground.kubernetes import Dapr, Rule, SimulatedCluster, install_dapr
from playground.kubernetes.dapr import NAMESPACE, metrics_page
from tests.adapters.kubernetes.conftest import Open
from tests.serving import Handler, served

ENDS_AT = datetime(2027, 3, 1, tzinfo=UTC)
Serve = Callable[[Handler], Awaitable[int]]


def sentry(*ports: int, ip: str = "127.0.0.1", **deviations: str) -> Component:
    pods = tuple(
        ComponentPod(name=f"dapr-sentry-{number}", ready=True, image="", ip=ip, metrics_port=port, **deviations)  # type: ignore[arg-type]
        for number, port in enumerate(ports)
    )
    return Component(
        name="sentry", kind="Deployment", workload="dapr-sentry", image="", version="", desired=len(pods), ready=len(pods), pods=pods
    )


@pytest.fixture
async def serve() -> AsyncGenerator[Serve]:
    """Serves a handler as a pod's metrics endpoint; gives the port."""
    async with AsyncExitStack() as running:

        async def serve_(handler: Handler) -> int:
            return await running.enter_async_context(served(handler, "/metrics"))

        yield serve_


async def test_each_sentry_pod_is_asked_directly(open_cluster: Open, serve: Serve) -> None:
    async def page(request: web.Request) -> web.Response:
        assert (request.headers["Accept-Encoding"], request.headers["User-Agent"]) == ("identity", "dapr-warden/9.9")
        return web.Response(text=metrics_page(ENDS_AT.timestamp()))

    port = await serve(page)

    async with open_cluster(sentry_metrics="direct") as cluster:
        gauges = await cluster.issuer_gauges([sentry(port, port)])

    assert gauges == (IssuerGauge("dapr-sentry-0", ENDS_AT), IssuerGauge("dapr-sentry-1", ENDS_AT))


async def test_out_of_the_cluster_auto_goes_through_the_api_server(kube: SimulatedCluster, open_cluster: Open) -> None:
    install_dapr(kube, Dapr(ca=b"", issuer=b"", key=b"", replicas=2, issuer_not_after=ENDS_AT.timestamp()))

    async with open_cluster() as cluster:
        gauges = await cluster.issuer_gauges(await cluster.components())

    assert [(gauge.pod, gauge.not_after_at) for gauge in gauges] == [
        ("dapr-sentry-6b7f9d-0", ENDS_AT),
        ("dapr-sentry-6b7f9d-1", ENDS_AT),
    ]


async def test_the_api_servers_refusal_names_the_permission(kube: SimulatedCluster, open_cluster: Open) -> None:
    install_dapr(kube, Dapr(ca=b"", issuer=b"", key=b"", issuer_not_after=ENDS_AT.timestamp()))
    token = kube.token("warden", Rule(verbs=("list",)))

    async with open_cluster(token=token, sentry_metrics="proxy") as cluster:
        components = await cluster.components()
        with pytest.raises(Forbidden, match=f"get pods/proxy .*in namespace {NAMESPACE}"):
            await cluster.issuer_gauges(components)


async def test_one_pod_that_answers_is_enough(open_cluster: Open, serve: Serve) -> None:
    port = await serve(_answering(metrics_page(ENDS_AT.timestamp())))

    async with open_cluster(sentry_metrics="direct") as cluster:
        gauges = await cluster.issuer_gauges([sentry(9, port)])

    assert [gauge.pod for gauge in gauges] == ["dapr-sentry-1"]


async def test_no_pod_that_answers_is_no_answer(open_cluster: Open) -> None:
    async with open_cluster(sentry_metrics="direct") as cluster:
        with pytest.raises(Unreachable, match=r"metrics of pod dapr-sentry-0 at 127\.0\.0\.1:9"):
            await cluster.issuer_gauges([sentry(9, 9)])


async def test_an_ipv6_address_is_understood(open_cluster: Open) -> None:
    async with open_cluster(sentry_metrics="direct") as cluster:
        with pytest.raises(Unreachable, match=r"at \[::1\]:9"):
            await cluster.issuer_gauges([sentry(9, ip="::1")])


async def test_pods_that_do_not_run_are_not_asked(open_cluster: Open) -> None:
    async with open_cluster(sentry_metrics="direct") as cluster:
        assert await cluster.issuer_gauges([sentry(9, ip=""), sentry(9, waiting="CrashLoopBackOff")]) == ()
        assert await cluster.issuer_gauges([]) == ()


async def _redirected(request: web.Request) -> web.Response:
    raise web.HTTPFound("http://127.0.0.1:9/elsewhere")


async def _compressed(request: web.Request) -> web.Response:
    return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"# nothing\n" * 10_000)


async def _failing(request: web.Request) -> web.Response:
    return web.Response(status=503)


@pytest.mark.parametrize(
    ("handler", "error", "says"),
    [
        (_redirected, Malformed, "302"),
        (_compressed, Malformed, "200"),
        (_endless, Malformed, "larger than 4 MiB"),
        (_failing, Malformed, "503"),
    ],
)
async def test_a_strange_endpoint_is_told_as_such(
    open_cluster: Open, serve: Serve, handler: Callable[[web.Request], Awaitable[web.StreamResponse]], error: type[BotError], says: str
) -> None:
    port = await serve(handler)

    async with open_cluster(sentry_metrics="direct") as cluster:
        with pytest.raises(error, match=says):
            await cluster.issuer_gauges([sentry(port)])


async def test_an_endpoint_that_drips_meets_the_deadline(open_cluster: Open, serve: Serve) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"#")
            await asyncio.sleep(0.05)

    port = await serve(drip)

    async with open_cluster(sentry_metrics="direct", request_seconds="1") as cluster:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            await cluster.issuer_gauges([sentry(port)])

    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "line",
    [
        "dapr_sentry_issuercert_expiry_timestamp 1.8e+09",
        "dapr_sentry_issuercert_expiry_timestamp 1800000000",
        'dapr_sentry_issuercert_expiry_timestamp{app_id="x",odd="a } b"} 1.8e+09',
        "dapr_sentry_issuercert_expiry_timestamp{} 1.8e+09 1700000000000",
    ],
)
def test_the_gauge_is_found_in_every_form_of_the_format(line: str) -> None:
    page = f'# TYPE dapr_sentry_issuercert_expiry_timestamp gauge\nother{{a="b"}} 1\n{line}\n'

    assert expiry(page, "x") == datetime.fromtimestamp(1.8e9, UTC)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "# dapr_sentry_issuercert_expiry_timestamp 1",
        "dapr_sentry_issuercert_expiry_timestamp_other 1.8e+09",
        "dapr_sentry_issuercert_expiry_timestamp",
        "dapr_sentry_issuercert_expiry_timestamp soon",
        "dapr_sentry_issuercert_expiry_timestamp NaN",
        "dapr_sentry_issuercert_expiry_timestamp +Inf",
        "dapr_sentry_issuercert_expiry_timestamp 0",
        "dapr_sentry_issuercert_expiry_timestamp -5",
        "dapr_sentry_issuercert_expiry_timestamp 1e300",
    ],
)
def test_a_page_without_an_instant_is_malformed(page: str) -> None:
    with pytest.raises(Malformed, match="dapr_sentry_issuercert_expiry_timestamp"):
        expiry(page, "x")


def _answering(text: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text)

    return answer
