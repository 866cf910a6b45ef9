"""A cluster with Dapr and many pods: the simulated API server, alone in its process, until the parent closes its input.

Options: ``pods``, ``anchors`` (how many different DAPR_TRUST_ANCHORS the pods have; the first is the CA's own), ``days_left``,
``kubeconfig`` (where to write it). Tells ``url``, and the mean size of a pod on the wire as ``pod_bytes``, once it serves.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from bench.pods import Object, app_pods
from bench.programs import telling
from bot.adapters.clock import SystemClock
from playground.demo.ca import LIFETIME, Authority, made_by_sentry
from playground.kubernetes import Dapr, SimulatedCluster, install_dapr, kinds


def main() -> None:
    """Serve until the input ends."""
    asyncio.run(_serve(telling.options()))


async def _serve(options: dict[str, Any]) -> None:
    made_at = SystemClock().now() - LIFETIME + timedelta(days=options["days_left"])
    authority = made_by_sentry(made_at)
    pods = list(app_pods(options["pods"], _anchors(authority, options["anchors"])))
    async with SimulatedCluster() as kube:
        install(kube, authority, pods)
        kube.kubeconfig(Path(options["kubeconfig"]))
        telling.tell(url=kube.url, pod_bytes=_mean_size(pods))
        # A parent that is gone, however it went, closes this end.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


def install(kube: SimulatedCluster, authority: Authority, pods: list[Object]) -> None:
    """Dapr with this CA, sentry's metrics, and the pods as they are."""
    plain = Dapr(ca=authority.ca, issuer=authority.issuer, key=authority.key, issuer_not_after=authority.not_after_at.timestamp())
    install_dapr(kube, plain)
    kube.store.restore(kinds.by_name("v1", "Pod"), pods)


def _anchors(authority: Authority, count: int) -> list[bytes]:
    """The CA's own root, then roots of CAs that were before it."""
    before = (made_by_sentry(authority.not_after_at - LIFETIME - timedelta(days=number)) for number in range(1, count))
    return [authority.ca, *(one.ca for one in before)]


def _mean_size(pods: list[Object]) -> float:
    sample = pods[:100]
    return sum(len(msgspec.json.encode(pod)) for pod in sample) / len(sample) if sample else 0.0


if __name__ == "__main__":
    main()
