"""Is Dapr's control plane up? One card for all of it, since one node or one registry takes down several workloads at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.model import control_plane, kubectl, phrases
from bot.model.check import Category, Check
from bot.model.control_plane import INJECTOR, SENTRY
from bot.model.finding import Affected, Finding, Severity
from bot.model.policy import Policy
from bot.model.prognosis import DAPR_MISSING, DO_NOT_RESTART, explained, prognosis
from bot.model.snapshot import Component, ComponentPod, Snapshot

ID = "control-plane-unready"
VITAL = (SENTRY, INJECTOR)
STARTING = timedelta(minutes=3)
# Reasons that a broken CA never has.
FOREIGN = frozenset(("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError"))
FAILING = FOREIGN | {"CrashLoopBackOff", "RunContainerError"}
LOOK = "{command}; then describe and logs --previous of the one that is not ready"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Wanted against ready replicas, and crash loops. A scheduler that is not there may be switched off: nothing to say."""
    found = control_plane.components(snapshot)
    if not found:
        yield explained(ID, "There is no control plane here", DAPR_MISSING)
        return
    troubled = [(one, severity) for one in found if (severity := _severity(one, snapshot)) is not Severity.OK]
    owner = prognosis(snapshot).owner if prognosis(snapshot).is_trouble else ""
    own = [(one, severity) for one, severity in troubled if not owner or _is_foreign(one)]
    rest = [one for one, _ in troubled if owner and not _is_foreign(one)]
    if rest:
        yield explained(ID, f"Not ready: {_listed(rest)}", owner)
    if control_plane.component(snapshot, SENTRY) is None:
        yield _sentry_gone(snapshot)
    elif own:
        yield _finding(snapshot, [one for one, _ in own], max((severity for _, severity in own), key=lambda each: each.rank))


def _severity(one: Component, snapshot: Snapshot) -> Severity:
    if one.desired == 0:
        return Severity.CRITICAL if one.name in VITAL else Severity.NOTICE
    if one.ready >= one.desired and not any(_is_failing(pod) for pod in one.pods):
        return Severity.OK
    if one.pods and all(pod.ready or _is_starting(pod, snapshot.taken_at) for pod in one.pods):
        return Severity.NOTICE
    return Severity.CRITICAL if one.ready == 0 and one.name in VITAL else Severity.WARNING


def _is_failing(pod: ComponentPod) -> bool:
    return pod.waiting in FAILING


def _is_starting(pod: ComponentPod, now: datetime) -> bool:
    return not pod.waiting and pod.started_at is not None and now - pod.started_at < STARTING and pod.restarts == 0


def _is_foreign(one: Component) -> bool:
    """Down for a reason that a broken CA never has."""
    return one.desired == 0 or any(pod.waiting in FOREIGN for pod in one.pods)


def _finding(snapshot: Snapshot, troubled: Sequence[Component], severity: Severity) -> Finding:
    starts = severity is Severity.NOTICE and all(one.desired for one in troubled)
    return Finding(
        check_id=ID,
        severity=severity,
        fact=f"{'Starting' if starts else 'Not ready'}: {_listed(troubled)}",
        evidence=tuple(sentence for one in troubled for sentence in _evidence(one)),
        next_step=_next_step(snapshot, troubled[0]),
        affected=tuple(Affected(kind=one.kind, name=one.workload, namespace=snapshot.namespace, detail=_replicas(one)) for one in troubled),
    )


def _next_step(snapshot: Snapshot, first: Component) -> str:
    expected = prognosis(snapshot)
    if first.desired:
        look = LOOK.format(command=kubectl.look(snapshot.namespace, f"dapr-{first.name}"))
        return f"{DO_NOT_RESTART}; {look}" if expected.is_trouble else look
    scale = f"{kubectl.scale_up(snapshot.namespace, first.kind, first.workload)}, or as many as it had"
    if first.name == SENTRY and expected.is_trouble:
        return f"Do NOT start sentry before {expected.owner} is mended; then scale it up again: {scale}"
    return f"If that was not meant, scale it up again: {scale}"


def _sentry_gone(snapshot: Snapshot) -> Finding:
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL,
        fact=f"There is no dapr-sentry in namespace {snapshot.namespace}, though other parts of Dapr are",
        evidence=(f"Without it {control_plane.ROLES[SENTRY]}.",),
        next_step="Install it again with Dapr's Helm chart, with the values of the running release.",
    )


def _evidence(one: Component) -> Iterator[str]:
    role = control_plane.ROLES.get(one.name)
    if role and one.ready == 0:
        yield f"Without {one.workload} {role}."
    for pod in one.pods:
        if not pod.ready:
            restarts = f", restarted {phrases.count(pod.restarts, 'time')}" if pod.restarts else ""
            yield f"{pod.name}: {pod.waiting or 'runs, but is not ready'}{restarts}."
    if one.desired == 0:
        yield f"{one.workload} is scaled to 0."


def _listed(components: Sequence[Component]) -> str:
    return phrases.listed([f"{one.workload} ({_replicas(one)})" for one in components])


def _replicas(one: Component) -> str:
    return f"{one.ready} of {one.desired}"


CHECK = Check(
    id=ID,
    title="Every part of the control plane is ready",
    category=Category.CONTROL_PLANE,
    needs=("components",),
    judge=judge,
)
