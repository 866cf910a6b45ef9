"""Workloads, budgets and quotas as Kubernetes objects: what the adapter would have read them from."""

from typing import Any, Final

from bot.model.surroundings import ORDER, ROTATION, Budget, Quota, Strategy, Surrounding, WorkloadName

Object = dict[str, Any]

IMAGE: Final = "registry.example:5000/shop/app:7"


def workload_object(one: Surrounding) -> Object:
    """Settled in its generation. What pods ask for, uid and template of ``one`` are not looked at."""
    name, app = one.workload, {"app": one.workload.name}
    annotations = {**({ROTATION: "skip"} if one.skip else {}), **({ORDER: str(one.order)} if one.order else {})}
    for owner in one.owners:
        annotations["meta.helm.sh/release-name"] = owner.removeprefix("Helm release ")
    template = {"metadata": {"labels": app}, "spec": {"containers": [{"name": "app", "image": IMAGE}]}}
    metadata = {"name": name.name, "namespace": name.namespace, "annotations": annotations}
    spec: Object = {"selector": {"matchLabels": app}, "template": template, **_strategy(one)}
    if name.kind != "DaemonSet":
        spec["replicas"] = one.replicas.desired
    if name.kind == "StatefulSet":
        spec["serviceName"] = name.name
    if one.paused:
        spec["paused"] = True
    return {"apiVersion": "apps/v1", "kind": name.kind, "metadata": metadata, "spec": spec, "status": _status(one)}


def budget_object(budget: Budget) -> Object:
    """Of the first generation; ``allowed`` None: its controller has not seen it."""
    spec = {"minAvailable": budget.wanted, "selector": _selector(budget.covers)}
    told = {"disruptionsAllowed": budget.allowed, "currentHealthy": budget.expected, "observedGeneration": 1}
    status = {"expectedPods": budget.expected, "desiredHealthy": budget.wanted, "currentHealthy": 0, "disruptionsAllowed": 0}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": budget.name, "namespace": budget.namespace},
        "spec": spec,
        "status": {**status, **(told if budget.allowed is not None else {})},
    }


def quota_object(quota: Quota) -> Object:
    """Of which a third is used."""
    hard = {name: f"{3 * left // 2}m" for name, left in quota.left.items()}
    used = {name: f"{left // 2}m" for name, left in quota.left.items()}
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": quota.name, "namespace": quota.namespace},
        "spec": {"hard": hard, **({"scopes": ["NotTerminating"]} if quota.scoped else {})},
        "status": {"hard": hard, "used": used},
    }


def _strategy(one: Surrounding) -> Object:
    rolling: Object = {"maxUnavailable": one.max_unavailable}
    if one.workload.kind == "StatefulSet":
        # How many may be missing is a feature that not every API server has.
        rolling = {"partition": one.partition}
    elif one.workload.kind == "DaemonSet" or one.max_surge:
        rolling["maxSurge"] = one.max_surge
    how = {"type": one.strategy.value, **({"rollingUpdate": rolling} if one.strategy is Strategy.ROLLING else {})}
    return {"strategy" if one.workload.kind == "Deployment" else "updateStrategy": how}


def _status(one: Surrounding) -> Object:
    replicas = one.replicas
    observed = {"observedGeneration": 1} if replicas.reported else {}
    if one.workload.kind == "DaemonSet":
        return {
            "desiredNumberScheduled": replicas.desired, "currentNumberScheduled": replicas.existing, "numberReady": replicas.ready,
            "updatedNumberScheduled": replicas.updated, "numberMisscheduled": 0, **observed,
        }  # fmt: skip
    counts = {"replicas": replicas.existing, "readyReplicas": replicas.ready, "updatedReplicas": replicas.updated}
    return {**counts, **observed}


def _selector(covers: tuple[WorkloadName, ...]) -> Object:
    if len(covers) == 1:
        return {"matchLabels": {"app": covers[0].name}}
    return {"matchExpressions": [{"key": "app", "operator": "In", "values": [name.name for name in covers]}]}
