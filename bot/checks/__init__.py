"""The questions asked about a Snapshot, one per file, in reading order."""

from collections.abc import Iterable

from bot.checks import dapr_missing, intermediate_expiry, issuer_expiry, mtls_disabled, root_expiry, sidecar_missing
from bot.model import judging
from bot.model.check import Check
from bot.model.policy import Policy
from bot.model.report import Report
from bot.model.snapshot import Snapshot

CHECKS: tuple[Check, ...] = (
    dapr_missing.CHECK,  # is there a Dapr where we look?
    mtls_disabled.CHECK,  # switched off, it saves nobody from expiry
    root_expiry.CHECK,  # and issuer, when both end together
    intermediate_expiry.CHECK,  # cross-certificates too
    issuer_expiry.CHECK,  # from the Secret, or from sentry's metric
    sidecar_missing.CHECK,  # asked for daprd, runs without
)


def judge(snapshot: Snapshot, policy: Policy, checks: Iterable[Check] = CHECKS) -> Report:
    """One answer per check. Never raises."""
    return judging.judge(snapshot, policy, checks)
