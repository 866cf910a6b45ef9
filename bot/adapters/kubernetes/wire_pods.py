"""The fields that we read of single pods and of events; as :mod:`bot.adapters.kubernetes.wire`, whose rules hold here too."""

from msgspec import field

from bot.adapters.kubernetes.wire import Instant, Wire
from bot.adapters.kubernetes.wire_workloads import Running


class Named(Wire):
    """metadata, as far as it is wanted."""

    name: str
    namespace: str = ""
    creation_timestamp: Instant | None = None


class SidecarAnnotations(Wire):
    """Where a sidecar was asked to listen for others."""

    port: str | None = field(name="dapr.io/internal-grpc-port", default=None)


class PodMetadata(Named):
    """metadata of a pod."""

    annotations: SidecarAnnotations | None = None


class Specified(Wire):
    """A container of a pod's spec."""

    name: str
    image: str | None = None
    args: list[str] | None = None
    restart_policy: str | None = None


class Waiting(Wire):
    """state.waiting."""

    reason: str | None = None
    message: str | None = None


class Ended(Wire):
    """state.terminated or lastState.terminated."""

    exit_code: int | None = None
    reason: str | None = None
    message: str | None = None
    finished_at: Instant | None = None


class State(Wire):
    """state or lastState: at most one of them is there."""

    running: Running | None = None
    waiting: Waiting | None = None
    terminated: Ended | None = None


class Status(Wire):
    """What the kubelet says about a container."""

    name: str
    image: str | None = None
    ready: bool | None = None
    restart_count: int | None = None
    state: State | None = None
    last_state: State | None = None


class Condition(Wire):
    """One of status.conditions."""

    type: str
    status: str
    reason: str | None = None
    message: str | None = None


class Spec(Wire):
    """spec of a pod."""

    containers: list[Specified] | None = None
    init_containers: list[Specified] | None = None


class PodStatus(Wire):
    """status of a pod."""

    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    ip: str | None = field(name="podIP", default=None)
    conditions: list[Condition] | None = None
    container_statuses: list[Status] | None = None
    init_container_statuses: list[Status] | None = None


class SinglePod(Wire):
    """A pod, looked at closely."""

    metadata: PodMetadata
    spec: Spec
    status: PodStatus | None = None


class Involved(Wire):
    """Which object an event is about."""

    kind: str | None = None
    name: str | None = None


class Series(Wire):
    """How often an event of the newer kind was seen again."""

    count: int | None = None
    last_observed_time: Instant | None = None


class Event(Wire):
    """events, core/v1: with the fields of both generations of clients, of which one is null."""

    metadata: Named
    involved_object: Involved
    reason: str | None = None
    message: str | None = None
    count: int | None = None
    last_timestamp: Instant | None = None
    event_time: Instant | None = None
    series: Series | None = None
