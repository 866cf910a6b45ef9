"""The watch of the two objects: what it tells, what it survives, what ends it, and that it leaves nothing behind."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncGenerator
from typing import cast

import pytest

from bot.adapters.kubernetes import KubernetesCluster
from bot.errors import BotError, Forbidden, Malformed, Unreachable
from playground.kubernetes import Dapr, Effect, Rule, SimulatedCluster, install_dapr
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.adapters.kubernetes.conftest import Open
from tests.contract.waiting import until


@pytest.fixture
def installed(kube: SimulatedCluster) -> SimulatedCluster:
    install_dapr(kube, Dapr(ca=b"one", issuer=b"", key=b""))
    return kube


class Told:
    """Everything that a watch has told so far, and how it ended."""

    def __init__(self, cluster: KubernetesCluster) -> None:
        self.kinds: list[str] = []
        self.error: BotError | None = None
        self._changes = cast("AsyncGenerator[str, None]", cluster.trust_changes())

    async def listen(self) -> None:
        async with contextlib.aclosing(self._changes):
            try:
                async for kind in self._changes:
                    self.kinds.append(kind)
            except BotError as error:
                self.error = error


@contextlib.asynccontextmanager
async def watching(cluster: KubernetesCluster, kube: SimulatedCluster, *, watches: int = 2) -> AsyncGenerator[Told]:
    told = Told(cluster)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(told.listen())
        await until(lambda: kube.open_watches == watches or told.error is not None)
        yield told
        listening.cancel()


def change(kube: SimulatedCluster, kind: str = "ConfigMap", data: str = "two") -> None:
    kube.put({**kube.get(kind, BUNDLE, NAMESPACE), "data": {"ca.crt": data}})


async def test_a_quiet_watch_tells_nothing(installed: SimulatedCluster, cluster: KubernetesCluster) -> None:
    async with watching(cluster, installed) as told:
        installed.bookmark()
        installed.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "another", "namespace": NAMESPACE}})
        change(installed, "Secret", "Mg==")
        await until(lambda: bool(told.kinds))

    assert set(told.kinds) == {"Secret"}


async def test_in_mode_off_only_the_configmap_is_watched(installed: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(ca_secret_access="off") as cluster, watching(cluster, installed, watches=1) as told:
        change(installed, "Secret", "Mg==")
        change(installed)
        await until(lambda: bool(told.kinds))

    assert told.kinds == ["ConfigMap"]
    assert not [path for _, path, _ in installed.requests if "secrets" in path]


async def test_a_watch_asks_for_metadata_of_one_name_with_bookmarks(installed: SimulatedCluster, cluster: KubernetesCluster) -> None:
    async with watching(cluster, installed):
        pass

    paths = sorted(path for verb, path, _ in installed.requests if verb == "watch")
    query = "?watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3Ddapr-trust-bundle&timeoutSeconds=300"
    assert paths == [f"/api/v1/namespaces/dapr-system/{resource}{query}" for resource in ("configmaps", "secrets")]


async def test_a_cut_watch_ends_with_an_error(installed: SimulatedCluster, cluster: KubernetesCluster) -> None:
    async with watching(cluster, installed) as told:
        installed.drop_watches()
        await until(lambda: told.error is not None)

    assert isinstance(told.error, Unreachable)


async def test_a_watch_that_ends_in_good_order_goes_on_from_its_bookmark(installed: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster() as cluster, watching(cluster, installed) as told:
        installed.put({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "another", "namespace": NAMESPACE}})
        version = installed.store.version
        installed.bookmark()
        installed.end_watches()
        await until(lambda: sum(f"resourceVersion={version}" in path for _, path, _ in installed.requests) == 2)
        change(installed)
        await until(lambda: bool(told.kinds))

    assert (told.kinds, told.error) == (["ConfigMap"], None)


async def test_watches_that_end_at_once_are_not_reopened_in_a_frenzy(installed: SimulatedCluster, cluster: KubernetesCluster) -> None:
    installed.fault(Effect.BODY, verb="watch", resource="secrets")

    async with watching(cluster, installed) as told:
        await until(lambda: told.error is not None)

    assert isinstance(told.error, Unreachable)
    assert "at once" in str(told.error)
    assert sum(verb == "watch" and "secrets" in path for verb, path, _ in installed.requests) == 4


async def test_a_forgotten_place_is_looked_up_anew_and_the_change_in_between_is_told(
    installed: SimulatedCluster, cluster: KubernetesCluster
) -> None:
    async with watching(cluster, installed) as told:
        installed.bookmark()
        installed.mute_watches()
        change(installed)
        installed.compact()
        installed.end_watches()
        await until(lambda: bool(told.kinds))

    assert (told.kinds, told.error) == (["ConfigMap"], None)


async def test_a_deleted_and_a_recreated_object_are_told(installed: SimulatedCluster, cluster: KubernetesCluster) -> None:
    configmap = installed.get("ConfigMap", BUNDLE, NAMESPACE)
    async with watching(cluster, installed) as told:
        installed.delete("ConfigMap", BUNDLE, NAMESPACE)
        await until(lambda: len(told.kinds) == 1)
        installed.put(configmap)
        await until(lambda: len(told.kinds) == 2)

    assert told.kinds == ["ConfigMap", "ConfigMap"]


async def test_an_object_that_was_not_there_yet_is_told(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    async with watching(cluster, kube) as told:
        install_dapr(kube, Dapr(ca=b"one", issuer=b"", key=b"", configmap_ca=b""))
        await until(lambda: bool(told.kinds))

    assert set(told.kinds) == {"Secret"}


async def test_a_refused_watch_names_the_permission(installed: SimulatedCluster, open_cluster: Open) -> None:
    token = installed.token("warden", Rule(verbs=("get",)))
    async with open_cluster(token=token) as cluster, watching(cluster, installed) as told:
        pass

    assert isinstance(told.error, Forbidden)
    assert "watch" in str(told.error)


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b'{"type":"MODIFIED"}\n',
        b'{"type":"MODIFIED","object":{"kind":"Secret"}}\n',
        b'{"type":"ERROR","object":{"kind":"Status","code":400,"message":"no"}}\n',
    ],
)
async def test_a_strange_event_ends_the_watch(installed: SimulatedCluster, cluster: KubernetesCluster, line: bytes) -> None:
    installed.fault(Effect.BODY, verb="watch", body=line)

    async with watching(cluster, installed) as told:
        await until(lambda: told.error is not None)

    assert isinstance(told.error, Malformed)


async def test_cancelling_leaves_no_thread_and_no_connection_behind(installed: SimulatedCluster, cluster: KubernetesCluster) -> None:
    began = time.monotonic()
    async with watching(cluster, installed):
        assert _threads() == 2

    await until(lambda: not _threads() and installed.open_watches == 0)
    assert time.monotonic() - began < 5


async def test_a_watch_whose_answer_hangs_is_left_at_the_deadline(installed: SimulatedCluster, open_cluster: Open) -> None:
    installed.fault(Effect.HANG, verb="watch")

    async with open_cluster(request_seconds="1") as cluster:
        told = Told(cluster)
        await told.listen()

    assert told.error is not None
    assert "watch" in str(told.error)


async def test_a_generator_that_nobody_closes_stops_its_threads_when_it_is_thrown_away(
    installed: SimulatedCluster, cluster: KubernetesCluster
) -> None:
    changes = cast("AsyncGenerator[str, None]", cluster.trust_changes())
    first = asyncio.ensure_future(anext(changes))
    await until(lambda: installed.open_watches == 2)
    first.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await first
    del changes, first

    await until(lambda: not _threads())


def _threads() -> int:
    return sum(thread.name.startswith("watch ") for thread in threading.enumerate())
