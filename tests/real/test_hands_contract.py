"""The contract of ``ports.Hands`` on a real API server: the same cases as on the fake and on the simulated API."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest

from bot.model.surroundings import WorkloadName
from bot.ports import Hands
from tests.cards import NOW
from tests.certificates import Files, a_good_bundle
from tests.contract.hands_cases import BOTH, CASES, ORDERS, Case, a_pair, a_tenure, another_bundle
from tests.contract.hands_objects import (
    BUNDLE,
    LEASE,
    NAMESPACE,
    PATHS,
    bundle_configmap,
    bundle_secret,
    namespace,
    others,
    own_objects,
    touched,
    workload,
)
from tests.contract.opening import opened_at
from tests.rig import cluster as rig
from tests.rig.api_server import ApiServer


@dataclass
class RealWorld:
    hands: Hands
    hand: rig.Cluster

    async def install(self, files: Files, *workloads: WorkloadName, configmap_ca: bytes | None = None) -> None:
        await asyncio.to_thread(self._install, files, workloads, files.ca if configmap_ca is None else configmap_ca)

    async def touch(self, kind: str, name: str) -> None:
        await asyncio.to_thread(self._touch, kind, name)

    async def recreate(self, kind: str, name: str) -> None:
        await asyncio.to_thread(self._recreate, kind, name)

    async def others(self, kind: str, name: str) -> object:
        return others(await asyncio.to_thread(self.stored, kind, name))

    async def generation(self, workload: WorkloadName) -> int:
        path = f"/apis/apps/v1/namespaces/{workload.namespace}/{workload.kind.lower()}s/{workload.name}"
        return int((await asyncio.to_thread(self.hand.request, "GET", path))["metadata"]["generation"])

    def stored(self, kind: str, name: str) -> rig.Object:
        return self.hand.request("GET", _path(kind, name))

    def _install(self, files: Files, workloads: tuple[WorkloadName, ...], ca: bytes) -> None:
        spaces = [namespace(name) for name in (NAMESPACE, *{one.namespace for one in workloads})]
        for one in (*spaces, bundle_secret(files), bundle_configmap(ca), *own_objects(), *map(workload, workloads)):
            self.hand.apply(one)

    def _touch(self, kind: str, name: str) -> None:
        self.hand.request("PUT", _path(kind, name), body=touched(self.stored(kind, name)))

    def _recreate(self, kind: str, name: str) -> None:
        gone = self.stored(kind, name)
        self.hand.request("DELETE", _path(kind, name))
        fresh = {key: value for key, value in gone["metadata"].items() if key in ("name", "namespace", "labels", "annotations")}
        self.hand.apply({**gone, "metadata": fresh})


def _path(kind: str, name: str) -> str:
    return f"{PATHS[kind]}/namespaces/{NAMESPACE}/{kind.lower()}s/{name}"


@pytest.fixture
async def world(api_server: ApiServer, cluster: rig.Cluster) -> AsyncGenerator[RealWorld]:
    async with opened_at(api_server.kubeconfig) as adapter:
        yield RealWorld(adapter.hands, cluster)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_a_real_api_server_keeps_the_contract(case: Case, world: RealWorld) -> None:
    await case(world)


async def test_every_write_is_the_rotator_s_and_of_what_it_means_to_write_alone(world: RealWorld) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old, ORDERS)
    live = await world.hands.pair()

    await world.hands.write_configmap(new.ca, BOTH, live.configmap)
    await world.hands.write_secret(a_pair(new), BOTH, live.secret)
    await world.hands.hold(a_tenure("warden-a", 1, await world.hands.tenure()), NOW)
    await world.hands.restart(ORDERS, "5d0f/apps")

    annotations: rig.Object = {"f:annotations": {"f:dapr-warden.io/pair": {}}}
    assert _ours(world.stored("ConfigMap", BUNDLE)) == {"f:data": {"f:ca.crt": {}}, "f:metadata": annotations}
    assert _ours(world.stored("Secret", BUNDLE)) == {
        "f:data": {"f:ca.crt": {}, "f:issuer.crt": {}, "f:issuer.key": {}},
        "f:metadata": annotations,
    }
    # Of a Lease the API server does not keep who wrote what.
    lease = world.stored("Lease", LEASE)
    assert "managedFields" not in lease["metadata"]
    assert set(lease["spec"]) == {"holderIdentity", "leaseDurationSeconds", "leaseTransitions", "renewTime"}
    deployment = world.hand.request("GET", "/apis/apps/v1/namespaces/shop/deployments/orders")
    assert _ours(deployment) == {"f:spec": {"f:template": {"f:metadata": {"f:annotations": {"f:dapr-warden.io/restarted": {}}}}}}


def _ours(stored: rig.Object) -> rig.Object:
    (fields,) = (entry["fieldsV1"] for entry in stored["metadata"]["managedFields"] if entry["manager"] == "dapr-warden")
    found: rig.Object = fields
    return found
