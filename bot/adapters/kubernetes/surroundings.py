"""What a plan must know of workloads, budgets and quotas: lists of the whole cluster, of which only what concerns us is kept."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Final

from bot.adapters.kubernetes import budgets, quantities, templates
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.facts import owners
from bot.adapters.kubernetes.needs import BUDGETS, QUOTAS, WORKLOADS
from bot.adapters.kubernetes.paging import Listing, whole
from bot.adapters.kubernetes.wire import Page
from bot.adapters.kubernetes.wire_surroundings import Budget, Metadata, Quota, Rolling, Spec, Status, UpdateStrategy, Workload
from bot.errors import Missing
from bot.model import surroundings as model
from bot.model.surroundings import Replicas, Strategy, Surrounding, Surroundings, WorkloadName

Labels = dict[WorkloadName, Mapping[str, str]]
_STRATEGIES: Final = {one.value: one for one in (Strategy.ROLLING, Strategy.RECREATE, Strategy.ON_DELETE)}
_MOST_DIGITS: Final = 9


async def of(api: Api, wanted: Collection[WorkloadName]) -> Surroundings:
    """Of these workloads. A kind that nobody has installed has no workloads."""
    found, labels = list[Surrounding](), Labels()
    for kind, need in WORKLOADS.items():
        if any(one.kind == kind for one in wanted):
            listing = Listing(need, f"{kind}List", Page[Workload])
            try:
                seen = await whole(api, listing, _Seen, partial(_take, kind, wanted))
            except Missing:
                continue
            found += seen.workloads
            labels |= seen.labels
    if not found:
        return Surroundings()
    cover = budgets.covering(labels)
    held = await whole(api, Listing(BUDGETS, "PodDisruptionBudgetList", Page[Budget]), list[model.Budget], cover)
    limits = await whole(api, Listing(QUOTAS, "ResourceQuotaList", Page[Quota]), list[model.Quota], budgets.limiting(labels))
    return Surroundings(workloads=tuple(sorted(found, key=_name)), budgets=tuple(held), quotas=tuple(limits))


class _Seen:
    """Workloads of one kind in the making, with the labels of their pods."""

    def __init__(self) -> None:
        self.workloads: list[Surrounding] = []
        self.labels: Labels = {}


def _take(kind: str, wanted: Collection[WorkloadName], seen: _Seen, page: Sequence[Workload]) -> None:
    for one in page:
        name = WorkloadName(one.metadata.namespace, kind, one.metadata.name)
        if name in wanted:
            seen.workloads.append(_surrounding(name, one))
            seen.labels[name] = _labels(one.spec)


def _surrounding(name: WorkloadName, one: Workload) -> Surrounding:
    metadata, spec, template = one.metadata, one.spec, one.spec.template
    replicas = _replicas(name.kind, one)
    strategy, missing, extra = _strategy(name.kind, spec.strategy or spec.update_strategy, replicas.desired)
    update = spec.update_strategy.rolling_update if spec.update_strategy else None
    annotations = metadata.annotations or {}
    return Surrounding(
        workload=name,
        uid=metadata.uid,
        # In this order: what is no template is refused before it is counted.
        asks=templates.asks(templates.read(template)) if template else {},
        template=templates.digest(template) if template else "",
        replicas=replicas,
        strategy=strategy,
        max_unavailable=missing,
        max_surge=extra,
        partition=max((update.partition if update else None) or 0, 0),
        paused=bool(spec.paused),
        owners=owners(metadata),
        skip=annotations.get(model.ROTATION, "").strip().lower() == model.SKIP,
        order=_whole_number(annotations.get(model.ORDER, "")),
    )


def _labels(spec: Spec) -> Mapping[str, str]:
    metadata = templates.read(spec.template).metadata if spec.template else None
    return (metadata.labels if metadata else None) or {}


def _replicas(kind: str, one: Workload) -> Replicas:
    status = one.status or Status()
    reported = _reported(one.metadata, status)
    if kind == "DaemonSet":
        return Replicas(
            desired=status.desired_number_scheduled or 0,
            existing=status.current_number_scheduled or 0,
            ready=status.number_ready or 0,
            updated=status.updated_number_scheduled or 0,
            reported=reported,
        )
    return Replicas(
        desired=1 if one.spec.replicas is None else one.spec.replicas,
        existing=status.replicas or 0,
        ready=status.ready_replicas or 0,
        updated=status.updated_replicas or 0,
        reported=reported,
    )


def _reported(metadata: Metadata, status: Status) -> bool:
    return status.observed_generation is not None and str(status.observed_generation) == str(metadata.generation)


def _strategy(kind: str, strategy: UpdateStrategy | None, desired: int) -> tuple[Strategy, int, int]:
    """With maxUnavailable and maxSurge in pods."""
    type_ = (strategy.type if strategy else None) or Strategy.ROLLING.value
    found = Strategy.OTHER if kind == "Rollout" else _STRATEGIES.get(type_, Strategy.OTHER)
    if found is not Strategy.ROLLING:
        return found, 0, 0
    rolling = (strategy.rolling_update if strategy else None) or Rolling()
    return found, *_ROUNDING[kind](rolling, desired)


def _of_deployment(rolling: Rolling, desired: int) -> tuple[int, int]:
    missing = quantities.of("25%" if rolling.max_unavailable is None else rolling.max_unavailable, desired, up=False)
    extra = quantities.of("25%" if rolling.max_surge is None else rolling.max_surge, desired, up=True)
    # kubernetes/pkg/controller/deployment/util: both may come to 0 by rounding, and then one may be missing.
    return (1, 0) if missing == extra == 0 else (missing, extra)


def _of_stateful_set(rolling: Rolling, desired: int) -> tuple[int, int]:
    return max(quantities.of(1 if rolling.max_unavailable is None else rolling.max_unavailable, desired, up=False), 1), 0


def _of_daemon_set(rolling: Rolling, desired: int) -> tuple[int, int]:
    extra = quantities.of(rolling.max_surge or 0, desired, up=True)
    return quantities.of(1 if rolling.max_unavailable is None else rolling.max_unavailable, desired, up=True), extra


_ROUNDING: Final[Mapping[str, Callable[[Rolling, int], tuple[int, int]]]] = {
    "Deployment": _of_deployment,
    "StatefulSet": _of_stateful_set,
    "DaemonSet": _of_daemon_set,
}


def _whole_number(text: str) -> int:
    """Of the annotation; 0 for what is none."""
    digits = text.strip()
    is_one = digits.removeprefix("-").isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS
    return int(digits) if is_one else 0


def _name(one: Surrounding) -> WorkloadName:
    return one.workload
