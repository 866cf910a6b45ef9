"""What runs in a pod: whose it is, which roots it trusts, which certificate it holds, and when it does something next."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.model.path import SENTRY, Identity
from playground.kubernetes import kubelet
from playground.kubernetes.injector import SimulatedInjector
from playground.kubernetes.leaves import Leaf
from playground.kubernetes.sentry import FIRST_WAIT

Object = dict[str, Any]
Place = tuple[str, str]

ANCHORS: Final = "DAPR_TRUST_ANCHORS"
DAPRD: Final = kubelet.DAPRD
OPERATOR: Final = "dapr-operator"
INJECTOR: Final = "dapr-sidecar-injector"
_APP_ID: Final = "dapr.io/app-id"
_SENTRY: Final = "dapr-sentry"
_PARTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    INJECTOR: ("dapr-injector", ("dapr-sidecar-injector.{}.svc",)),
    OPERATOR: (OPERATOR, ("dapr-webhook.{}.svc",)),
    "dapr-placement-server": ("dapr-placement", ()),
    "dapr-scheduler-server": ("dapr-scheduler", ()),
}
_NOBODY: Final = Identity("")


class Role(enum.Enum):
    """How a process comes by its roots and its certificate."""

    SENTRY = "reads both objects, and signs its own"
    INJECTOR = "mounts its roots, and hands them to new pods"
    PART = "mounts its roots"
    SIDECAR = "has its roots in its environment, for as long as it lives"
    PLAIN = "has neither"


@dataclass(slots=True, kw_only=True)
class Process:
    """In one pod; ``place`` is its namespace and name, ``app`` its label of that name.

    ``roots``    what it trusts now, PEM; ``mounted`` what lies in its volume; ``noticed``: how often it has looked again
    ``again_at`` when it starts, or asks for its next certificate; None: it waits for nothing
    ``held``     it runs, and its probe fails
    """

    place: Place
    app: str
    role: Role
    identity: Identity
    containers: tuple[str, ...]
    again_at: datetime | None = None
    roots: bytes = b""
    mounted: bytes = b""
    noticed: int = 0
    runs: bool = False
    held: bool = False
    leaf: Leaf | None = None
    injector: SimulatedInjector | None = None
    wait: timedelta = FIRST_WAIT

    @property
    def main(self) -> str:
        """The container whose failure is the pod's."""
        return DAPRD if self.role is Role.SIDECAR else self.containers[0]

    def __str__(self) -> str:
        """Namespace/name."""
        return "/".join(self.place)


def process_of(pod: Object, namespace: str) -> Process:
    """What runs in this pod; ``namespace`` is Dapr's."""
    metadata, spec = pod["metadata"], pod["spec"]
    place = (metadata.get("namespace", ""), metadata["name"])
    app = (metadata.get("labels") or {}).get("app", "")
    found = [*spec.get("initContainers", ()), *spec["containers"]]
    anchors = _anchors(found)
    role, identity = _role(app if place[0] == namespace else "", namespace)
    if role is Role.PLAIN and anchors is not None:
        app_id = (metadata.get("annotations") or {}).get(_APP_ID) or place[1]
        role, identity = Role.SIDECAR, Identity(f"spiffe://public/ns/{place[0]}/{app_id}")
    containers = tuple(one["name"] for one in found)
    return Process(place=place, app=app, role=role, identity=identity, containers=containers, roots=anchors or b"")


def _role(app: str, namespace: str) -> tuple[Role, Identity]:
    if app == _SENTRY:
        return Role.SENTRY, SENTRY
    if app not in _PARTS:
        return Role.PLAIN, _NOBODY
    name, hosts = _PARTS[app]
    identity = Identity(f"spiffe://cluster.local/ns/{namespace}/{name}", tuple(host.format(namespace) for host in hosts))
    return (Role.INJECTOR if app == INJECTOR else Role.PART), identity


def _anchors(containers: list[Object]) -> bytes | None:
    """None: no daprd."""
    daprd = next((one for one in containers if one["name"] == DAPRD), None)
    if daprd is None:
        return None
    values: list[str] = [one["value"] for one in daprd.get("env", ()) if one["name"] == ANCHORS and "value" in one]
    return values[-1].encode() if values else b""
