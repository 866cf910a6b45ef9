"""What the core is opened with, what keeps it from being opened, and what its looks ask for."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from bot import bootstrap
from bot.config import from_env
from bot.errors import SettingsError
from bot.model.observed import Observed, Unobserved
from bot.model.rotation import Kind
from bot.model.standing import STANDING_NOT_LOOKED_AT
from playground.kubernetes import ADMIN_TOKEN, AppPod, Dapr, SimulatedCluster, install_dapr
from tests.certificates import a_good_bundle


def environment(kube: SimulatedCluster, folder: Path, **more: str) -> dict[str, str]:
    return {
        "DAPR_WARDEN_CLUSTER": "prod-eu",
        "DAPR_WARDEN_KUBECONFIG": str(kube.kubeconfig(folder / "kubeconfig", token=ADMIN_TOKEN)),
        "DAPR_WARDEN_STORE": f"sqlite:///{folder / 'memory.sqlite3'}",
        **{f"DAPR_WARDEN_{name}": value for name, value in more.items()},
    }


async def test_nobody_may_ask_for_a_rotation_unless_it_is_switched_on(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        settings = from_env(environment(kube, tmp_path))

        async with bootstrap.opened(settings, version="1.0") as core:
            assert core.renewals is None


async def test_asking_without_a_key_that_seals_ends_the_start_with_how_to_make_one(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        settings = from_env(environment(kube, tmp_path, ROTATION="ask"))

        with pytest.raises(SettingsError, match="Neither DAPR_WARDEN_SEALING_KEY_FILE nor DAPR_WARDEN_SEALING_COMMAND is set") as failed:
            async with bootstrap.opened(settings, version="1.0"):
                pass

    assert "openssl rand -base64 32" in failed.value.hint


def a_key(folder: Path) -> Path:
    key = folder / "sealing-key"
    key.touch(mode=0o600)
    key.write_bytes(base64.b64encode(bytes(range(32))))
    return key


async def test_a_bot_that_would_carry_a_plan_out_looks_at_itself_when_it_plans(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        asking = environment(kube, tmp_path, ROTATION="ask", SEALING_KEY_FILE=str(a_key(tmp_path)), CANARY="ops/first")
        async with bootstrap.opened(from_env(asking), version="1.0") as core:
            swept, surveyed = await core.observe(), await core.survey()
        async with bootstrap.opened(from_env(asking | {"DAPR_WARDEN_ROTATION": "off"}), version="1.0") as core:
            without = await core.survey()

    assert (swept.standing, without.standing) == (STANDING_NOT_LOOKED_AT, STANDING_NOT_LOOKED_AT)
    assert isinstance(surveyed.standing, Observed)
    assert str(surveyed.standing.value.canary) == "ops/deployment/first"
    assert isinstance(surveyed.standing.value.rights, Observed)
    assert isinstance(surveyed.standing.value.memory, Observed)
    assert surveyed.standing.value.memory.value.path == str(tmp_path / "memory.sqlite3")


async def test_asking_follows_the_settings(tmp_path: Path) -> None:
    more = {
        "ROTATION": "ask",
        "SEALING_KEY_FILE": str(a_key(tmp_path)),
        "APPROVERS": "U1,U2,U3",
        "SAME_PERSON": "U1+U2",
        "QUORUM": "2",
        "CA_DAYS": "90",
    }
    async with SimulatedCluster() as kube:
        settings = from_env(environment(kube, tmp_path, **more))

        async with bootstrap.opened(settings, version="1.0") as core:
            assert core.renewals is not None
            terms = core.renewals.terms

    assert (core.renewals.cluster, terms.people) == ("prod-eu", {"U1": "U1", "U2": "U1", "U3": "U3"})
    assert terms.quorum == {Kind.CROSS_SIGNED: 2, Kind.RECOVERY: 1, Kind.RESTORE: 1}
    assert terms.lifetime == timedelta(days=90)


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
