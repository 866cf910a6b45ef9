"""Does every running sentry have the issuer that the Secret holds? It shows its issuer in a handshake; its metric tells when that ends."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.model import authorship, control_plane, kubectl, phrases, running, trust, workloads
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.judging import unseen
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, Outcome, explained, nothing_to_judge, prognosis
from bot.model.running import Behind
from bot.model.snapshot import DaprPod, Snapshot
from bot.model.staleness import Basis, lost_by_what_runs, staleness

ID = "issuer-not-loaded"
# The kubelet needs up to 90 s to show a written Secret to sentry, and sentry gathers events for 2 s.
PATIENCE = timedelta(minutes=5)
MORE = "docs/checks.md#issuer-not-loaded"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    """By the metric alone, two issuers that end in the same second cannot be told apart."""
    chain, secret = trust.chain(snapshot), trust.secret(snapshot)
    missing = running.unseen(snapshot)
    if not chain or secret is None:
        yield nothing_to_judge(ID, snapshot, "issuer")
        return
    if missing:
        yield unseen(ID, *missing)
        return
    behind = running.behind(snapshot)
    written_at = authorship.last_written_at(secret.facts)
    is_fresh = written_at is not None and snapshot.taken_at - written_at < PATIENCE
    if not behind or is_fresh:
        return
    owner = prognosis(snapshot).owner
    if owner:
        yield explained(ID, "Sentry runs with another issuer than the Secret holds", owner)
        return
    first = min((one.not_after_at for one in behind if one.not_after_at is not None), default=None)
    urgency = policy.severity(first - snapshot.taken_at) if first is not None else Severity.WARNING
    lost = lost_by_what_runs(snapshot)
    held = f"The Secret's issuer ({chain[0].fingerprint[:8]}) is valid until {phrases.instant(chain[0].not_after_at)}."
    evidence = (held, *map(_told, behind), *authorship.writers(snapshot))
    yield Finding(
        check_id=ID,
        severity=Severity.CRITICAL if lost else max(Severity.WARNING, urgency, key=lambda each: each.rank),
        fact=f"Sentry runs with another issuer than the Secret holds{_whom_it_loses(lost)}",
        evidence=evidence,
        next_step=_next_step(snapshot),
        deadline_at=first,
        affected=workloads.affected(lost, workloads.live(snapshot.census.value)) if isinstance(snapshot.census, Observed) else (),
    )


def _whom_it_loses(lost: Sequence[DaprPod]) -> str:
    return f", and what it runs with is not trusted by {workloads.summary(lost)}" if lost else ""


def _told(one: Behind) -> str:
    if one.not_after_at is None:
        return f"{one.pod} runs with one that it does not show (by {one.by})."
    name = f" ({one.issuer[:8]})" if one.issuer else ""
    return f"{one.pod} runs with one{name} that is valid until {phrases.instant(one.not_after_at)} (by {one.by})."


def _next_step(snapshot: Snapshot) -> str:
    if prognosis(snapshot).outcome is not Outcome.STARTS:
        return f"{DO_NOT_RESTART} before it is known that it would start again: {MORE}"
    refusing = _why_not_to_serve_it(snapshot)
    if refusing:
        return f"{DO_NOT_RESTART}: {refusing}; {MORE}"
    sentry = control_plane.component(snapshot, control_plane.SENTRY)
    kind, workload = (sentry.kind, sentry.workload) if sentry else ("Deployment", "dapr-sentry")
    return f"Restart sentry, it would start with this bundle: {kubectl.restart(snapshot.namespace, kind, workload)}"


def _why_not_to_serve_it(snapshot: Snapshot) -> str:
    """A restart makes sentry sign with what is written. Whom that would cut off; "" when nobody."""
    found = staleness(snapshot)
    if found.basis is Basis.NOTHING:
        return "nobody would accept what it then signs, see peers-refuse"
    if found.stale:
        wrong = f"it would then sign with a CA that is not trusted by {workloads.summary(found.stale)}"
        return f"{wrong}. Write the pair that it runs with back from your copy{trust.order(snapshot)}, or mend stale-pods first"
    if isinstance(snapshot.census, Unobserved):
        return "the pods were not seen, so it is not known whether they trust what it would then sign with"
    return ""


CHECK = Check(
    id=ID,
    title="Every sentry runs with the issuer that the Secret holds",
    category=Category.TRUST,
    needs=("secret",),
    judge=judge,
)
