"""What every ``ports.Cluster`` promises, as cases over a World: run on the fake, on the adapter over the simulated API, and on a real one.

A case uses only :class:`World`, so that whoever can install a Dapr and change its two objects can run all of them.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, Protocol, cast

from bot.model.certificate import certificates
from bot.ports import Cluster
from playground.kubernetes.dapr import AppPod, Dapr
from tests.certificates import Files, a_good_bundle

Case = Callable[["World"], Awaitable[None]]

PATIENCE: Final = 10.0
SENTRY_NAMESPACE: Final = "dapr-system"


class World(Protocol):
    """A cluster to look at, and a hand that changes it."""

    @property
    def cluster(self) -> Cluster: ...

    async def install(self, dapr: Dapr) -> None: ...

    async def set_configmap(self, ca: bytes, *, manager: str) -> None: ...

    async def set_secret(self, files: Files, *, manager: str) -> None: ...

    async def remove_configmap(self) -> None: ...

    async def watched(self) -> None:
        """Return when the watch that was just asked for is open."""
        ...


def a_dapr(files: Files, **deviations: object) -> Dapr:
    fields: dict[str, object] = {"ca": files.ca, "issuer": files.issuer, "key": files.key, **deviations}
    return Dapr(**fields)  # type: ignore[arg-type]


async def nothing_is_an_answer(world: World) -> None:
    cluster = world.cluster

    assert (await cluster.trust_secret(), await cluster.trust_configmap(), await cluster.mtls()) == (None, None, None)
    assert (await cluster.webhook(), await cluster.components(), await cluster.trust_versions()) == (None, (), ("", ""))
    assert (await cluster.census()).pods == ()


async def the_pair_is_read_byte_for_byte(world: World) -> None:
    files = a_good_bundle()
    await world.install(a_dapr(files, configmap_ca=files.ca + b"\n"))

    secret, configmap = await world.cluster.trust_secret(), await world.cluster.trust_configmap()

    assert secret is not None
    assert configmap is not None
    assert secret.ca is not None
    assert configmap.ca is not None
    assert (secret.ca.size + 1, secret.ca.sha256 != configmap.ca.sha256) == (configmap.ca.size, True)
    assert certificates(secret.ca) == certificates(configmap.ca)
    assert secret.issuer is not None
    assert len(certificates(secret.issuer)) == 1
    assert secret.key is not None
    assert (secret.key.problem, secret.jwt, secret.other_keys, configmap.other_keys) == ("", False, (), ())


async def writers_are_told_with_their_keys(world: World) -> None:
    files = a_good_bundle()
    await world.install(a_dapr(files))
    await world.set_configmap(files.ca + b"\n", manager="somebody")

    secret, configmap = await world.cluster.trust_secret(), await world.cluster.trust_configmap()

    assert secret is not None
    assert configmap is not None
    assert ("sentry", ("ca.crt", "issuer.crt", "issuer.key")) in [(writer.manager, writer.keys) for writer in secret.facts.writers]
    (last,) = (writer for writer in configmap.facts.writers if "ca.crt" in writer.keys)
    assert (last.manager, last.operation, last.at is not None) == ("somebody", "Update", True)
    assert configmap.facts.owners == ("Helm release dapr",)


async def the_control_plane_is_seen_in_order(world: World) -> None:
    await world.install(a_dapr(a_good_bundle(), version="1.16.2", replicas=2))

    components = await world.cluster.components()

    assert [component.name for component in components] == [
        "sentry", "operator", "sidecar-injector", "placement-server", "scheduler-server",
    ]  # fmt: skip
    assert {(component.version, component.desired, component.ready, len(component.pods)) for component in components} == {
        ("1.16.2", 2, 2, 2)
    }
    sentry = components[0]
    assert (sentry.kind, sentry.workload, sentry.image) == ("Deployment", "dapr-sentry", "ghcr.io/dapr/sentry:1.16.2")
    assert all(pod.ready and pod.metrics_port == 9090 and pod.waiting == "" for pod in sentry.pods)


async def the_census_tells_who_trusts_what(world: World) -> None:
    old, new = a_good_bundle(), a_good_bundle()
    pods = (
        AppPod(name="orders-1", anchors=old.ca),
        AppPod(name="orders-2", anchors=new.ca, native=True),
        AppPod(name="cart-1", anchors=old.ca, namespace="other", daprd_version="1.16.2"),
        AppPod(name="lost-1", injected=False),
        AppPod(name="mute-1", anchors=None, state="CrashLoopBackOff"),
    )
    await world.install(a_dapr(new, pods=pods))

    census = await world.cluster.census()

    seen = {pod.name: pod for pod in census.pods}
    assert sorted(seen) == ["cart-1", "lost-1", "mute-1", "orders-1", "orders-2"]
    one, two, cart, mute = (seen[name].daprd for name in ("orders-1", "orders-2", "cart-1", "mute-1"))
    assert one is not None
    assert two is not None
    assert cart is not None
    assert mute is not None
    assert (one.anchors == cart.anchors, one.anchors != two.anchors, mute.anchors) == (True, True, None)
    assert set(census.anchors) == {one.anchors, two.anchors}
    assert (one.native, two.native, one.state, two.ready, mute.state, mute.restarts) == (
        False, True, "running", True, "CrashLoopBackOff", 7,
    )  # fmt: skip
    assert (cart.version, seen["cart-1"].namespace, seen["lost-1"].daprd) == ("1.16.2", "other", None)
    assert (seen["orders-1"].app_id, seen["orders-1"].workload, seen["orders-1"].is_live) == ("orders", "Deployment/orders", True)
    assert (census.sentry_namespaces, census.total) == ((SENTRY_NAMESPACE,), 10)


async def the_configuration_and_what_the_api_server_trusts_are_read(world: World) -> None:
    files, other = a_good_bundle(), a_good_bundle()
    await world.install(a_dapr(files, mtls_enabled=False, ca_bundle=other.ca))

    mtls, webhook = await world.cluster.mtls(), await world.cluster.webhook()

    assert mtls is not None
    assert (mtls.enabled, mtls.workload_cert_ttl, mtls.allowed_clock_skew) == (False, "24h", "15m")
    assert webhook is not None
    assert webhook.bundle is not None
    assert (webhook.service_namespace, webhook.bundle.size) == (SENTRY_NAMESPACE, len(other.ca))


async def an_empty_ca_bundle_is_seen_to_be_empty(world: World) -> None:
    await world.install(a_dapr(a_good_bundle(), ca_bundle=b""))

    webhook = await world.cluster.webhook()

    assert webhook is not None
    assert webhook.bundle is None


async def versions_change_with_their_object_only(world: World) -> None:
    files = a_good_bundle()
    await world.install(a_dapr(files))
    first = await world.cluster.trust_versions()

    await world.set_configmap(files.ca, manager="sentry")
    same = await world.cluster.trust_versions()
    await world.set_configmap(files.ca + b"\n", manager="somebody")
    second = await world.cluster.trust_versions()
    await world.remove_configmap()
    third = await world.cluster.trust_versions()

    assert same == first
    assert (second[0], second[1] != first[1]) == (first[0], True)
    assert third == (first[0], "")


async def changes_are_told_as_they_happen(world: World) -> None:
    files, other = a_good_bundle(), a_good_bundle()
    await world.install(a_dapr(files))

    assert await _told(world, lambda: world.set_configmap(files.ca + b"\n", manager="somebody")) == "ConfigMap"
    assert await _told(world, lambda: world.set_secret(other, manager="somebody")) == "Secret"
    assert await _told(world, world.remove_configmap) == "ConfigMap"
    assert await _told(world, lambda: world.set_configmap(files.ca, manager="sentry")) == "ConfigMap"


async def _told(world: World, change: Callable[[], Awaitable[None]]) -> str:
    """What the watch tells about a change made after it was opened."""
    changes = cast("AsyncGenerator[str, None]", world.cluster.trust_changes())
    async with contextlib.aclosing(changes), asyncio.timeout(PATIENCE):
        told = asyncio.ensure_future(anext(changes))
        await world.watched()
        await change()
        return await told


CASES: Final[tuple[Case, ...]] = (
    nothing_is_an_answer,
    the_pair_is_read_byte_for_byte,
    writers_are_told_with_their_keys,
    the_control_plane_is_seen_in_order,
    the_census_tells_who_trusts_what,
    the_configuration_and_what_the_api_server_trusts_are_read,
    an_empty_ca_bundle_is_seen_to_be_empty,
    versions_change_with_their_object_only,
    changes_are_told_as_they_happen,
)
