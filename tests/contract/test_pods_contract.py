"""The contract of ``ports.Pods`` on the fake, and on the real client over the simulated API."""

import itertools
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.adapters.kubernetes import opened
from bot.config import from_env
from bot.model.logs import LogLine
from bot.model.scene import KubeEvent, PodName, PodState
from bot.ports import Pods
from playground.kubernetes import SimulatedCluster
from tests.certificates import NOW
from tests.contract.pods_cases import CASES, LOG_CASES, Case, LogCase, LogWorld
from tests.contract.pods_objects import event_object, pod_object
from tests.fakes.pods import FakePods


@dataclass
class FakeWorld:
    pods: FakePods = field(default_factory=FakePods)

    async def has(self, state: PodState) -> None:
        self.pods.states_.append(replace(state, created_at=NOW))

    async def told(self, event: KubeEvent, *, type_: str = "Warning", by_series: bool = False) -> None:
        if type_ == "Warning":
            self.pods.events.append(event)

    async def printed(self, pod: PodName, container: str, *lines: tuple[datetime, str], previous: bool = False) -> None:
        where = {"namespace": pod.namespace, "pod": pod.name, "container": container}
        self.pods.logs[pod, container, previous] = tuple(LogLine(at_ns=nanoseconds(at), text=text, **where) for at, text in lines)


@dataclass
class SimulatedWorld:
    pods: Pods
    kube: SimulatedCluster
    clock: "Dial"
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def has(self, state: PodState) -> None:
        self.kube.put(pod_object(state))

    async def told(self, event: KubeEvent, *, type_: str = "Warning", by_series: bool = False) -> None:
        self.kube.put(event_object(event, f"e{next(self.numbers)}", type_=type_, by_series=by_series))

    async def printed(self, pod: PodName, container: str, *lines: tuple[datetime, str], previous: bool = False) -> None:
        text = ""
        for at, line in lines:
            self.clock.at = at
            text += f"{line}\n"
            self.kube.log(pod.name, text, namespace=pod.namespace, container=container, previous=previous)


@dataclass
class Dial:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def nanoseconds(at: datetime) -> int:
    return int(at.timestamp()) * 10**9 + at.microsecond * 1_000


@pytest.fixture(params=["fake", "simulated"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[LogWorld]:
    if request.param == "fake":
        yield FakeWorld()
        return
    dial = Dial()
    async with SimulatedCluster(dial.now) as kube:
        settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(kube.kubeconfig(tmp_path / "kubeconfig"))})
        async with opened(settings, version="test") as cluster:
            yield SimulatedWorld(cluster.pods, kube, dial)


@pytest.mark.parametrize("case", [*CASES, *LOG_CASES], ids=lambda case: case.__name__)
async def test_all_pods_keep_the_contract(case: Case | LogCase, world: LogWorld) -> None:
    await case(world)
