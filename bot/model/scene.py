"""Everything that a diagnosis looks at, seen at one instant: the Snapshot, and of the pods in question what only their own objects tell.

Outside text is not trusted: messages of Kubernetes are redacted before they get in here, lines of logs before anybody is shown them.
"""

import enum
from datetime import datetime
from typing import Final

import msgspec

from bot.model.chains import CHAINS_NOT_READ, LiveChains
from bot.model.counters import COUNTERS_NOT_READ, Counter
from bot.model.explore import Address
from bot.model.logs import LogLine
from bot.model.observed import Part, Unobserved
from bot.model.report import Report
from bot.model.snapshot import Snapshot

MOST_STATES: Final = 10
"""Of so many pods of a target the own state is read, the worst; of the others the census tells."""


class Level(enum.Enum):
    """What a question is about."""

    APP = "app"
    POD = "pod"
    COMPONENT = "component"


class PodName(msgspec.Struct, frozen=True, order=True):
    """Namespace and name of a pod."""

    namespace: str
    name: str

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.namespace}/{self.name}"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about. ``name``: an app id, a pod's name, or a component ("sentry"); ``pods``: all of its pods, worst first."""

    level: Level
    name: str
    namespace: str
    pods: tuple[PodName, ...] = ()


class ContainerState(msgspec.Struct, frozen=True, kw_only=True):
    """One container of a pod, as the kubelet reports it.

    ``waiting``: reason such as CrashLoopBackOff or ImagePullBackOff, "" when it does not wait; ``message``: the kubelet's, of waiting or
    termination. ``exit_code``, ``ended``: of the present termination, or else of the last one before (None, "" = never ended);
    ``ended`` is a reason such as OOMKilled, Error, Completed.
    """

    name: str
    image: str
    is_init: bool = False
    ready: bool = False
    running: bool = False
    restarts: int = 0
    waiting: str = ""
    message: str = ""
    exit_code: int | None = None
    ended: str = ""
    ended_at: datetime | None = None


class PodState(msgspec.Struct, frozen=True, kw_only=True):
    """One pod. ``unscheduled``: why no node takes it, "" when one did. ``reason``, ``message``: of the pod itself (Evicted, ...).

    ``sidecar_port``: where its sidecar is called by others, by the pod's spec, else Dapr's usual one; there need not be a sidecar.
    """

    pod: PodName
    phase: str
    containers: tuple[ContainerState, ...]
    reason: str = ""
    message: str = ""
    unscheduled: str = ""
    ip: str = ""
    sidecar_port: int = 50002
    created_at: datetime | None = None


class KubeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One Warning event. ``kind``, ``name``: of the object that it is about (Pod, ReplicaSet, Deployment, ...)."""

    namespace: str
    kind: str
    name: str
    reason: str
    message: str
    count: int = 1
    last_at: datetime | None = None


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen. ``report``: the checks' answers about the same Snapshot.

    ``lines``: of the target's and the control plane's containers since ``since_at``, the oldest first; ``source``: who told them, "Loki"
    or "Kubernetes" (the present and the previous log of single containers). ``gaps``: what was not seen of events and lines although the
    part is Observed, and why; also why Loki was not read when Kubernetes told the lines in its place. ``chains``: of the target's
    own servers; those of the control plane are the Snapshot's. ``counters``: what sentry, the injector and the target's sidecars have
    counted. ``own_logs``, ``control_plane_logs``: where people can look at them themselves; None where nobody can tell.
    """

    target: Target
    snapshot: Snapshot
    report: Report
    states: Part[tuple[PodState, ...]]
    events: Part[tuple[KubeEvent, ...]]
    lines: Part[tuple[LogLine, ...]]
    source: str
    since_at: datetime
    gaps: tuple[Unobserved, ...] = ()
    chains: Part[LiveChains] = CHAINS_NOT_READ
    counters: Part[tuple[Counter, ...]] = COUNTERS_NOT_READ
    own_logs: Address | None = None
    control_plane_logs: Address | None = None
