"""First contact: is there a Dapr control plane where we look? If not, say where it is and which setting leads there."""

from collections.abc import Iterator

from bot.model import phrases, trust, workloads
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import PodCensus, Snapshot

ID = "dapr-missing"
SETTING = "Set DAPR_WARDEN_NAMESPACE={namespace} (or --namespace {namespace})."
INSTALL = "If Dapr is installed elsewhere, name its namespace in DAPR_WARDEN_NAMESPACE (or --namespace); if it was removed, install it."


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Needs the control plane's workloads; pods, where they were seen, tell whether Dapr lives in another namespace."""
    if isinstance(snapshot.components, Observed) and not snapshot.components.value:
        census = snapshot.census.value if isinstance(snapshot.census, Observed) else PodCensus(pods=())
        elsewhere = tuple(name for name in census.sentry_namespaces if name != snapshot.namespace)
        yield _wrong_namespace(snapshot, elsewhere) if elsewhere else _gone(snapshot, census)


def _wrong_namespace(snapshot: Snapshot, elsewhere: tuple[str, ...]) -> Finding:
    return Finding(
        check_id=ID,
        severity=Severity.WARNING,
        fact=f"No Dapr control plane in namespace {snapshot.namespace}; dapr-sentry runs in {phrases.named(elsewhere)}",
        evidence=(f"No workload labelled app=dapr-sentry, dapr-operator, … is in namespace {snapshot.namespace}.",),
        next_step=SETTING.format(namespace=elsewhere[0]),
    )


def _gone(snapshot: Snapshot, census: PodCensus) -> Finding:
    """Where the bundle lives on, Dapr may run under other labels: then only sidecars that are not ready show that it does not."""
    sidecars = [pod for pod in workloads.live(census) if pod.daprd is not None]
    bundle = trust.secret(snapshot) is not None or trust.configmap(snapshot) is not None
    lost = [pod for pod in sidecars if not bundle or not (pod.daprd and pod.daprd.ready)]
    evidence = [f"No workload labelled app=dapr-sentry, dapr-operator, … is in namespace {snapshot.namespace}."]
    if bundle:
        evidence.append("The trust bundle is there, and is judged as the newest version of sentry would.")
    if lost:
        evidence.append(f"Without sentry no certificate is issued or renewed for the sidecars of {workloads.summary(lost)}.")
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL if lost else Severity.NOTICE if bundle else Severity.WARNING,
        fact=f"No Dapr control plane in namespace {snapshot.namespace}{', only its trust bundle' if bundle else ''}",
        evidence=tuple(evidence),
        next_step=INSTALL,
        affected=workloads.affected(lost, sidecars),
    )


CHECK = Check(
    id=ID,
    title="Dapr's control plane runs in this namespace",
    category=Category.CONTACT,
    needs=("components",),
    judge=judge,
)
