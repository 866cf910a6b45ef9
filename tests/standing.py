"""Builders for how the bot stands that would carry a plan out: well, only what deviates is written."""

from datetime import timedelta
from typing import Any

from bot.model.observed import Observed, Unobserved
from bot.model.standing import Standing
from bot.model.surroundings import WorkloadName
from bot.model.vitals import ApiServer, Purpose, Skew
from tests.certificates import NOW
from tests.examined import a_condition, a_permission

CANARY = WorkloadName("dapr-warden", "Deployment", "dapr-warden-canary")
RIGHTS = (
    a_permission("update secrets dapr-trust-bundle in namespace dapr-system", Purpose.ROTATION),
    a_permission("patch deployments.apps (cluster-wide)", Purpose.ROTATION),
)


def a_standing(*, canary: WorkloadName = CANARY, **parts: Any) -> Standing:
    """Give a part as a value, or as Unobserved."""
    values: dict[str, Any] = {
        "rights": RIGHTS,
        "server": ApiServer(version="v1.34.3", date=NOW, in_pod=True),
        "skew": Skew(timedelta(0)),
        "memory": a_condition(),
        **parts,
    }
    seen = {name: part if isinstance(part, Unobserved) else Observed(part) for name, part in values.items()}
    return Standing(canary=canary, **seen)
