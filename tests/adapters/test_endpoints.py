from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.counters import Counters
from bot.adapters.endpoints import Endpoints
from bot.errors import SettingsError
from bot.model.alert import Reason
from bot.model.gauges import Gauge
from tests.cards import a_card, a_report, an_announcement


@asynccontextmanager
async def asked(troubles: tuple[str, ...] = (), samples: tuple[Gauge, ...] = ()) -> AsyncGenerator[httpx.AsyncClient]:
    counters = Counters("1.2.3")
    counters.swept(a_report())
    counters.announced(an_announcement(Reason.OPENED, a_card()))
    counters.announced(an_announcement(Reason.EDITED, a_card()))

    async def why() -> tuple[str, ...]:
        return troubles

    endpoints = Endpoints(troubles=why, samples=lambda: samples, registry=counters.registry)
    async with (
        endpoints.served("127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        yield client


async def test_a_bot_that_does_its_job_is_alive_and_ready() -> None:
    async with asked() as client:
        assert (await client.get("/healthz")).text == "ok\n"
        assert (await client.get("/readyz")).status_code == 200


async def test_a_bot_in_trouble_is_alive_but_not_ready_and_says_why() -> None:
    async with asked(troubles=("not connected to Slack yet",)) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")

    assert (ready.status_code, ready.text) == (503, "not connected to Slack yet\n")


async def test_metrics_are_what_prometheus_reads() -> None:
    sample = Gauge("pods", (("cluster", 'a "b"\n'), ("namespace", "shop"), ("trust_generation", "new")), 3)
    async with asked(samples=(sample,)) as client:
        page = (await client.get("/metrics")).text

    read = {family.name: family.samples for family in text_string_to_metric_families(page)}
    (pods,) = read["dapr_warden_pods"]
    assert (pods.labels["cluster"], pods.value) == ('a "b"\n', 3)
    assert read["dapr_warden_build_info"][0].labels == {"version": "1.2.3"}
    assert read["dapr_warden_sweeps"][0].value == 1
    assert read["dapr_warden_alerts_posted"][0].value == 1


async def test_a_port_that_is_taken_is_a_sentence_with_the_setting() -> None:
    async with asked() as client:
        taken = int(str(client.base_url).rstrip("/").rpartition(":")[2])
        endpoints = Endpoints(troubles=_nothing, samples=tuple, registry=CollectorRegistry())

        with pytest.raises(SettingsError, match=f"Cannot listen on 127.0.0.1, port {taken}") as raised:
            async with endpoints.served("127.0.0.1", taken):
                pass

    assert "DAPR_WARDEN_HTTP_PORT" in raised.value.hint


async def test_an_address_of_another_machine_is_a_sentence_too() -> None:
    endpoints = Endpoints(troubles=_nothing, samples=tuple, registry=CollectorRegistry())

    with pytest.raises(SettingsError, match=r"Cannot listen on 192\.0\.2\.1"):
        async with endpoints.served("192.0.2.1", 0):
            pass


async def _nothing() -> tuple[str, ...]:
    return ()
