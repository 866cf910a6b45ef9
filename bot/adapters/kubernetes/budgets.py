"""What may keep a workload from being replaced: disruption budgets that cover it, quotas of its namespace."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.adapters.kubernetes import quantities
from bot.adapters.kubernetes.wire_surroundings import Budget, BudgetSpec, BudgetStatus, Quota, QuotaSpec, QuotaStatus, Requirement, Selector
from bot.model import surroundings as model
from bot.model.surroundings import WorkloadName

Labelled = Mapping[WorkloadName, Mapping[str, str]]
# Other names of the same thing (core/v1 ResourceName, and object counts).
_RESOURCES: Final = {
    "pods": "pods", "count/pods": "pods", "cpu": "requests.cpu", "memory": "requests.memory", "requests.cpu": "requests.cpu",
    "requests.memory": "requests.memory", "limits.cpu": "limits.cpu", "limits.memory": "limits.memory",
}  # fmt: skip


def covering(labels: Labelled) -> Callable[[list[model.Budget], Sequence[Budget]], None]:
    """What adds the budgets of a page that cover one of these workloads, by the labels that all pods of its template have."""
    here: defaultdict[str, list[WorkloadName]] = defaultdict(list)
    for name in sorted(labels):
        here[name.namespace].append(name)

    def add(found: list[model.Budget], page: Sequence[Budget]) -> None:
        for one in page:
            selector = (one.spec or BudgetSpec()).selector
            if selector is not None:
                covers = tuple(name for name in here.get(one.metadata.namespace, ()) if _selects(selector, labels[name]))
                found += [_budget(one, selector, covers)] if covers else []

    return add


def limiting(labels: Labelled) -> Callable[[list[model.Quota], Sequence[Quota]], None]:
    """What adds the quotas of a page that count pods of these namespaces."""
    namespaces = {name.namespace for name in labels}

    def add(found: list[model.Quota], page: Sequence[Quota]) -> None:
        found += [quota for quota in map(_quota, page) if quota.namespace in namespaces and quota.left]

    return add


def _budget(one: Budget, selector: Selector, covers: tuple[WorkloadName, ...]) -> model.Budget:
    status = one.status or BudgetStatus()
    # Evictions are refused, too, while the controller has not seen the newest spec.
    known = status.observed_generation is not None and status.observed_generation == one.metadata.generation
    return model.Budget(
        namespace=one.metadata.namespace,
        name=one.metadata.name,
        selector=_words(selector),
        covers=covers,
        allowed=max(status.disruptions_allowed or 0, 0) if known else None,
        expected=status.expected_pods or 0,
        wanted=status.desired_healthy or 0,
    )


def _selects(selector: Selector, labels: Mapping[str, str]) -> bool:
    """An empty selector takes every pod of its namespace (policy/v1)."""
    exact = (selector.match_labels or {}).items() <= labels.items()
    return exact and all(_meets(one, labels) for one in selector.match_expressions or ())


def _meets(one: Requirement, labels: Mapping[str, str]) -> bool:
    match one.operator:
        case "Exists":
            return one.key in labels
        case "DoesNotExist":
            return one.key not in labels
        case "In":
            return labels.get(one.key) in (one.values or ())
        case "NotIn":
            return labels.get(one.key) not in (one.values or ())


def _words(selector: Selector) -> str:
    """As kubectl writes it: "app=orders,tier in (a,b)"."""
    exact = [f"{key}={value}" for key, value in sorted((selector.match_labels or {}).items())]
    return ",".join([*exact, *map(_requirement, selector.match_expressions or ())])


def _requirement(one: Requirement) -> str:
    match one.operator:
        case "Exists":
            return one.key
        case "DoesNotExist":
            return f"!{one.key}"
        case _:
            return f"{one.key} {one.operator.lower()} ({','.join(sorted(one.values or ()))})"


def _quota(one: Quota) -> model.Quota:
    spec, status = one.spec or QuotaSpec(), one.status or QuotaStatus()
    hard, used = status.hard or spec.hard or {}, status.used or {}
    left: dict[str, int] = {}
    for resource, name in _RESOURCES.items():
        if resource in hard:
            # Of what is not worked out yet the API server admits nothing ("status unknown for quota").
            room = quantities.thousandths(hard[resource]) - quantities.thousandths(used[resource]) if resource in used else 0
            left[name] = min(room, left.get(name, room))
    scoped = bool(spec.scopes or spec.scope_selector)
    return model.Quota(namespace=one.metadata.namespace, name=one.metadata.name, left=left, scoped=scoped)
