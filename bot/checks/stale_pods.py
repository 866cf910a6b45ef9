"""Does every sidecar trust the CA that sentry serves? Those that do not lose their connections one by one, and do not restart."""

from collections.abc import Iterator, Sequence

from bot.model import ca_bundles, identity, running, trust, workloads
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import PEERS_REFUSE, explained, nothing_to_judge, prognosis, see
from bot.model.snapshot import DaprPod, Snapshot
from bot.model.staleness import Basis, staleness

ID = "stale-pods"
CHANGED = "ca-changed"
EFFECT = "Open connections go on; every new one to a renewed peer fails, and a stale sidecar that restarts does not come up again."
BY_CONFIGMAP = "Judged by the ConfigMap's roots, since the Secret was not read: a pod that shares none of them is stale."
BY_SHOWN = "Judged by the chain that {pod} shows in a handshake, since the Secret was not read."
RECREATE = "Recreate them (restarting the container is not enough, daprd gets its roots when the pod is admitted): {command}"
LOAD_FIRST = "Mend issuer-not-loaded first: sentry signs with another CA, so a pod that is recreated now may not come up again"
MEND_FIRST = "Mend injector-untrusted first, or they come back with the old roots or without a sidecar; then recreate them: {command}"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Stale: no path from the chain that sentry serves, cross-certificates included, to any root that the pod trusts."""
    if not isinstance(snapshot.census, Observed):
        return
    found = staleness(snapshot)
    if found.basis is Basis.NOTHING:
        yield _unknown(snapshot)
        return
    live = workloads.live(snapshot.census.value)
    by_change = identity.lost_by_change(snapshot, found.stale)
    told = {(pod.namespace, pod.name) for pod in by_change}
    others = [pod for pod in found.stale if (pod.namespace, pod.name) not in told]
    if by_change:
        yield explained(ID, f"The present CA is not trusted by {workloads.summary(by_change)}; the accepted one is", CHANGED)
    if others:
        yield _finding(snapshot, others, live, found.basis)


def _unknown(snapshot: Snapshot) -> Finding:
    blank = nothing_to_judge(ID, snapshot, "CA that sentry serves")
    if blank.severity is Severity.NOTICE or isinstance(snapshot.secret, Unobserved):
        return blank
    owner = prognosis(snapshot).owner or PEERS_REFUSE
    return Finding(
        check_id=ID,
        severity=Severity.UNKNOWN,
        fact="What sentry serves is not known, so no pod can be judged by it",
        next_step=see(owner),
    )


def _finding(snapshot: Snapshot, pods: Sequence[DaprPod], live: Sequence[DaprPod], basis: Basis) -> Finding:
    is_unloaded = basis is Basis.CHAIN and bool(running.behind(snapshot))
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL,
        fact=f"The CA {'in the Secret' if is_unloaded else 'that sentry serves'} is not trusted by {workloads.summary(pods)}",
        evidence=(EFFECT, *_provenance(snapshot, basis)),
        next_step=LOAD_FIRST if is_unloaded else _recreate(snapshot, pods),
        affected=workloads.affected(pods, live),
    )


def _provenance(snapshot: Snapshot, basis: Basis) -> Iterator[str]:
    if basis is Basis.CONFIGMAP:
        yield BY_CONFIGMAP
    elif basis is Basis.SHOWN:
        yield BY_SHOWN.format(pod=trust.witness(snapshot))


def _recreate(snapshot: Snapshot, pods: Sequence[DaprPod]) -> str:
    advice = MEND_FIRST if ca_bundles.is_injector_adrift(snapshot) else RECREATE
    return advice.format(command=workloads.recreation(pods))


CHECK = Check(
    id=ID,
    title="Every sidecar trusts the CA that sentry serves",
    category=Category.WORKLOADS,
    needs=("census",),
    judge=judge,
)
