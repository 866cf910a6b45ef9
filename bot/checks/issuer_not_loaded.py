"""Does every running sentry have the issuer that the Secret holds? Its metric tells when the issuer that it loaded ends."""

from collections.abc import Iterator
from datetime import timedelta

from bot.model import authorship, control_plane, phrases, trust
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, Outcome, explained, nothing_to_judge, prognosis
from bot.model.snapshot import IssuerGauge, Snapshot

ID = "issuer-not-loaded"
# The kubelet needs up to 90 s to show a written Secret to sentry, and sentry gathers events for 2 s.
PATIENCE = timedelta(minutes=5)
ROUNDING = timedelta(seconds=2)


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    """Two issuers that end in the same second cannot be told apart this way."""
    chain, secret = trust.chain(snapshot), trust.secret(snapshot)
    if not chain or secret is None or not isinstance(snapshot.issuer_gauges, Observed):
        yield nothing_to_judge(ID, snapshot, "issuer")
        return
    end = chain[0].not_after_at
    behind = [gauge for gauge in snapshot.issuer_gauges.value if abs(gauge.not_after_at - end) > ROUNDING]
    written_at = authorship.last_written_at(secret.facts)
    is_fresh = written_at is not None and snapshot.taken_at - written_at < PATIENCE
    if not behind or is_fresh:
        return
    owner = prognosis(snapshot).owner
    if owner:
        yield explained(ID, "Sentry runs with another issuer than the Secret holds", owner)
        return
    first = min(gauge.not_after_at for gauge in behind)
    left = first - snapshot.taken_at
    evidence = (f"The Secret's issuer is valid until {phrases.instant(end)}.", *map(_told, behind), *authorship.writers(snapshot))
    yield Finding(
        check_id=ID,
        severity=max(Severity.WARNING, policy.severity(left), key=lambda each: each.rank),
        fact="Sentry runs with another issuer than the Secret holds",
        evidence=evidence,
        next_step=_next_step(snapshot),
        deadline_at=first,
    )


def _told(gauge: IssuerGauge) -> str:
    return f"{gauge.pod} runs with one that is valid until {phrases.instant(gauge.not_after_at)}."


def _next_step(snapshot: Snapshot) -> str:
    if prognosis(snapshot).outcome is not Outcome.STARTS:
        return f"{DO_NOT_RESTART} before it is known that it would start again: docs/checks.md#issuer-not-loaded"
    sentry = control_plane.component(snapshot, control_plane.SENTRY)
    workload = f"{sentry.kind.lower()}/{sentry.workload}" if sentry else "deployment/dapr-sentry"
    return f"Restart sentry, it would start with this bundle: kubectl -n {snapshot.namespace} rollout restart {workload}"


CHECK = Check(
    id=ID,
    title="Every sentry runs with the issuer that the Secret holds",
    category=Category.TRUST,
    needs=("secret", "issuer_gauges"),
    judge=judge,
)
