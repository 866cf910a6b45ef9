"""Is this still the CA that a person (or the first sight) accepted? Tells who claims to have written it, and whom it cost its trust."""

from collections.abc import Iterator

from bot.model import authorship, ca_bundles, phrases, running, trust, workloads
from bot.model.backup import BackupFacts
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.identity import FIRST_SIGHT, Identity, binding, ca_identity, is_same
from bot.model.judging import unseen
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import CA_CHANGED as ID
from bot.model.prognosis import nothing_to_judge
from bot.model.snapshot import AcceptedCa, DaprPod, Snapshot
from bot.model.staleness import staleness

MEANT = "If this was meant, accept the new CA (the button, or the accept command); if not, restore the old pair: docs/checks.md#ca-changed"
MEANT_KEPT = (
    "If this was meant, accept the new CA (the button, or the accept command); if not, bring the old one back, which the bot has kept "
    "since {at} (Plan restore on the card, or the command renew)"
)
RESTORE = "Restore the accepted CA from your copy{order}"
KEPT = (
    "Restore the accepted CA, which the bot has kept since {at}: Plan restore on the card, or the command renew, shows what that would be"
)
RECREATE = "or recreate the stale pods{command} and then accept the new CA: docs/checks.md#ca-changed"
UNLOADED = "do not recreate pods yet, for sentry does not run with the new CA: docs/checks.md#ca-changed"
BY_SENTRY = "A sentry that finds the pair unequal or incomplete at its start makes a new CA by itself (dapr#9563)."


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Open until that CA is back, or a person accepts the new one, which they can once no pod is stale."""
    accepted = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    if accepted is None:
        return
    found = ca_identity(snapshot)
    if found is not None:
        if not is_same(found, accepted):
            yield _finding(snapshot, found, accepted)
    elif isinstance(snapshot.secret, Unobserved) and not snapshot.secret.by_choice:
        yield unseen(ID, "secret", snapshot.secret)
    elif isinstance(snapshot.secret, Unobserved) and isinstance(snapshot.configmap, Unobserved):
        yield unseen(ID, "configmap", snapshot.configmap)
    else:
        yield nothing_to_judge(ID, snapshot, "complete CA")


def _finding(snapshot: Snapshot, found: Identity, accepted: AcceptedCa) -> Finding:
    stale = staleness(snapshot).stale
    kept = _kept(snapshot, accepted)
    live = workloads.live(snapshot.census.value) if isinstance(snapshot.census, Observed) else ()
    return Finding(
        check_id=ID,
        subject=accepted.roots[0][:12] if accepted.roots else "",
        severity=_severity(snapshot, found, accepted, stale),
        fact=_fact(found, accepted, stale),
        evidence=tuple(_evidence(snapshot, found, accepted)),
        next_step=_lost(snapshot, stale, kept) if stale else _meant(kept),
        affected=workloads.affected(stale, live),
        binding=binding(found),
        is_kept=kept is not None,
    )


def _kept(snapshot: Snapshot, accepted: AcceptedCa) -> BackupFacts | None:
    """The accepted CA as the bot keeps it; None where it keeps none, or another one."""
    kept = snapshot.backup.value if isinstance(snapshot.backup, Observed) else None
    return kept if kept is not None and is_same(kept.identity, accepted) else None


def _meant(kept: BackupFacts | None) -> str:
    return MEANT_KEPT.format(at=phrases.instant(kept.kept_at)) if kept else MEANT


def _lost(snapshot: Snapshot, stale: tuple[DaprPod, ...], kept: BackupFacts | None) -> str:
    restore = KEPT.format(at=phrases.instant(kept.kept_at)) if kept else RESTORE.format(order=trust.order(snapshot))
    if running.behind(snapshot):
        return f"{restore}; {UNLOADED}"
    # An injector that is not trusted itself would give pods the old roots again, or no sidecar: then no command.
    command = "" if ca_bundles.is_injector_adrift(snapshot) else f" ({workloads.recreation(stale)})"
    return f"{restore}, {RECREATE.format(command=command)}"


def _severity(snapshot: Snapshot, found: Identity, accepted: AcceptedCa, stale: tuple[DaprPod, ...]) -> Severity:
    """CRITICAL while the change of roots costs a pod its trust; also when all roots are new and nobody can see the pods."""
    if found[0] == accepted.roots:
        return Severity.WARNING
    unseen_loss = isinstance(snapshot.census, Unobserved) and not set(found[0]) & set(accepted.roots)
    return Severity.CRITICAL if stale or unseen_loss else Severity.WARNING


def _fact(found: Identity, accepted: AcceptedCa, stale: tuple[DaprPod, ...]) -> str:
    now, before = set(found[0]), set(accepted.roots)
    if now == before:
        what = "The issuer was changed under the same roots"
    elif not now & before:
        what = "The CA was replaced"
    else:
        what = f"The CA was changed ({phrases.count(len(now - before), 'root')} added, {len(before - now)} removed)"
    return f"{what}, and is not trusted by {workloads.summary(stale)}" if stale else what


def _evidence(snapshot: Snapshot, found: Identity, accepted: AcceptedCa) -> Iterator[str]:
    by = "at first sight" if accepted.accepted_by == FIRST_SIGHT else f"by {accepted.accepted_by}"
    yield f"Accepted {by} on {phrases.instant(accepted.accepted_at)}: {_named((accepted.roots, accepted.issuer))}."
    yield f"Now: {_named(found)}."
    yield from authorship.writers(snapshot)
    if found[0] != accepted.roots and "sentry" in authorship.last_writers(snapshot):
        yield BY_SENTRY
    if isinstance(snapshot.census, Unobserved):
        yield "Pods were not seen, so it is not known which of them are stale."


def _named(identity: Identity) -> str:
    roots, issuer = identity
    told = f"{'root' if len(roots) == 1 else 'roots'} {phrases.named([root[:8] for root in roots], most=5)}"
    return f"{told}, issuer {issuer[:8]}" if issuer else told


CHECK = Check(
    id=ID,
    title="The CA is the one that was accepted",
    category=Category.TRUST,
    needs=("accepted",),
    judge=judge,
)
