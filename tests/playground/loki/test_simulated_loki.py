"""The simulated Loki over HTTP: what a test or the stage sets in it, and what goes wrong when it is told to."""

import asyncio
import gzip
import json
from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest

from playground.loki import Effect, Limits, Refusal, SimulatedLoki
from tests.certificates import NOW
from tests.contract.loki_world import API, SECOND
from tests.contract.waiting import until
from tests.fakes.clock import FakeClock

SELECTOR = '{app="a"}'


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def loki(clock: FakeClock) -> AsyncGenerator[SimulatedLoki]:
    async with SimulatedLoki(clock.now) as simulated:
        simulated.write({"app": "a"}, "x", at=NOW - timedelta(minutes=1))
        yield simulated


@pytest.fixture
async def http(loki: SimulatedLoki) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=loki.url, timeout=5.0) as client:
        yield client


async def ask(http: httpx.AsyncClient, query: str = SELECTOR, **form: object) -> httpx.Response:
    return await http.get(f"{API}/query_range", params={"query": query, **{name: str(value) for name, value in form.items()}})


def lines(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [value[1] for stream in response.json()["data"]["result"] for value in stream["values"]]


async def test_lines_are_written_without_a_request_too(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.write({"app": "a"}, "one", "two", metadata={"pod": "p"})

    assert lines(await ask(http, f'{SELECTOR} | pod="p"', end=int(NOW.timestamp()) + 1, direction="forward")) == ["one", "two"]
    assert loki.requests[-1].form["query"] == [f'{SELECTOR} | pod="p"']


async def test_time_is_the_clocks(loki: SimulatedLoki, http: httpx.AsyncClient, clock: FakeClock) -> None:
    assert lines(await ask(http)) == ["x"]
    clock.advance(timedelta(days=8))
    assert lines(await ask(http)) == []

    with pytest.raises(Refusal, match="timestamp too old"):
        loki.write({"app": "a"}, "y", at=NOW)
    loki.write({"app": "a"}, "y")
    assert lines(await ask(http, end=int(clock.now().timestamp()) + 1)) == ["y"]


async def test_lines_of_any_time_are_taken_when_the_limits_say_so(clock: FakeClock) -> None:
    limits = Limits(oldest=None, newest=None, behind=None)
    async with SimulatedLoki(clock.now, limits=limits) as loki, httpx.AsyncClient(base_url=loki.url) as http:
        loki.write({"app": "a"}, "later", at=NOW + timedelta(days=1))
        loki.write({"app": "a"}, "long ago", at=NOW - timedelta(days=20))
        found = await ask(http, start=int(NOW.timestamp()) - 21 * 86400, end=int(NOW.timestamp()) + 2 * 86400)

    assert lines(found) == ["later", "long ago"]


async def test_too_many_streams_and_too_much_at_once_are_429(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.limits.streams = 1
    loki.limits.burst_bytes = 10
    at = str(int(NOW.timestamp()) * SECOND)

    async def push(app: str, line: str) -> httpx.Response:
        return await http.post(f"{API}/push", json={"streams": [{"stream": {"app": app}, "values": [[at, line]]}]})

    stream, rate, fine = await push("b", "y"), await push("a", "y" * 11), await push("a", "y")

    assert (stream.status_code, "maximum active stream limit exceeded" in stream.text) == (429, True)
    assert (rate.status_code, rate.text.startswith("ingestion rate limit exceeded for user fake")) == (429, True)
    assert "Retry-After" not in rate.headers
    assert fine.status_code == 204


async def test_compressed_pushes_are_taken(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    at = str(int(NOW.timestamp()) * SECOND)
    body = gzip.compress(json.dumps({"streams": [{"stream": {"app": "z"}, "values": [[at, "zipped"]]}]}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    assert (await http.post(f"{API}/push", content=body, headers=headers)).status_code == 204
    assert lines(await ask(http, '{app="z"}', end=int(NOW.timestamp()) + 1)) == ["zipped"]


async def test_required_labels_are_named(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.limits.required_labels = ("cluster", "app")

    refused = await ask(http)
    counting = await ask(http, 'sum(count_over_time({job="x", cluster="c"}[5m]))')

    words = "stream selector is missing required matchers [{}], labels present in the query were [{}]"
    assert (refused.status_code, refused.text) == (400, words.format("cluster", "app"))
    assert (counting.status_code, counting.text) == (400, words.format("app", "job, cluster"))
    assert lines(await ask(http, '{app="a", cluster=""}')) == ["x"]


async def test_a_policy_blocks_every_query(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.limits.blocked = True

    answer = await ask(http)

    assert (answer.status_code, answer.text) == (400, "query blocked by policy")


async def test_more_series_than_allowed_are_refused(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.limits.series = 1
    loki.write({"app": "a", "pod": "p"}, "y", at=NOW - timedelta(minutes=1))

    answer = await ask(http, f"sum by (pod) (count_over_time({SELECTOR}[5m]))")

    assert (answer.status_code, answer.text.startswith("maximum number of series (1) reached for a single query;")) == (400, True)
    assert (await ask(http, f"sum(count_over_time({SELECTOR}[5m]))")).status_code == 200


async def test_limits_can_be_asked_for_by_a_tenant(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    nobody = await http.get(f"{API}/drilldown-limits")
    somebody = await http.get(f"{API}/drilldown-limits", headers={"X-Scope-OrgID": "t"})

    assert (nobody.status_code, nobody.text) == (401, "no org id")
    assert somebody.json()["limits"]["max_query_length"] == "30d1h"


async def test_it_is_ready_and_what_is_not_simulated_is_no_page(http: httpx.AsyncClient) -> None:
    assert (await http.get("/ready")).text == "ready\n"
    for path in ("query", "tail", "patterns", "index/volume"):
        assert (await http.get(f"{API}/{path}")).status_code == 404


@pytest.mark.parametrize(
    ("effect", "status", "beginning"),
    [
        (Effect.THROTTLE, 429, "too many outstanding requests"),
        (Effect.TIMEOUT, 504, "request timed out, decrease the duration of the request"),
        (Effect.PROXY, 502, "<html>"),
        (Effect.GATEWAY, 403, '{"status":"error"'),
        (Effect.WRONG_TYPES, 200, '{"status":"success"'),
        (Effect.REDIRECT, 302, ""),
    ],
)
async def test_others_answer_in_its_place(
    loki: SimulatedLoki, http: httpx.AsyncClient, effect: Effect, status: int, beginning: str
) -> None:
    loki.fault(effect)

    answer = await ask(http)

    assert (answer.status_code, answer.text.startswith(beginning)) == (status, True)


@pytest.mark.parametrize("effect", [Effect.SLAM, Effect.CUT])
async def test_the_connection_breaks(loki: SimulatedLoki, http: httpx.AsyncClient, effect: Effect) -> None:
    loki.fault(effect)

    with pytest.raises(httpx.RemoteProtocolError):
        await ask(http)


async def test_a_hanging_request_is_never_answered(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.fault(Effect.HANG, endpoint="query_range")

    waiting = asyncio.ensure_future(ask(http))
    await until(lambda: bool(loki.requests))
    assert (await http.get(f"{API}/labels")).status_code == 200
    assert not waiting.done()
    waiting.cancel()


async def test_a_body_comes_in_drips(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.fault(Effect.DRIP)

    async with http.stream("GET", f"{API}/query_range", params={"query": SELECTOR}) as response:
        assert await anext(response.aiter_raw()) == b"{"


async def test_an_answer_is_half_or_another_or_huge(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    half = loki.fault(Effect.HALF)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        (await ask(http)).json()
    loki.heal(half)

    loki.fault(Effect.BODY, body=b"[]", times=1)
    assert (await ask(http)).json() == []

    loki.fault(Effect.HUGE, body=b"3", times=1)
    huge = await ask(http)
    assert (len(huge.content) > 3 * 1024 * 1024, lines(huge)) == (True, ["x"])

    loki.fault(Effect.BOMB, body=b"2", times=1)
    async with http.stream("GET", f"{API}/query_range", params={"query": SELECTOR}) as response:
        raw = b"".join([piece async for piece in response.aiter_raw()])
    assert (len(raw) < 100_000, response.headers["Content-Encoding"]) == (True, "gzip")


async def test_a_fault_strikes_where_and_as_often_as_told(loki: SimulatedLoki, http: httpx.AsyncClient) -> None:
    loki.fault(Effect.THROTTLE, endpoint="query_range", skip=1, times=1)

    assert [(await ask(http)).status_code for _ in range(3)] == [200, 429, 200]
    assert (await http.get(f"{API}/labels")).status_code == 200

    loki.fault(Effect.THROTTLE)
    assert (await ask(http)).status_code == 429
    loki.heal()
    assert (await ask(http)).status_code == 200
