"""Switching mTLS off does not save anyone from expiry: the control plane goes on using certificates (dapr#7330, dapr#5387)."""

from collections.abc import Iterator

from bot.model import control_plane
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.prognosis import DAPR_MISSING, explained
from bot.model.snapshot import Snapshot

ID = "mtls-disabled"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """``spec.mtls.enabled`` of Configuration daprsystem; unset counts as enabled, as Dapr has it."""
    if snapshot.mtls == Observed(None):
        yield _absent(snapshot)
    elif isinstance(snapshot.mtls, Observed) and snapshot.mtls.value is not None and snapshot.mtls.value.enabled is False:
        yield Finding(
            check_id=ID,
            severity=Severity.NOTICE,
            fact="mTLS between sidecars is switched off, yet the control plane's certificates still expire",
            evidence=(
                f"Configuration daprsystem in namespace {snapshot.namespace} says spec.mtls.enabled: false.",
                "It covers calls from sidecar to sidecar only: sidecars still need a valid CA to reach sentry, operator and placement.",
            ),
            next_step="Keep renewing the CA in time, and switch mTLS on again if it was switched off to get past an expiry.",
        )


def _absent(snapshot: Snapshot) -> Finding:
    fact = f"There is no Configuration daprsystem in namespace {snapshot.namespace}"
    if control_plane.is_absent(snapshot):
        return explained(ID, fact, DAPR_MISSING)
    return Finding(
        check_id=ID,
        severity=Severity.NOTICE,
        fact=f"{fact}; Dapr goes by its defaults, with mTLS switched on",
        next_step="Nothing urgent: Dapr's Helm chart makes this object; see why it is gone.",
    )


CHECK = Check(
    id=ID,
    title="Sidecars use mTLS with each other",
    category=Category.CONTACT,
    needs=("mtls",),
    judge=judge,
)
