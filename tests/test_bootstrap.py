"""How the core is put together: what a look of the running bot asks for."""

from pathlib import Path

from bot import bootstrap
from bot.config import from_env
from bot.model.observed import Observed, Unobserved
from playground.kubernetes import AppPod, Dapr, SimulatedCluster, install_dapr
from tests.certificates import a_good_bundle


async def test_the_running_bot_asks_for_workloads_only_when_somebody_plans(tmp_path: Path) -> None:
    files = a_good_bundle()
    async with SimulatedCluster() as kube:
        install_dapr(kube, Dapr(ca=files.ca, issuer=files.issuer, key=files.key, pods=[AppPod(name="orders-1", anchors=files.ca)]))
        environ = {
            "DAPR_WARDEN_KUBECONFIG": str(kube.kubeconfig(tmp_path / "kubeconfig")),
            "DAPR_WARDEN_STORE": f"sqlite:///{tmp_path / 'store.sqlite'}",
            "DAPR_WARDEN_SENTRY_METRICS": "off",
        }
        async with bootstrap.opened(from_env(environ), version="test") as core:
            observed, surveyed = await core.observe(), await core.survey()

    assert isinstance(observed.surroundings, Unobserved)
    assert isinstance(surveyed.surroundings, Observed)
    assert "orders" in {one.workload.name for one in surveyed.surroundings.value.workloads}
