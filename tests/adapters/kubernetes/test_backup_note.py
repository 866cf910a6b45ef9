"""The note beside the sealed pair, over HTTP: by whom it is read, and that nothing else of the Secret travels."""

from typing import Any

import pytest

from bot.adapters.kubernetes import KubernetesCluster
from bot.adapters.kubernetes.needs import backup
from bot.config import from_env
from bot.errors import Malformed
from bot.model.backup import note
from playground.kubernetes import SimulatedCluster
from tests.kept import a_backup


def a_secret(**annotations: str) -> dict[str, Any]:
    metadata = {"name": "dapr-warden-backup", "namespace": "dapr-system", "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"sealed": "c2VhbGVk"}}


async def test_without_a_secret_or_without_a_note_none_is_kept(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    assert await cluster.backup() is None

    kube.put(a_secret())
    assert await cluster.backup() is None


async def test_the_note_tells_which_pair_is_kept(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_secret(**{"dapr-warden.io/kept": note(a_backup().facts)}))

    assert await cluster.backup() == a_backup().facts


async def test_a_note_that_is_none_is_malformed(kube: SimulatedCluster, cluster: KubernetesCluster) -> None:
    kube.put(a_secret(**{"dapr-warden.io/kept": "by hand"}))

    with pytest.raises(Malformed, match="note"):
        await cluster.backup()


def test_it_takes_the_right_to_get_that_one_secret() -> None:
    assert backup(from_env({})).words == "get secrets dapr-warden-backup in namespace dapr-system"
