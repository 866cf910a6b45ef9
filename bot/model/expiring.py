"""What the three expiry checks say. What ends together is one finding, told by the check of the role that leads it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.model import ca_bundles, control_plane, phrases, trust, workloads
from bot.model.endings import RUNNING, Ending, Role, causes, endings
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, EXPIRY, explained
from bot.model.snapshot import DaprPod, Snapshot

Group = Sequence[Ending]

TOGETHER = "The {role} ends together with the {leader}"
SILENT = "Since Dapr 1.12 no log line warns before this."
BEYOND = "The sentry that runs now goes on signing without a word in its log, but nobody accepts what it signs."
RESTARTS = "Sentry up to 1.11 starts again with an expired CA, but nobody accepts what it signs."
DOWN = "No sentry is up now, and none would start with this CA."
UNTOLD = "The Secret is not read, so which root signed the issuer is not known; this root is counted as needed."
SHOWN = "The Secret is not read; issuer, and the root that signed it, are told by what {pod} shows in a handshake."
REPLACE = (
    "write a complete new CA to {objects}, then restart sentry, then the rest of the control plane, "
    "then recreate all Dapr pods: docs/checks.md#already-expired"
)
BY_ADMISSION = "Recreate these pods, they get the present roots at admission: {command}"
MEND_FIRST = "Mend injector-untrusted first, or they come back with the old roots or without a sidecar; then recreate these pods: {command}"
AHEAD = {
    Role.ROOT: "Renew the CA before that; keeping the old root beside the new one loses no call: docs/checks.md#renewing-without-downtime",
    Role.ISSUER: "Sign a new issuer with the same root if you hold the root's key, else renew the CA: docs/checks.md#issuer-expiry",
    Role.INTERMEDIATE: "Replace it in issuer.crt before that, or renew the CA: docs/checks.md#intermediate-expiry",
}


def findings(role: Role, snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    """Everything on the ladder that this role leads, and leftovers of this role that nobody needs."""
    found = endings(snapshot)
    for group in causes(found):
        left = _first(group).not_after_at - snapshot.taken_at
        if policy.severity(left) is Severity.OK:
            continue
        leader = group[0].role
        if leader is role:
            yield _needed(group, left, snapshot, policy)
        elif any(ending.role is role for ending in group):
            yield explained(EXPIRY[role], TOGETHER.format(role=role.value, leader=leader.value), EXPIRY[leader])
    for ending in found:
        if ending.role is role and not ending.is_needed and ending.not_after_at - snapshot.taken_at <= timedelta(days=policy.warning_days):
            yield _leftover(ending, ending.not_after_at - snapshot.taken_at)


def _needed(group: Group, left: timedelta, snapshot: Snapshot, policy: Policy) -> Finding:
    pods = tuple({(pod.namespace, pod.name): pod for ending in group for pod in ending.pods}.values())
    return Finding(
        check_id=EXPIRY[group[0].role],
        subject=group[0].fingerprint[:12],
        severity=policy.severity(left),
        fact=_fact(group, left, pods),
        evidence=tuple(_evidence(group, left, snapshot, pods)),
        next_step=_next_step(group, left, snapshot, pods),
        deadline_at=_first(group).not_after_at,
        rung=policy.rung(left),
        affected=workloads.affected(pods, _live(snapshot)),
    )


def _fact(group: Group, left: timedelta, pods: Sequence[DaprPod]) -> str:
    names = _names(group)
    is_one = len(group) == 1
    if left <= timedelta():
        fact = f"{names} {'has' if is_one else 'have'} expired"
    else:
        fact = f"{names} {'expires' if is_one else 'expire'} in {phrases.left(left)}"
    return fact if _by_sentry(group) else f"{fact}, the last one for {workloads.summary(pods)}"


def _evidence(group: Group, left: timedelta, snapshot: Snapshot, pods: Sequence[DaprPod]) -> Iterator[str]:
    has_ended = left <= timedelta()
    for ending in group:
        source = " (sentry's metric)" if ending.fingerprint == RUNNING else ""
        verb = "was" if ending.not_after_at <= snapshot.taken_at else "is"
        yield f"{ending.name} {verb} valid until {phrases.instant(ending.not_after_at)}{source}."
    if pods and _by_sentry(group):
        yield f"Sentry and {workloads.summary(pods)} have no other valid path."
    if isinstance(snapshot.secret, Unobserved):
        yield from _provenance(group, snapshot)
    if _by_sentry(group):
        yield from _sentry(snapshot, has_ended=has_ended)


def _provenance(group: Group, snapshot: Snapshot) -> Iterator[str]:
    pod = trust.witness(snapshot)
    if pod:
        yield SHOWN.format(pod=pod)
    elif any(ending.role is Role.ROOT for ending in group):
        yield UNTOLD


def _sentry(snapshot: Snapshot, *, has_ended: bool) -> Iterator[str]:
    if not has_ended:
        if trust.is_paired(snapshot):
            yield SILENT
        return
    if not trust.is_paired(snapshot):
        yield RESTARTS
    else:
        yield DOWN if control_plane.sentry_is_down(snapshot) else BEYOND


def _next_step(group: Group, left: timedelta, snapshot: Snapshot, pods: Sequence[DaprPod]) -> str:
    if not _by_sentry(group):
        advice = MEND_FIRST if ca_bundles.is_injector_adrift(snapshot) else BY_ADMISSION
        return advice.format(command=workloads.recreation(pods))
    if left > timedelta():
        return AHEAD[group[0].role]
    replace = REPLACE.format(objects="both objects, ConfigMap first" if trust.is_paired(snapshot) else "the Secret")
    if trust.is_paired(snapshot) and not control_plane.sentry_is_down(snapshot):
        return f"{DO_NOT_RESTART} yet, it would not start again: {replace}"
    return f"{replace[0].upper()}{replace[1:]}"


def _leftover(ending: Ending, left: timedelta) -> Finding:
    has_ended = left <= timedelta()
    what = f"{'A' if ending.role is Role.ROOT else 'An'} {ending.role.value} that nothing relies on"
    return Finding(
        check_id=EXPIRY[ending.role],
        subject=ending.fingerprint[:12],
        severity=Severity.NOTICE,
        fact=f"{what} has expired" if has_ended else f"{what} expires in {phrases.left(left)}",
        evidence=(f"{ending.name} {'was' if has_ended else 'is'} valid until {phrases.instant(ending.not_after_at)}; others live longer.",),
        next_step="Nothing to do now; leave it out at the next change of the CA.",
        deadline_at=ending.not_after_at,
    )


def _first(group: Group) -> Ending:
    return min(group, key=lambda ending: ending.not_after_at)


def _by_sentry(group: Group) -> bool:
    return any(ending.by_sentry for ending in group)


def _names(group: Group) -> str:
    """As in "Root CA and issuer", "2 root CAs"."""
    counts = [(role, sum(ending.role is role for ending in group)) for role in Role]
    words = phrases.listed([role.value if number == 1 else phrases.count(number, role.value) for role, number in counts if number])
    return words[0].upper() + words[1:]


def _live(snapshot: Snapshot) -> tuple[DaprPod, ...]:
    return workloads.live(snapshot.census.value) if isinstance(snapshot.census, Observed) else ()
