"""What surrounds the pods with Dapr: the workloads that bring them back and how, what may hold that up, what their people asked for.

A plan is made from it, and what people approve is bound to it. No value of a pod template is in here, only a digest of all of it.
"""

import enum
from typing import Final

import msgspec

from bot.model.observed import Unobserved, Why

ROTATION: Final = "dapr-warden.io/rotation"
"""Annotation of a workload: "skip" leaves it to people."""
SKIP: Final = "skip"
ORDER: Final = "dapr-warden.io/rotation-order"
"""Annotation of a workload: a whole number; the small ones are restarted first, 0 is everybody's."""


class WorkloadName(msgspec.Struct, frozen=True, order=True):
    """Which workload. ``kind`` "Deployment", "StatefulSet", "DaemonSet", "Rollout", "Job", … or "Pod" for one without an owner."""

    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        """As people write it: "shop/deployment/orders"."""
        return f"{self.namespace}/{self.kind.lower()}/{self.name}"


class Strategy(enum.Enum):
    """How pods are replaced when their template changes. ``OTHER``: as a controller that we do not know sees fit (Argo Rollouts)."""

    ROLLING = "RollingUpdate"
    RECREATE = "Recreate"
    ON_DELETE = "OnDelete"
    OTHER = "other"


class Replicas(msgspec.Struct, frozen=True, kw_only=True):
    """Pods of a workload. ``existing``: of any template; ``updated``: of the newest; ``reported``: its controller knows its newest spec."""

    desired: int
    existing: int
    ready: int
    updated: int
    reported: bool = True

    @property
    def is_settled(self) -> bool:
        """Whether no rollout is on its way; pods that are not ready do not count."""
        return self.reported and self.updated >= self.desired and self.existing <= self.updated


class Surrounding(msgspec.Struct, frozen=True, kw_only=True):
    """One workload with Dapr. ``template``: SHA-256 of its pod template, whatever restarted it last ("" where it has none of its own).

    ``max_unavailable``, ``max_surge``: in pods, per cents resolved as Kubernetes does. ``partition``: pods of a StatefulSet that keep
    their template. ``asks``: what one pod asks of a quota, by its template, in thousandths ("requests.cpu": 100). ``owners``: what
    seems to manage it ("Argo CD app x"). ``skip``, ``order``: its annotations.
    """

    workload: WorkloadName
    uid: str
    template: str
    replicas: Replicas
    strategy: Strategy = Strategy.ROLLING
    max_unavailable: int = 0
    max_surge: int = 0
    partition: int = 0
    paused: bool = False
    asks: dict[str, int] = {}
    owners: tuple[str, ...] = ()
    skip: bool = False
    order: int = 0

    @property
    def is_replaced_first(self) -> bool:
        """Whether a new pod is there before an old one goes."""
        return self.strategy is Strategy.ROLLING and self.max_unavailable == 0 and self.max_surge > 0


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """A PodDisruptionBudget. ``allowed``: pods that may go now, None where Kubernetes has not worked it out.

    ``expected``: pods that it covers; ``wanted``: of them, healthy ones that it insists on. ``covers``: of the workloads here.
    ``selector``: as kubectl shows it.
    """

    namespace: str
    name: str
    selector: str
    covers: tuple[WorkloadName, ...]
    allowed: int | None
    expected: int = 0
    wanted: int = 0

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.namespace}/{self.name}"

    @property
    def never_allows(self) -> bool:
        """Whether it allows nobody to go even when every pod is healthy."""
        return 0 < self.expected <= self.wanted


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """A ResourceQuota. ``left``: what may still be asked for, by resource, in thousandths. ``scoped``: it counts some pods only."""

    namespace: str
    name: str
    left: dict[str, int]
    scoped: bool = False

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.namespace}/{self.name}"


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """Of the workloads that were asked about: those that exist, budgets that cover one of them, quotas of their namespaces."""

    workloads: tuple[Surrounding, ...] = ()
    budgets: tuple[Budget, ...] = ()
    quotas: tuple[Quota, ...] = ()


SURROUNDINGS_NOT_LOOKED_AT = Unobserved(
    Why.BY_CHOICE,
    "This look did not ask for workloads, disruption budgets and quotas.",
    "`dapr-warden renew --plan` and `dapr-warden snapshot` ask for them.",
)
"""What a look knows that nobody plans with: every sweep, and every look from before there were plans."""


def templates(found: Surroundings) -> tuple[tuple[str, str, str], ...]:
    """What an approval is bound to: workload, uid and digest of the template of each, in one order whatever order they came in."""
    return tuple(sorted((str(one.workload), one.uid, one.template) for one in found.workloads))
