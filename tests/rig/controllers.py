"""What makes an API server a cluster: kube-controller-manager, kube-scheduler, and kwok for a Node whose pods are objects only.

Deployments then roll out for real: ReplicaSets, pods, bindings to a Node, Endpoints, garbage. Two Nodes: kwok declares every
pod of ``QUIET`` Running and Ready at once, with no process behind it; nothing goes there that does not ask for it. Whoever wants
a pod on ``LIVELY`` to run needs a kubelet (:mod:`tests.rig.kubelet`), for kwok keeps its hands off that one.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.rig import build, programs
from tests.rig.api_server import ApiServer
from tests.rig.cluster import Cluster, Object
from tests.rig.process import Process, answers, free_ports

QUIET, LIVELY = "quiet", "lively"
ON_QUIET: Object = {
    "nodeSelector": {"kubernetes.io/hostname": QUIET},
    "tolerations": [{"key": "kwok.x-k8s.io/node", "operator": "Exists", "effect": "NoSchedule"}],
}
"""What a pod's spec holds that is to be an object only."""

# Nobody listens there. Pods of kwok must not have addresses that lead out of the machine: the bot may try them.
_QUIET_PODS = "127.200.0.0/16"
_OURS = "rig/kwok"
_NOT_NEEDED = ("nodeipam", "route", "cloud-node-lifecycle")
_ROOMY = {"cpu": "1k", "memory": "1Ti", "pods": "6000"}


@dataclass(frozen=True)
class Controllers:
    """The running programs."""

    controller_manager: Process
    scheduler: Process
    kwok: Process


@contextmanager
def running_controllers(server: ApiServer, folder: Path) -> Iterator[Controllers]:
    """Starts all three on that API server, with both Nodes, and ends them on leaving. NotBuilt when the rig is not built."""
    add_node(server.cluster, QUIET, labels={_OURS: "true"}, taints=[{"key": "kwok.x-k8s.io/node", "effect": "NoSchedule"}])
    add_node(server.cluster, LIVELY)
    starts = (_controller_manager(server), _scheduler(server), _kwok(server, folder))
    with ExitStack() as stack:
        started = [stack.enter_context(Process(one.command, folder=folder / one.command[0].name, environment={})) for one in starts]
        for process, one in zip(started, starts, strict=True):
            _wait_until_healthy(process, one.url)
        yield Controllers(*started)


def add_node(cluster: Cluster, name: str, *, labels: Object | None = None, taints: list[Object] | None = None) -> None:
    """A Node with room for everybody, not yet Ready."""
    all_labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", **(labels or {})}
    metadata = {"name": name, "labels": all_labels}
    status = {"capacity": _ROOMY, "allocatable": _ROOMY, "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}]}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": taints or []}, "status": status}
    cluster.apply(node)


class _Start(NamedTuple):
    """A program with its flags, and where it serves its health."""

    command: tuple[Path, *tuple[str | Path, ...]]
    url: str


def _controller_manager(server: ApiServer) -> _Start:
    (port,) = free_ports(1)
    flags = _common(server, port)
    # All of them act as the administrator, whom the injector believes as it would believe the ReplicaSet controller.
    flags += ["--service-account-private-key-file", server.folder / "service-account.key", "--use-service-account-credentials=false"]
    flags += ["--controllers", ",".join(("*", *(f"-{one}" for one in _NOT_NEEDED)))]
    # The defaults are for clusters in which a request costs more than here.
    flags += ["--kube-api-qps", "200", "--kube-api-burst", "400"]
    return _Start((build.executable(programs.KUBE_CONTROLLER_MANAGER), *flags), f"https://127.0.0.1:{port}")


def _scheduler(server: ApiServer) -> _Start:
    (port,) = free_ports(1)
    return _Start((build.executable(programs.KUBE_SCHEDULER), *_common(server, port)), f"https://127.0.0.1:{port}")


def _common(server: ApiServer, port: int) -> list[str | Path]:
    flags: list[str | Path] = ["--kubeconfig", server.kubeconfig, "--leader-elect=false"]
    return [*flags, "--bind-address", "127.0.0.1", "--secure-port", str(port)]


def _kwok(server: ApiServer, folder: Path) -> _Start:
    (port,) = free_ports(1)
    stages = folder / "stages.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    texts = [path.read_text(encoding="utf-8") for path in sorted((build.home(programs.KWOK) / "data").glob("*.yaml"))]
    stages.write_text("\n---\n".join(texts), encoding="utf-8")
    flags: list[str | Path] = ["--kubeconfig", server.kubeconfig, "-c", stages]
    flags += ["--manage-all-nodes=false", "--manage-nodes-with-label-selector", f"{_OURS}=true"]
    flags += ["--cidr", _QUIET_PODS, "--node-ip", "127.0.0.1", "--node-lease-duration-seconds", "40"]
    flags += ["--server-address", f"127.0.0.1:{port}"]
    return _Start((build.executable(programs.KWOK), *flags), f"http://127.0.0.1:{port}")


def _wait_until_healthy(process: Process, url: str) -> None:
    process.wait_until(lambda: answers(f"{url}/healthz", verify=False), what=f"{process.name} healthy")
