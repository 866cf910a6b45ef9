"""The fields that we read of workloads and pods; as :mod:`bot.adapters.kubernetes.wire`, whose rules hold here too."""

from msgspec import Raw, field

from bot.adapters.kubernetes.wire import ABSENT, Instant, OwnerReference, Wire


class Env(Wire):
    """One environment variable; ``value`` is absent when it comes from elsewhere."""

    name: str
    value: Raw = ABSENT


class Container(Wire):
    """A container of a pod's spec."""

    name: str
    image: str | None = None
    env: Raw = ABSENT
    restart_policy: str | None = None


class Running(Wire):
    """state.running."""

    started_at: Instant | None = None


class Stopped(Wire):
    """state.waiting or state.terminated."""

    reason: str | None = None


class ContainerState(Wire):
    """At most one of them is there."""

    running: Running | None = None
    waiting: Stopped | None = None
    terminated: Stopped | None = None


class ContainerStatus(Wire):
    """What the kubelet says about a container."""

    name: str
    ready: bool | None = None
    restart_count: int | None = None
    state: ContainerState | None = None


class Condition(Wire):
    """One of status.conditions."""

    type: str
    status: str
    reason: str | None = None


class PodSpec(Wire):
    """spec of a pod, or of a workload's template."""

    containers: list[Container] | None = None
    init_containers: list[Container] | None = None


class PodStatus(Wire):
    """status of a pod."""

    phase: str | None = None
    ip: str | None = field(name="podIP", default=None)
    conditions: list[Condition] | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None


class PodLabels(Wire):
    """The labels that the census needs."""

    app: str | None = None
    template_hash: str | None = field(name="pod-template-hash", default=None)
    rollout_hash: str | None = field(name="rollouts-pod-template-hash", default=None)


class PodAnnotations(Wire):
    """The annotations that the census needs."""

    enabled: str | None = field(name="dapr.io/enabled", default=None)
    app_id: str | None = field(name="dapr.io/app-id", default=None)


class PodMetadata(Wire):
    """metadata of a pod in the census."""

    name: str
    namespace: str
    creation_timestamp: Instant | None = None
    deletion_timestamp: Instant | None = None
    labels: PodLabels | None = None
    annotations: PodAnnotations | None = None
    owner_references: list[OwnerReference] | None = None


class Pod(Wire):
    """A pod in the census."""

    metadata: PodMetadata
    spec: PodSpec
    status: PodStatus | None = None


class MetricsAnnotations(Wire):
    """Where a control-plane pod serves its metrics."""

    port: str | None = field(name="prometheus.io/port", default=None)


class ControlPodMetadata(Wire):
    """metadata of a control-plane pod; all labels, because a workload's selector is matched with them."""

    name: str
    creation_timestamp: Instant | None = None
    deletion_timestamp: Instant | None = None
    labels: dict[str, str] | None = None
    annotations: MetricsAnnotations | None = None


class Port(Wire):
    """One of a container's ports."""

    container_port: int | None = None


class ControlContainer(Container):
    """A container of a control-plane pod."""

    ports: list[Port] | None = None


class ControlPodSpec(Wire):
    """spec of a control-plane pod."""

    containers: list[ControlContainer] | None = None


class Ended(Wire):
    """state.terminated or lastState.terminated, with when."""

    finished_at: Instant | None = None


class LastState(Wire):
    """lastState."""

    terminated: Ended | None = None


class ControlContainerStatus(ContainerStatus):
    """What the kubelet says about a container of the control plane, the one before it included."""

    last_state: LastState | None = None


class ControlPodStatus(Wire):
    """status of a control-plane pod."""

    phase: str | None = None
    ip: str | None = field(name="podIP", default=None)
    conditions: list[Condition] | None = None
    container_statuses: list[ControlContainerStatus] | None = None


class ControlPod(Wire):
    """A pod of the control plane."""

    metadata: ControlPodMetadata
    spec: ControlPodSpec
    status: ControlPodStatus | None = None


class WorkloadMetadata(Wire):
    """metadata of a Deployment or StatefulSet."""

    name: str
    labels: dict[str, str] | None = None


class Selector(Wire):
    """spec.selector."""

    match_labels: dict[str, str] | None = None


class TemplateMetadata(Wire):
    """metadata of a pod template."""

    labels: dict[str, str] | None = None


class Template(Wire):
    """A pod template."""

    spec: PodSpec
    metadata: TemplateMetadata | None = None


class WorkloadSpec(Wire):
    """spec of a Deployment or StatefulSet."""

    template: Template
    replicas: int | None = None
    selector: Selector | None = None


class WorkloadStatus(Wire):
    """status of a Deployment or StatefulSet."""

    ready_replicas: int | None = None


class Workload(Wire):
    """A Deployment or StatefulSet."""

    metadata: WorkloadMetadata
    spec: WorkloadSpec
    status: WorkloadStatus | None = None
