"""Does the API server trust Dapr's conversion webhook? If not, nobody can list Subscriptions, and namespaces hang in deletion."""

from collections.abc import Iterator

from bot.model import ca_bundles, control_plane
from bot.model.ca_bundles import Caller
from bot.model.check import Category, Check
from bot.model.finding import Finding
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot

ID = "conversion-untrusted"
CALLER = Caller(
    check_id=ID,
    service="the conversion webhook",
    consequence="Until then listing Subscriptions fails, and deleting a namespace may hang.",
    workload="dapr-operator",
    component=control_plane.OPERATOR,
)


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """caBundle of CRD subscriptions.dapr.io; the operator writes it at its start. A CRD without conversion has none."""
    if isinstance(snapshot.crd, Observed) and snapshot.crd.value is not None:
        yield from ca_bundles.findings(snapshot.crd.value, CALLER, snapshot)


CHECK = Check(
    id=ID,
    title="The API server trusts Dapr's conversion webhook",
    category=Category.CONTROL_PLANE,
    needs=("crd", "configmap"),
    judge=judge,
)
