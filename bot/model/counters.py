"""What Dapr's own counters say of certificates and sidecars: how often something happened since a program started, never when."""

from typing import Final

import msgspec

from bot.model.observed import Unobserved, Why

# Names as of Dapr 1.10 to 1.18 (pkg/sentry/monitoring, pkg/injector, pkg/diagnostics/service_monitoring.go).
REQUESTS_REFUSED: Final = "dapr_sentry_cert_sign_failure_total"
OWN_CERTIFICATE_FAILED: Final = "dapr_sentry_servercert_issue_failed_total"
ISSUER_CHANGED: Final = "dapr_sentry_issuercert_changed_total"
INJECTION_FAILED: Final = "dapr_injector_sidecar_injection_failed_total"
INIT_FAILED: Final = "dapr_runtime_mtls_init_fail_total"
RENEWAL_FAILED: Final = "dapr_runtime_mtls_workload_cert_rotated_fail_total"
NAMES: Final = (REQUESTS_REFUSED, OWN_CERTIFICATE_FAILED, ISSUER_CHANGED, INJECTION_FAILED, INIT_FAILED, RENEWAL_FAILED)


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """One counter of one pod that is above zero. ``reason``: the program's own word for it, "" where it gives none; outside text.

    ``value`` begins at zero whenever the program starts. A counter that never counted is not on the page.
    """

    namespace: str
    pod: str
    name: str
    value: int
    reason: str = ""


COUNTERS_NOT_READ: Final = Unobserved(
    Why.BY_CHOICE, "Dapr's counters are not read (DAPR_WARDEN_SENTRY_METRICS).", "Set it to auto, direct or proxy."
)
