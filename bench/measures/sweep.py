"""Sweeps over clusters of growing size, beside the typed client that lists the same pods, in one run."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.children import BenchError
from bench.figures import growth, median, percentile
from bench.measure import Measure, Workshop
from bench.table import Measured, Promise, Table

COLUMNS = ("pods", "what", "wall s", "best s", "CPU s", "peak RSS MiB", "lag p99 ms", "lag max ms")
SWEEP, UNCOMPILED, TROUBLED = "sweep", "sweep without .pyc", "sweep, all in trouble"
CENSUS, TRANSFER = "census alone", "transfer alone"
PAGED, AT_ONCE = "typed client, 500 a page", "typed client, at once"
HEALTHY, DYING = 200, 12
ANCHORS_IN_TROUBLE = 50
KINDS = {SWEEP: "sweep", UNCOMPILED: "sweep", TROUBLED: "sweep", CENSUS: "census", TRANSFER: "transfer"}
NOTES = (
    "sweep: all that the bot does every five minutes (gather, judge, reconcile, save); RSS counts the imports too.",
    "Wall and CPU are medians of all rounds, RSS of all processes; lag is that of the event loop meanwhile.",
    "The typed client at once is not asked for more pods than the promises are about: it needs gigabytes.",
    "census alone is the part that the typed client does here: list all pods, and find daprd in each.",
    "transfer alone reads the same bytes and looks at nothing: what the simulated server and the loopback cost everybody.",
    "all in trouble: the CA ends in 12 days, and the pods trust 50 different roots, all but one of them of earlier CAs.",
)


@dataclass(slots=True)
class Costs:
    """What several processes cost: seconds of each round, MiB of each process, lags in seconds."""

    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median round."""
        return median(self.walls)

    @property
    def peak(self) -> float:
        """The median process."""
        return median(self.peaks)

    def row(self, pods: int, what: str) -> Sequence[str | float]:
        """As the table wants it."""
        late = (percentile(self.lags, 99) * 1000, max(self.lags) * 1000) if self.lags else ("", "")
        return (str(pods), what, self.wall, min(self.walls), median(self.cpus), self.peak, *late)


Sizes = dict[tuple[int, str], Costs]


async def run(shop: Workshop) -> Measured:
    """Each size in a world of its own, one after the other: two cores are soon too few."""
    costs: Sizes = {}
    for pods in shop.scale.pods:
        async with _world(shop, pods, days_left=HEALTHY, anchors=1) as kubeconfig:
            for what in (SWEEP, CENSUS, TRANSFER):
                costs[pods, what] = await _ours(shop, kubeconfig, what)
            if pods == shop.scale.main:
                plain = replace(shop, bytecode=shop.uncompiled)
                costs[pods, UNCOMPILED] = await _ours(plain, kubeconfig, SWEEP)
            if pods <= shop.scale.typed_most:
                costs[pods, PAGED] = await _typed(shop, kubeconfig, limit=500, pods=pods)
            if pods <= min(shop.scale.main, shop.scale.typed_most):
                costs[pods, AT_ONCE] = await _typed(shop, kubeconfig, limit=0, pods=pods)
    async with _world(shop, shop.scale.main, days_left=DYING, anchors=ANCHORS_IN_TROUBLE) as kubeconfig:
        costs[shop.scale.main, TROUBLED] = await _ours(shop, kubeconfig, SWEEP)
    return Measured(tables=_tables(shop, costs), promises=_promises(shop.scale.main, costs))


@asynccontextmanager
async def _world(shop: Workshop, pods: int, *, days_left: int, anchors: int) -> AsyncGenerator[Path]:
    kubeconfig = shop.folder / f"world-{pods}-{days_left}.json"
    options = {"pods": pods, "anchors": anchors, "days_left": days_left, "kubeconfig": str(kubeconfig)}
    async with shop.world(options, shop.bytecode):
        yield kubeconfig


async def _ours(shop: Workshop, kubeconfig: Path, what: str) -> Costs:
    costs = Costs()
    for _ in range(shop.scale.processes):
        store = shop.folder / f"{kubeconfig.stem}-{len(list(shop.folder.iterdir()))}.sqlite3"
        options = {"what": KINDS[what], "kubeconfig": str(kubeconfig), "store": str(store), "rounds": shop.scale.rounds}
        told = await shop.figures("look", options, shop.bytecode)
        costs.walls += told["walls"]
        costs.cpus += told["cpus"]
        costs.lags += told["lags"]
        costs.peaks.append(told["peak_mib"])
    return costs


async def _typed(shop: Workshop, kubeconfig: Path, *, limit: int, pods: int) -> Costs:
    costs = Costs()
    # It takes long and varies little; once is enough where it takes longest.
    times = shop.scale.typed_processes if pods <= shop.scale.main else 1
    for _ in range(times):
        told = await shop.figures("typed", {"kubeconfig": str(kubeconfig), "limit": limit}, shop.bytecode)
        _require_all(told, pods)
        costs.walls.append(told["wall"])
        costs.cpus.append(told["cpu"])
        costs.peaks.append(told["peak_mib"])
    return costs


def _require_all(told: Mapping[str, Any], pods: int) -> None:
    if told["pods"] != pods:
        raise BenchError(f"the typed client saw {told['pods']} of {pods} pods with daprd")


def _tables(shop: Workshop, costs: Sizes) -> Sequence[Table]:
    order = (SWEEP, TROUBLED, UNCOMPILED, CENSUS, TRANSFER, PAGED, AT_ONCE)
    rows = [costs[pods, what].row(pods, what) for pods in shop.scale.pods for what in order if (pods, what) in costs]
    return (
        Table(title="Sweeps", columns=COLUMNS, rows=rows, notes=NOTES),
        Table(
            title="Growth with the number of pods",
            columns=("what", "wall ~ pods^k, k =", "peak RSS ~ pods^k, k =", "MiB per 1,000 pods"),
            rows=[_growth(what, {pods: costs[pods, what] for pods in shop.scale.pods if (pods, what) in costs}) for what in _grown(costs)],
            notes=("1 is linear, 2 quadratic, 0 does not grow.",),
        ),
    )


def _grown(costs: Sizes) -> Sequence[str]:
    return [what for what in (SWEEP, CENSUS, TRANSFER, PAGED, AT_ONCE) if sum(one == what for _, one in costs) > 1]


def _growth(what: str, sizes: Mapping[int, Costs]) -> Sequence[str | float]:
    least, most = min(sizes), max(sizes)
    walls = growth({pods: one.wall for pods, one in sizes.items()})
    peaks = growth({pods: one.peak for pods, one in sizes.items()})
    return (what, walls, peaks, (sizes[most].peak - sizes[least].peak) * 1000 / (most - least))


def _promises(main: int, costs: Sizes) -> Sequence[Promise]:
    sweep, paged, at_once = costs[main, SWEEP], costs.get((main, PAGED)), costs.get((main, AT_ONCE))
    typed = min((one.wall for one in (paged, at_once) if one is not None), default=None)
    return (
        Promise(what=f"sweep over {main} pods", limit=1, unit="s", value=sweep.wall),
        Promise(what=f"peak memory of its process, {main} pods", limit=160, unit="MiB", value=sweep.peak),
        Promise(
            what=f"whole sweep against the faster typed listing, {main} pods",
            limit=20,
            unit="times",
            value=typed / sweep.wall if typed else None,
            at_least=True,
        ),
    )


MEASURE = Measure(name="sweep", run=run)
