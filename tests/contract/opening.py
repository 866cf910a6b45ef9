"""The real client, opened for a world that has a kubeconfig."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.config import from_env


def opened_at(kubeconfig: Path) -> AbstractAsyncContextManager[KubernetesCluster]:
    """With no other setting."""
    return opened(from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig)}), version="test")
