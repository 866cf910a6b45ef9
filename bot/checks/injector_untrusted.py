"""Does the API server trust the sidecar injector? If not, pods start without a sidecar, and nothing says so (failurePolicy Ignore)."""

from collections.abc import Iterator

from bot.model import ca_bundles, control_plane
from bot.model.ca_bundles import Caller
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.prognosis import DAPR_MISSING, explained
from bot.model.snapshot import Snapshot

ID = "injector-untrusted"
CALLER = Caller(
    check_id=ID,
    service="the sidecar injector",
    consequence="Until then new pods may start without a sidecar, or with the roots of before, and no event says so.",
    workload="dapr-sidecar-injector",
    component=control_plane.INJECTOR,
)


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """caBundle of MutatingWebhookConfiguration dapr-sidecar-injector; the injector writes all of ca.crt into it (1.12 and later)."""
    if not isinstance(snapshot.webhook, Observed):
        return
    if snapshot.webhook.value is not None:
        yield from ca_bundles.findings(snapshot.webhook.value, CALLER, snapshot)
    elif control_plane.is_absent(snapshot):
        yield explained(ID, "There is no webhook for sidecars here", DAPR_MISSING)
    else:
        yield Finding(
            check_id=ID,
            severity=Severity.NOTICE,
            fact="There is no webhook for sidecars: new pods start without one",
            evidence=(
                "MutatingWebhookConfiguration dapr-sidecar-injector does not exist; sidecar-missing tells whom that cost a sidecar.",
            ),
            next_step="Install it again with Dapr's Helm chart; then recreate the pods that sidecar-missing names.",
        )


CHECK = Check(
    id=ID,
    title="The API server trusts the sidecar injector",
    category=Category.CONTROL_PLANE,
    needs=("webhook", "configmap"),
    judge=judge,
)
