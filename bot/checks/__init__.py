"""The questions asked about a Snapshot, one per file, in reading order."""

from collections.abc import Iterable

from bot.checks import (
    anchors_unreadable,
    bundle_mismatch,
    bundle_unloadable,
    ca_changed,
    configmap_incomplete,
    control_plane_unready,
    conversion_untrusted,
    dapr_missing,
    injector_untrusted,
    intermediate_expiry,
    issuer_expiry,
    issuer_not_loaded,
    logs_silent,
    mtls_disabled,
    not_yet_valid,
    peers_refuse,
    pem_damage,
    root_expiry,
    secret_incomplete,
    sentry_must_not_restart,
    server_untrusted,
    sidecar_missing,
    sidecar_newer,
    stale_pods,
)
from bot.model import judging
from bot.model.check import Check
from bot.model.policy import Policy
from bot.model.report import Report
from bot.model.snapshot import Snapshot

CHECKS: tuple[Check, ...] = (
    dapr_missing.CHECK,  # is there a Dapr where we look?
    mtls_disabled.CHECK,  # switched off, it saves nobody from expiry
    sentry_must_not_restart.CHECK,  # the sum of the next five: yes or no
    bundle_mismatch.CHECK,  # one newline costs the CA
    secret_incomplete.CHECK,  # an absent key costs it too
    configmap_incomplete.CHECK,  # as the Secret's
    bundle_unloadable.CHECK,  # what sentry would refuse
    peers_refuse.CHECK,  # what sentry loads and sidecars refuse
    pem_damage.CHECK,  # what Dapr passes over in silence
    issuer_not_loaded.CHECK,  # what runs is not what is written
    ca_changed.CHECK,  # who wrote another CA, and whom it cost its trust
    root_expiry.CHECK,  # and issuer, when both end together
    issuer_expiry.CHECK,  # from the Secret, or from sentry's metric
    intermediate_expiry.CHECK,  # cross-certificates too
    not_yet_valid.CHECK,  # certificates from the future
    stale_pods.CHECK,  # admitted before the CA changed
    anchors_unreadable.CHECK,  # nobody knows whether those are stale
    sidecar_missing.CHECK,  # asked for daprd, runs without
    sidecar_newer.CHECK,  # asks in a way that its sentry refuses
    control_plane_unready.CHECK,  # wanted against ready
    server_untrusted.CHECK,  # what runs, whatever is written
    injector_untrusted.CHECK,  # then pods start without daprd
    conversion_untrusted.CHECK,  # then Subscriptions cannot be listed
    logs_silent.CHECK,  # a namespace that used to log
)


def judge(snapshot: Snapshot, policy: Policy, checks: Iterable[Check] = CHECKS) -> Report:
    """One answer per check. Never raises."""
    return judging.judge(snapshot, policy, checks)
