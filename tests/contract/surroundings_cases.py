"""What ``surroundings`` of every ``ports.Cluster`` promises: on the fake, and on the adapter over the simulated API and a real one."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from msgspec.structs import replace

from bot.model.surroundings import Budget, Quota, Replicas, Strategy, Surrounding, Surroundings, WorkloadName, templates
from bot.ports import Cluster

Case = Callable[["World"], Awaitable[None]]


class World(Protocol):
    """Workloads, budgets and quotas to look at, and a hand that puts them there."""

    @property
    def cluster(self) -> Cluster: ...

    async def has(self, found: Surroundings) -> None:
        """They are there. uid, template and what pods ask for are not looked at."""
        ...


def a_workload(name: str = "orders", kind: str = "Deployment", *, count: int = 4, **deviations: Any) -> Surrounding:
    usual: dict[str, Any] = {
        "workload": WorkloadName("shop", kind, name),
        "uid": "",
        "template": "",
        "replicas": Replicas(desired=count, existing=count, ready=count, updated=count),
        "max_unavailable": 1,
        "max_surge": 1 if kind == "Deployment" else 0,
    }
    return Surrounding(**(usual | deviations))


def a_budget(*covers: Surrounding, selector: str, allowed: int | None = 1, **numbers: int) -> Budget:
    names = tuple(one.workload for one in covers)
    return Budget(
        namespace="shop", name="budget", selector=selector, covers=names, allowed=allowed, **({"expected": 4, "wanted": 3} | numbers)
    )


def names(*workloads: Surrounding) -> tuple[WorkloadName, ...]:
    return tuple(one.workload for one in workloads)


WORKLOADS: Final = {
    "it rolls": a_workload(),
    "it is recreated": a_workload(strategy=Strategy.RECREATE, max_unavailable=0, max_surge=0),
    "it replaces one before another": a_workload(max_unavailable=0, max_surge=2),
    "it is paused": a_workload(paused=True),
    "a rollout is on its way": a_workload(replicas=Replicas(desired=4, existing=5, ready=3, updated=2)),
    "nobody has noticed it": a_workload(replicas=Replicas(desired=4, existing=0, ready=0, updated=0, reported=False)),
    "it is opted out": a_workload(skip=True),
    "it has a place": a_workload(order=-7),
    "it is Helm's": a_workload(owners=("Helm release shop",)),
    "a set rolls": a_workload("db", "StatefulSet"),
    "a set keeps some": a_workload("db", "StatefulSet", partition=2),
    "a set waits for people": a_workload("db", "StatefulSet", strategy=Strategy.ON_DELETE, max_unavailable=0),
    "one on each node": a_workload("agent", "DaemonSet"),
    "one on each node, replaced before": a_workload("agent", "DaemonSet", max_unavailable=0, max_surge=1),
    "one on each node, by hand": a_workload("agent", "DaemonSet", strategy=Strategy.ON_DELETE, max_unavailable=0),
}


def bare(one: Surrounding) -> Surrounding:
    return replace(one, uid="", template="")


async def nobody_asked_is_nothing_seen(world: World) -> None:
    await world.has(Surroundings(workloads=(a_workload(),)))

    assert await world.cluster.surroundings(()) == Surroundings()
    assert await world.cluster.surroundings((WorkloadName("shop", "Deployment", "other"),)) == Surroundings()


async def a_workload_is_told_as_it_would_be_replaced(world: World) -> None:
    for number, (what, one) in enumerate(WORKLOADS.items()):
        put = replace(one, workload=WorkloadName("shop", one.workload.kind, f"w{number}"))
        await world.has(Surroundings(workloads=(put,)))

        found = await world.cluster.surroundings(names(put))

        assert (what, *map(bare, found.workloads)) == (what, put)


async def only_what_was_asked_about_is_told(world: World) -> None:
    orders, other = a_workload("orders"), a_workload("other")
    abroad = replace(orders, workload=WorkloadName("abroad", "Deployment", "orders"))
    await world.has(Surroundings(workloads=(orders, other, abroad, a_workload("orders", "StatefulSet"))))

    found = await world.cluster.surroundings(names(orders))

    assert [one.workload for one in found.workloads] == [orders.workload]


async def a_workload_is_known_again_by_uid_and_template(world: World) -> None:
    orders, db = a_workload("orders"), a_workload("db", "StatefulSet")
    await world.has(Surroundings(workloads=(orders, db)))

    first = templates(await world.cluster.surroundings(names(orders, db)))
    second = templates(await world.cluster.surroundings(names(db, orders)))

    assert first == second
    assert [name for name, _, _ in first] == ["shop/deployment/orders", "shop/statefulset/db"]
    assert len({uid for _, uid, _ in first} | {template for _, _, template in first}) == 4


async def a_budget_is_told_with_whom_it_covers(world: World) -> None:
    orders, db = a_workload("orders"), a_workload("db", "StatefulSet")
    both = a_budget(db, orders, selector="app in (db,orders)")
    both = replace(both, covers=tuple(sorted(both.covers)))
    one = replace(a_budget(orders, selector="app=orders", allowed=0, wanted=4), name="strict")
    unseen = replace(a_budget(db, selector="app=db", allowed=None), name="unseen")
    await world.has(Surroundings(workloads=(orders, db), budgets=(both, one, unseen)))

    found = await world.cluster.surroundings(names(orders, db))

    assert found.budgets == (both, one, unseen)


async def a_budget_of_others_is_nothing_to_us(world: World) -> None:
    orders, db = a_workload("orders"), a_workload("db", "StatefulSet")
    abroad = replace(orders, workload=WorkloadName("abroad", "Deployment", "orders"))
    theirs = replace(a_budget(abroad, selector="app=orders"), namespace="abroad")
    await world.has(Surroundings(workloads=(orders, db, abroad), budgets=(a_budget(db, selector="app=db"), theirs)))

    assert (await world.cluster.surroundings(names(orders))).budgets == ()


async def a_quota_tells_what_is_left(world: World) -> None:
    orders = a_workload("orders")
    left = {"pods": 2000, "requests.cpu": 500, "limits.memory": 4_000_000}
    quota, some = Quota(namespace="shop", name="all", left=left), Quota(namespace="shop", name="some", left={"pods": 0}, scoped=True)
    await world.has(Surroundings(workloads=(orders,), quotas=(quota, some, Quota(namespace="abroad", name="other", left=left))))

    assert (await world.cluster.surroundings(names(orders))).quotas == (quota, some)


CASES: Final[tuple[Case, ...]] = (
    nobody_asked_is_nothing_seen,
    a_workload_is_told_as_it_would_be_replaced,
    only_what_was_asked_about_is_told,
    a_workload_is_known_again_by_uid_and_template,
    a_budget_is_told_with_whom_it_covers,
    a_budget_of_others_is_nothing_to_us,
    a_quota_tells_what_is_left,
)
