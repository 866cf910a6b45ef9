"""An API server, or what stands in its place, that abuses HTTP: every request ends at its deadline, whatever trickles in meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.config import from_env
from bot.errors import BotError, Malformed, TimedOut, Unreachable
from playground.kubernetes import SimulatedCluster
from tests.hostile.wire import HEAD, Heard, Script, dripping, flooding, framed, saying, whole

# Far beyond the deadline of one second: who is still waiting then would wait for ever.
HANGS_SECONDS = 8
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Facing = Callable[[Script], AbstractAsyncContextManager[tuple[KubernetesCluster, Heard]]]


@pytest.fixture
def facing(tmp_path: Path) -> Facing:
    """The adapter, with a deadline of a second, in front of a server that keeps to a script."""

    @asynccontextmanager
    async def face(script: Script) -> AsyncGenerator[tuple[KubernetesCluster, Heard]]:
        with saying(script) as heard:
            simulated = SimulatedCluster()
            simulated.url = heard.url
            kubeconfig = simulated.kubeconfig(tmp_path / "kubeconfig")
            settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig), "DAPR_WARDEN_REQUEST_SECONDS": "1"})
            async with opened(settings, version="9.9") as cluster:
                yield cluster, heard

    return face


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(dripping(b"", b"H"), id="a status line, byte by byte"),
        pytest.param(dripping(HEAD + b"X-Slow: ", b"x"), id="a header, byte by byte"),
        pytest.param(flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="continue, continue, continue"),
        pytest.param(dripping(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), id="a body, byte by byte"),
        pytest.param(dripping(CHUNKED, b"1\r\n \r\n"), id="chunks of one byte"),
        pytest.param(dripping(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-Trailer: x\r\n"), id="trailers, one by one"),
        pytest.param(flooding(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-Trailer: x\r\n"), id="a flood of trailers"),
        pytest.param(dripping(b"HTTP/1.1 500 No\r\nContent-Length: 60000\r\n\r\n", b"x"), id="a refusal, byte by byte"),
    ],
)
async def test_what_never_ends_is_given_up_at_the_deadline_and_keeps_no_thread(facing: Facing, script: Script) -> None:
    async with facing(script) as (cluster, _), asyncio.timeout(HANGS_SECONDS):
        with pytest.raises(TimedOut) as caught:
            await cluster.trust_configmap()

    assert "get configmaps dapr-trust-bundle" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(flooding(HEAD, b"X-Many: x\r\n"), id="more headers than anybody sends"),
        pytest.param(flooding(HEAD + b"X-Long: ", b"x" * 4096), id="a header without end"),
        pytest.param(flooding(HEAD + b"\r\n", b"[" * 65536), id="a body without end"),
        pytest.param(whole(b"{}", b"Content-Encoding: gzip"), id="not gzip at all"),
        pytest.param(whole(b"\x00" * 99, b"Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip"), id="gzip in gzip in gzip"),
        pytest.param(flooding(b"", b"SSH-2.0-OpenSSH_9.9\r\n"), id="another protocol"),
        pytest.param(flooding(CHUNKED, b"ffffffffffffffffffff"), id="a chunk of no size"),
        pytest.param(whole(b"", b"Location: http://127.0.0.1:9/"), id="nothing"),
        pytest.param(whole(b"{}" * 8 + b"\x00"), id="two objects and a NUL"),
    ],
)
async def test_what_is_no_answer_is_an_error_of_ours(facing: Facing, script: Script) -> None:
    async with facing(script) as (cluster, heard), asyncio.timeout(HANGS_SECONDS):
        with pytest.raises((Malformed, Unreachable)) as caught:
            await cluster.trust_configmap()

    assert caught.value.hint
    assert heard.sent < 64 * 1024 * 1024


def pages(token: Callable[[int], str], items: bytes = b"") -> Script:
    """A list that never ends."""
    count = iter(range(10**9))

    def script(_: str) -> Iterator[bytes]:
        yield framed(b'{"kind":"PodList","metadata":{"continue":"%s"},"items":[%s]}' % (token(next(count)).encode(), items))

    return script


async def test_a_list_that_hands_out_the_same_place_again_is_malformed_at_once(facing: Facing) -> None:
    async with facing(pages(lambda number: "same")) as (cluster, heard):
        with pytest.raises(Malformed, match="lead in a circle"):
            await cluster.census()

    assert len(heard.targets) <= 3


async def test_a_list_that_goes_round_in_a_larger_circle_is_malformed_too(facing: Facing) -> None:
    async with facing(pages(lambda number: f"place-{number % 5}")) as (cluster, heard):
        with pytest.raises(Malformed, match="lead in a circle"):
            await cluster.census()

    assert len(heard.targets) <= 7


async def test_a_list_of_more_objects_than_kubernetes_can_hold_is_malformed(facing: Facing) -> None:
    pod = b'{"metadata":{"name":"x","namespace":"y"},"spec":{}}'
    async with facing(pages(str, items=b",".join([pod] * 50_000))) as (cluster, heard):
        with pytest.raises(Malformed, match="more than 300000 objects"):
            await cluster.census()

    assert len(heard.targets) == 7


async def test_each_list_that_is_forgotten_again_and_again_is_asked_for_three_times(facing: Facing) -> None:
    gone = b'HTTP/1.1 410 Gone\r\nContent-Length: 17\r\n\r\n{"kind":"Status"}'

    async with facing(lambda _: iter((gone,))) as (cluster, heard):
        with pytest.raises(BotError, match="changed faster than it could be read"):
            await cluster.census()

    assert len(heard.targets) == 3
