"""Diagnoses as they are told, and what tests of the telling share."""

from typing import Final

from bot.diagnosis.table import control_plane, webhook
from bot.model.diagnosis import Cause, Certainty, Diagnosis
from bot.model.scene import Level, PodName, Target
from tests.certificates import NOW

TELLING_NOBODY: Final = (control_plane.ETCD, webhook.REJECTED)
"""Signatures whose line, pasted without anything around it, does not tell whether it is Dapr's."""


def a_cause(
    name: str = "root-expired",
    fact: str = "Dapr root certificate expired 3 days ago",
    certainty: Certainty = Certainty.PROVED,
    *,
    is_certificate: bool = True,
    excerpts: tuple[str, ...] = ("Dapr root certificate expiration warning: certificate has expired.",),
) -> Cause:
    return Cause(
        id=name,
        fact=fact,
        certainty=certainty,
        is_certificate=is_certificate,
        evidence=("The root was valid until 2026-11-20 12:00:00 UTC.",),
        excerpts=excerpts,
        next_step="Make a new CA: docs/checks.md#already-expired",
    )


def a_diagnosis(*causes: Cause, unseen: tuple[str, ...] = (), name: str = "orders") -> Diagnosis:
    target = Target(level=Level.APP, name=name, namespace="shop", pods=(PodName("shop", f"{name}-0"),))
    return Diagnosis(
        target=target, taken_at=NOW, cluster="prod-eu", causes=causes, unseen=unseen, looked_at=("22 checks", "1 pod", "logs in Loki")
    )
