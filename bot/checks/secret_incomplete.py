"""Does the Secret hold everything that sentry needs? Where a key is absent, sentry makes a new CA without asking (1.12 and later)."""

from collections.abc import Iterator

from bot.model import authorship, phrases, trust
from bot.model.bundle import TrustBundle
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, FROM_CONFIGMAP, Outcome, nothing_to_judge, prognosis, restart_warning, would_load
from bot.model.snapshot import Snapshot

ID = "secret-incomplete"
CONSEQUENCES = {
    Outcome.REPLACES: "sentry makes a new CA at its next start or reload, and every pod then trusts the wrong root",
    Outcome.REFUSES: "sentry does not start again without it",
    Outcome.UNKNOWN: "it is not known what sentry makes of that",
    Outcome.STARTS: "sentry starts all the same",
}
RESTORE = "write the Secret back from your copy: docs/checks.md#writing-a-bundle-back"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """The object itself, and each of its three keys, absent or empty."""
    held = trust.trust_bundle(snapshot)
    if held is not None and not trust.lacking(held):
        return
    absent = nothing_to_judge(ID, snapshot, _name(snapshot))
    if held is None and absent.severity is Severity.NOTICE:
        yield absent
        return
    outcome = prognosis(snapshot).outcome
    yield Finding(
        check_id=ID,
        severity=Severity.CRITICAL,
        fact=f"{_fact(snapshot, held)}: {CONSEQUENCES[outcome]}",
        evidence=(restart_warning(snapshot), *authorship.writers(snapshot)),
        next_step=f"{DO_NOT_RESTART}; {_what_to_write(snapshot, held)}",
    )


def _what_to_write(snapshot: Snapshot, held: TrustBundle | None) -> str:
    """Roots that are lost here stand in the ConfigMap still; issuer and key stand nowhere else."""
    other = trust.configmap(snapshot)
    if held is None or other is None or other.ca is None or trust.lacking(held) != ("ca.crt",):
        return RESTORE
    return FROM_CONFIGMAP if would_load(snapshot, held, other.ca) else RESTORE


def _name(snapshot: Snapshot) -> str:
    return f"Secret {snapshot.names.bundle}"


def _fact(snapshot: Snapshot, held: TrustBundle | None) -> str:
    if held is None:
        return f"{_name(snapshot)} does not exist"
    names = {"ca.crt": snapshot.names.ca, "issuer.crt": snapshot.names.issuer, "issuer.key": snapshot.names.key}
    return f"{_name(snapshot)} has no {phrases.listed([names[key] for key in trust.lacking(held)], last='or')}"


CHECK = Check(
    id=ID,
    title="The Secret holds roots, issuer and key",
    category=Category.TRUST,
    needs=("secret",),
    judge=judge,
)
