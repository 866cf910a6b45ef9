"""The same listing by the typed Kubernetes client, in a fresh process, as its documentation shows it.

Options: ``kubeconfig``, ``limit`` (pods per page, each page dropped after use; 0 is everything at once). Tells ``wall`` and
``cpu`` of one listing in seconds, ``peak_mib``, and how many pods there were.
"""

import gc
import time
from typing import Any

from kubernetes import config
from kubernetes.client import ApiClient, Configuration, CoreV1Api

from bench.programs import telling


def main() -> None:
    """List once, and tell what it cost."""
    telling.tell(**listed(telling.options()), peak_mib=telling.peak_mib())


def listed(options: dict[str, Any]) -> dict[str, float]:
    """Wall, CPU, pods."""
    configuration = Configuration()
    config.load_kube_config(config_file=options["kubeconfig"], client_configuration=configuration)  # type: ignore[no-untyped-call]
    with ApiClient(configuration) as client:
        api = CoreV1Api(client)
        # The models are built at their first use; that is not the listing's fault.
        api.list_namespaced_pod("dapr-system", limit=1)
        # As ours is measured (look.py).
        gc.freeze()
        wall, cpu = time.perf_counter(), time.process_time()
        pods = _listed(api, options["limit"])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "pods": pods}


def _listed(api: CoreV1Api, limit: int) -> int:
    """How many pods have daprd: every page is looked at, as whoever lists pods would."""
    if not limit:
        return sum(_has_daprd(pod) for pod in api.list_pod_for_all_namespaces().items)
    found, token = 0, None
    while True:
        page = api.list_pod_for_all_namespaces(limit=limit, _continue=token)
        found += sum(_has_daprd(pod) for pod in page.items)
        token = page.metadata.var_continue if page.metadata else None
        if not token:
            return found


def _has_daprd(pod: object) -> bool:
    spec = getattr(pod, "spec", None)
    return any(container.name == "daprd" for container in (spec.containers if spec else ()))


if __name__ == "__main__":
    main()
