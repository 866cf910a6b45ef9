"""One Kubernetes cluster through the official client, in threads: ``opened`` gives a ``ports.Cluster``, ``needs`` its permissions.

Its ``pods`` is a ``ports.Pods``, its ``chains`` a ``ports.Chains``, its ``hands`` a ``ports.Hands``.
"""

from bot.adapters.kubernetes.cluster import KubernetesCluster, opened
from bot.adapters.kubernetes.needs import Need, needs

__all__ = ["KubernetesCluster", "Need", "needs", "opened"]
