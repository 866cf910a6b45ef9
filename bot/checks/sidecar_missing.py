"""Pods that asked for a sidecar and did not get one: injection fails open, without an event (dapr#5848, dapr#6467)."""

from collections.abc import Iterator

from bot.model import control_plane, workloads
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot

ID = "sidecar-missing"
WHY = (
    "The webhook's failurePolicy is Ignore by default: when the injector is down, or the API server does not trust it, "
    "pods start without daprd and nothing reports it."
)


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Live pods annotated dapr.io/enabled without a container daprd."""
    if not isinstance(snapshot.census, Observed):
        return
    pods = workloads.live(snapshot.census.value)
    bare = [pod for pod in pods if pod.daprd is None]
    if bare:
        yield Finding(
            check_id=ID,
            severity=Severity.WARNING,
            fact=f"No sidecar in {workloads.summary(bare)} that asked for one",
            evidence=(WHY, *_injector(snapshot)),
            next_step=f"Make sure that the injector is ready and its caBundle is right, then recreate them: {workloads.recreation(bare)}",
            affected=workloads.affected(bare, pods),
        )


def _injector(snapshot: Snapshot) -> Iterator[str]:
    injector = control_plane.component(snapshot, control_plane.INJECTOR)
    if injector is not None:
        yield f"The injector is {'ready now' if injector.ready else 'not ready'} ({injector.ready} of {injector.desired})."
    if isinstance(snapshot.webhook, Observed) and snapshot.webhook.value is None:
        yield "There is no MutatingWebhookConfiguration dapr-sidecar-injector, so no pod gets a sidecar."


CHECK = Check(
    id=ID,
    title="Every pod that asks for a sidecar has one",
    category=Category.WORKLOADS,
    needs=("census",),
    judge=judge,
)
