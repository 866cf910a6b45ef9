"""Builders for what the doctor says: a healthy bot by default, only what deviates is written."""

from datetime import datetime, timedelta
from typing import Any

from bot.model.alert import Backlog
from bot.model.examination import Examined, Outcome, Result, Subject
from bot.model.logs import LogLabels, LogView
from bot.model.observed import Observed, Unobserved, Why
from bot.model.vitals import ApiServer, KeyFile, LogFlow, Permission, Purpose, Safekeeping, Scraped, SealTrial, Skew, StoreCondition, Vitals
from tests.certificates import NOW

LOST = Unobserved(Why.UNREACHABLE, "It does not answer.", "Look whether it runs.")
_FILES = {Purpose.EXCESS: "", Purpose.SEALING: "", Purpose.ROTATION: "deploy/kustomize/components/rotation"}
MIB = 1024 * 1024


def a_result(id_: str = "rights", outcome: Outcome = Outcome.FINE, **changes: Any) -> Result:
    fields: dict[str, Any] = {
        "id": id_,
        "subject": Subject.KUBERNETES,
        "title": "It allows everything that is needed",
        "outcome": outcome,
        "seen": "14 of 14 permissions: every one that these settings need.",
        **changes,
    }
    return Result(**fields)


def an_examined(*results: Result, at: datetime = NOW, cluster: str = "prod-eu") -> Examined:
    return Examined(at=at, cluster=cluster, results=results)


def a_permission(words: str = "list pods (cluster-wide)", purpose: Purpose = Purpose.NEEDED, *, allowed: bool = True) -> Permission:
    verb, resource, *_ = words.split()
    file = _FILES.get(purpose, "deploy/kustomize/read/rbac.yaml")
    return Permission(
        words=words,
        rule=f'ClusterRole: apiGroups: [""], resources: [{resource}], verbs: [{verb}]',
        file=file,
        purpose=purpose,
        allowed=allowed,
    )


def a_condition(**changes: Any) -> StoreCondition:
    fields: dict[str, Any] = {
        "path": "/var/lib/dapr-warden/memory.sqlite3",
        "exists": True,
        "revision": "r0002",
        "newest": "r0002",
        "writable": True,
        "size_bytes": MIB,
        "free_bytes": 900 * MIB,
        "filesystem": "ext4",
        **changes,
    }
    return StoreCondition(**fields)


def vitals(**changes: Any) -> Vitals:
    """Give a part as a value, or as Unobserved."""
    parts: dict[str, Any] = {
        "server": ApiServer(version="v1.34.3", date=NOW, in_pod=True),
        "skew": Skew(timedelta(0)),
        "permissions": (
            a_permission(),
            a_permission("list events (cluster-wide)", Purpose.DIAGNOSIS),
            a_permission("patch deployments.apps (cluster-wide)", Purpose.ROTATION),
            a_permission("get secrets in namespace dapr-warden", Purpose.SEALING, allowed=False),
            a_permission("list secrets (cluster-wide)", Purpose.EXCESS, allowed=False),
        ),
        "sealing": KeyFile(path="/var/run/sealing/key", mounted=True, everybody=False),
        "sealed": SealTrial(by_command=True, took=timedelta(milliseconds=320)),
        "loki": "3.6.0",
        "labels": LogLabels(namespace="namespace", pod="pod", container="container"),
        "flow": LogFlow(until_at=NOW, bucket=timedelta(minutes=5), counts=(0,) * 11 + (3,)),
        "watch": LogView(read_until_at=NOW),
        "prometheus": "3.7.0",
        "sentry_metrics": Scraped(metric="dapr_sentry_issuercert_expiry_timestamp", series=1, labels=("namespace", "pod")),
        "sidecar_metrics": Scraped(metric="dapr_runtime_component_loaded", series=7, labels=("namespace", "pod")),
        "own_metrics": Scraped(metric="dapr_warden_build_info", series=1, labels=("namespace", "pod")),
        "memory": a_condition(),
        "backlog": Backlog(),
        "backup": Safekeeping(kept_at=NOW - timedelta(days=9), opened_at=NOW - timedelta(hours=3)),
        **changes,
    }
    observed = {name: part if isinstance(part, Unobserved) else Observed(part) for name, part in parts.items()}
    return Vitals(taken_at=NOW, namespace="dapr-system", **observed)
