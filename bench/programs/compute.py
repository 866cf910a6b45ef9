"""Computing without any cluster in between: bundles, checks, views. One snapshot of a simulated cluster is taken first.

Options: ``pods``, ``anchors``, ``work_seconds`` for each piece, ``folder``. Tells ``rows``: what, seconds at first sight (all caches of
ours emptied before), seconds again, seconds of plain cryptography or null.
"""

import asyncio
import functools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bench.figures import median
from bench.pods import app_pods
from bench.programs import telling, world
from bench.work import Work, on_bundles, on_snapshot
from bot import bootstrap
from bot.adapters import logging
from bot.adapters.clock import SystemClock
from bot.config import from_env
from bot.model.snapshot import Snapshot
from playground.demo.ca import LIFETIME, made_by_sentry
from playground.kubernetes import SimulatedCluster

LEAST: Final = 3
HEALTHY, DYING = timedelta(days=200), timedelta(days=12)


def main() -> None:
    """Compute, and tell how long it took."""
    options = telling.options()
    logging.configure("error", "json")
    telling.tell(rows=[timed(work, options["work_seconds"]) for work in _all(options)])


def _all(options: dict[str, Any]) -> Iterator[Work]:
    now = SystemClock().now()
    yield from on_bundles(now)
    for words, left, anchors in (("healthy", HEALTHY, 1), ("all in trouble", DYING, options["anchors"])):
        snapshot = asyncio.run(_seen(options, left, anchors))
        yield from on_snapshot(f"{options['pods']} pods, {words}", snapshot, snapshot.taken_at)


async def _seen(options: dict[str, Any], left: timedelta, anchors: int) -> Snapshot:
    made_at = SystemClock().now() - LIFETIME + left
    authority = made_by_sentry(made_at)
    trusted = [authority.ca, *(made_by_sentry(made_at - timedelta(days=number)).ca for number in range(1, anchors))]
    async with SimulatedCluster() as kube:
        world.install(kube, authority, list(app_pods(options["pods"], trusted)))
        kubeconfig = kube.kubeconfig(Path(options["folder"]) / f"compute-{left.days}.json")
        return await bootstrap.look_once(from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig)}), version="bench")


def timed(work: Work, seconds: float) -> Sequence[object]:
    """What, then the median seconds of a call: at first sight, again, plain."""
    first = median(list(_times(work.run, seconds, before=_forget)))
    again = median(list(_times(work.run, seconds, before=_nothing)))
    plain = median(list(_times(work.plain, seconds, before=_nothing))) if work.plain else None
    return work.what, first, again, plain


def _times(run: Callable[[], object], seconds: float, *, before: Callable[[], None]) -> Iterator[float]:
    ends, count = time.perf_counter() + seconds, 0
    while count < LEAST or time.perf_counter() < ends:
        before()
        began = time.perf_counter()
        run()
        yield time.perf_counter() - began
        count += 1


def _nothing() -> None:
    pass


def _forget() -> None:
    for cache in _caches():
        cache.cache_clear()


def _caches() -> Iterator[Any]:
    """Every lru_cache of ours: a certificate that is seen for the first time is in none of them.

    By module, not by asking the garbage collector for all objects: it does not tell of what was frozen.
    """
    ours = (module for name, module in sorted(sys.modules.items()) if name.startswith("bot."))
    for module in ours:
        yield from (one for one in vars(module).values() if isinstance(one, functools._lru_cache_wrapper))  # noqa: SLF001 - its only name


if __name__ == "__main__":
    main()
