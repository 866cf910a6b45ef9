"""The town's control plane over real TLS, as the bot looks at it: its own client finds the pods, its own probe asks each of them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.adapters.tls import probing
from bot.config import from_env
from bot.model import servers
from bot.model.chains import LiveChains
from playground.kubernetes.dapr import NAMESPACE
from playground.kubernetes.listeners import Listeners
from tests.bundles.pairs import both_pairs
from tests.certificates import Files
from tests.towns import Town

REPLICAS = 2
EVERYBODY = 5 * REPLICAS


class Seen:
    """A town that listens, and the bot's own eyes."""

    def __init__(self, here: Town, cluster: KubernetesCluster) -> None:
        self.here = here
        self._cluster = cluster

    async def look(self) -> LiveChains:
        return await probing.asked(servers.of_control_plane(await self._cluster.components(), NAMESPACE), probing.straight)

    def issued(self, found: LiveChains) -> set[str]:
        """What signed the certificates that were shown, as the town knows it."""
        by = {leaf.shown: leaf.signing.issuer.hex() for one in self.here.town.servers if (leaf := self.here.town.leaf(one[1], one[0]))}
        return {by[tuple(block.der for block in one.chain.blocks)] for one in found.shown}


@pytest.fixture
async def seen(tmp_path: Path) -> AsyncGenerator[Seen]:
    here = Town(replicas=REPLICAS)
    async with here.kube, Listeners(here.kube, here.town):
        settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(here.kube.kubeconfig(tmp_path / "kubeconfig"))})
        async with opened(settings, version="9.9") as cluster:
            yield Seen(here, cluster)


async def test_every_pod_shows_what_it_holds(seen: Seen) -> None:
    found = await seen.look()

    assert (len(found.shown), found.silent) == (EVERYBODY, ())
    assert seen.issued(found) == {seen.here.old.issuer.hex()}
    ports = {one.endpoint.port for one in found.shown}
    assert len(ports) == EVERYBODY


async def test_pods_that_are_recreated_listen_elsewhere_and_show_the_new_chain(seen: Seen) -> None:
    before = {one.endpoint.port for one in (await seen.look()).shown}
    both, _ = both_pairs(seen.here.old, seen.here.clock.now())
    seen.here.write(both)
    seen.here.pass_time(minutes=2)
    seen.here.restart_control_plane()
    seen.here.pass_time(minutes=2)
    found = await seen.look()

    assert (len(found.shown), found.silent) == (EVERYBODY, ())
    assert seen.issued(found) == {both.issuer.hex()}
    assert not before & {one.endpoint.port for one in found.shown}


async def test_a_renewed_certificate_is_shown_at_the_same_port(seen: Seen) -> None:
    before = await seen.look()
    seen.here.pass_time(hours=13)
    after = await seen.look()

    assert [one.endpoint for one in after.shown] == [one.endpoint for one in before.shown]
    assert not {one.chain.sha256 for one in after.shown} & {one.chain.sha256 for one in before.shown}


async def test_a_sentry_that_refuses_its_ca_is_silent_and_answers_at_its_port_when_it_serves_again(seen: Seen) -> None:
    here = seen.here
    here.write(Files(here.old.ca, here.old.issuer, b"garbage\n"))
    here.pass_time(minutes=2)
    broken = await seen.look()
    here.write(here.old)
    here.pass_time(minutes=6)
    whole = await seen.look()

    assert {one.endpoint.component for one in broken.shown} == {"operator", "sidecar-injector", "placement-server", "scheduler-server"}
    assert (len(whole.shown), whole.silent) == (EVERYBODY, ())


async def test_afterwards_nobody_listens(tmp_path: Path) -> None:
    here = Town()
    async with here.kube:
        settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(here.kube.kubeconfig(tmp_path / "kubeconfig"))})
        async with opened(settings, version="9.9") as cluster:
            async with Listeners(here.kube, here.town):
                endpoints = servers.of_control_plane(await cluster.components(), NAMESPACE)
            found = await probing.asked(endpoints, probing.straight)

    assert (found.shown, len(found.silent)) == ((), 5)
