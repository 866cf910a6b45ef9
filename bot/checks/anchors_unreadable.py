"""Can the roots of every sidecar be read? What cannot be read is not known to be healthy."""

from collections.abc import Iterator, Sequence

from bot.model import phrases, workloads
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import DaprPod, PodCensus, Snapshot
from bot.model.staleness import staleness

ID = "anchors-unreadable"
MOST_TOLD = 5


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Pods whose DAPR_TRUST_ANCHORS is unset, comes from elsewhere, or is no PEM text that daprd reads."""
    pods = staleness(snapshot).unreadable
    if pods and isinstance(snapshot.census, Observed):
        census = snapshot.census.value
        yield Finding(
            check_id=ID,
            severity=Severity.UNKNOWN,
            fact=f"It is not known which roots are trusted by {workloads.summary(pods)}",
            evidence=tuple(_why(pods, census)),
            next_step=f"Look at such a pod, and recreate it if it should have roots: {workloads.recreation(pods)}",
            affected=workloads.affected(pods, workloads.live(census)),
        )


def _why(pods: Sequence[DaprPod], census: PodCensus) -> Iterator[str]:
    keys = [pod.daprd.anchors for pod in pods if pod.daprd is not None]
    indirect = sum(key is None for key in keys)
    if indirect:
        yield f"{phrases.count(indirect, 'pod')}: DAPR_TRUST_ANCHORS is unset, empty, or taken from elsewhere (valueFrom, envFrom)."
    messages = dict.fromkeys(problem.message for key in keys if key in census.anchors for problem in census.anchors[key].problems)
    yield from (f"DAPR_TRUST_ANCHORS: {message}" for message in tuple(messages)[:MOST_TOLD])


CHECK = Check(
    id=ID,
    title="The roots of every sidecar can be read",
    category=Category.WORKLOADS,
    needs=("census",),
    judge=judge,
)
