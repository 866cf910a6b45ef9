"""The simulated API server, and the real client that talks to it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.config import from_env
from playground.kubernetes import ADMIN_TOKEN, SimulatedCluster

Open = Callable[..., AbstractAsyncContextManager[KubernetesCluster]]


@pytest.fixture
async def kube() -> AsyncGenerator[SimulatedCluster]:
    async with SimulatedCluster() as simulated:
        yield simulated


@pytest.fixture
def open_cluster(kube: SimulatedCluster, tmp_path: Path) -> Open:
    """Opens the adapter on the simulation; settings by keyword (``ca_secret_access="off"``), ``token`` for another user."""

    def open_(*, token: str = ADMIN_TOKEN, **settings: str) -> AbstractAsyncContextManager[KubernetesCluster]:
        kubeconfig = kube.kubeconfig(tmp_path / "kubeconfig", token=token)
        environ = {f"DAPR_WARDEN_{name.upper()}": value for name, value in settings.items()}
        return opened(from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig), **environ}), version="9.9")

    return open_


@pytest.fixture
async def cluster(open_cluster: Open) -> AsyncGenerator[KubernetesCluster]:
    async with open_cluster() as adapter:
        yield adapter
