"""The fields that we read of whatever a rotation restarts, and of what may hold it up; the rules of :mod:`bot.adapters.kubernetes.wire`.

A pod template stays raw: most workloads are none of ours.
"""

from typing import Literal

from msgspec import Raw

from bot.adapters.kubernetes.wire import ABSENT, ObjectMetadata, Wire

IntOrPercent = int | str


class Metadata(ObjectMetadata):
    """metadata of an object in a list."""

    namespace: str = ""
    generation: int | None = None


class Rolling(Wire):
    """rollingUpdate of a strategy."""

    max_unavailable: IntOrPercent | None = None
    max_surge: IntOrPercent | None = None
    partition: int | None = None


class UpdateStrategy(Wire):
    """strategy of a Deployment, updateStrategy of the others. A Rollout's has other fields and no type."""

    type: str | None = None
    rolling_update: Rolling | None = None


class Spec(Wire):
    """spec of a workload; ``template`` is absent in a Rollout that refers to a Deployment's."""

    template: Raw = ABSENT
    replicas: int | None = None
    strategy: UpdateStrategy | None = None
    update_strategy: UpdateStrategy | None = None
    paused: bool | None = None


class Status(Wire):
    """status of a workload: the first four of a DaemonSet, the next three of the others. A Rollout's observedGeneration is text."""

    current_number_scheduled: int | None = None
    desired_number_scheduled: int | None = None
    number_ready: int | None = None
    updated_number_scheduled: int | None = None
    replicas: int | None = None
    ready_replicas: int | None = None
    updated_replicas: int | None = None
    observed_generation: int | str | None = None


class Workload(Wire):
    """A Deployment, StatefulSet, DaemonSet or Rollout."""

    metadata: Metadata
    spec: Spec
    status: Status | None = None


class TemplateMetadata(Wire):
    """metadata of a pod template."""

    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class Resources(Wire):
    """resources of a container: quantities."""

    requests: dict[str, IntOrPercent] | None = None
    limits: dict[str, IntOrPercent] | None = None


class Container(Wire):
    """A container of a pod template."""

    resources: Resources | None = None


class TemplateSpec(Wire):
    """spec of a pod template."""

    containers: list[Container] | None = None


class Template(Wire):
    """A pod template."""

    metadata: TemplateMetadata | None = None
    spec: TemplateSpec | None = None


class Requirement(Wire):
    """One of matchExpressions."""

    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: list[str] | None = None


class Selector(Wire):
    """spec.selector of a budget."""

    match_labels: dict[str, str] | None = None
    match_expressions: list[Requirement] | None = None


class BudgetSpec(Wire):
    """spec of a PodDisruptionBudget."""

    selector: Selector | None = None


class BudgetStatus(Wire):
    """status of a PodDisruptionBudget."""

    disruptions_allowed: int | None = None
    expected_pods: int | None = None
    desired_healthy: int | None = None
    observed_generation: int | None = None


class Budget(Wire):
    """A PodDisruptionBudget."""

    metadata: Metadata
    spec: BudgetSpec | None = None
    status: BudgetStatus | None = None


class QuotaSpec(Wire):
    """spec of a ResourceQuota; scopes are only counted."""

    hard: dict[str, IntOrPercent] | None = None
    scopes: list[str] | None = None
    scope_selector: Raw = ABSENT


class QuotaStatus(Wire):
    """status of a ResourceQuota: as last worked out."""

    hard: dict[str, IntOrPercent] | None = None
    used: dict[str, IntOrPercent] | None = None


class Quota(Wire):
    """A ResourceQuota."""

    metadata: Metadata
    spec: QuotaSpec | None = None
    status: QuotaStatus | None = None
