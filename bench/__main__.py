"""``python -m bench [--quick] [--only NAME ...]``: measure, print, and (in full, with everything) write docs/benchmarks.md."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import machine, page, table
from bench.children import BenchError, Bytecode
from bench.measure import Measure, Workshop
from bench.measures import MEASURES
from bench.scale import FULL, QUICK, Scale
from bench.table import Measured
from bot.adapters.clock import SystemClock
from playground.demo.clusters import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Exit code 0 when everything could be measured, whatever it came to; 1 when something could not."""
    options = _options()
    scale = QUICK if options.quick else FULL
    chosen = [one for one in MEASURES if not options.only or one.name in options.only]
    at, load = SystemClock().now(), machine.load()
    with tempfile.TemporaryDirectory(prefix="dapr-warden-bench-") as folder:
        measured = asyncio.run(_prepared(_workshop(Path(folder), scale), chosen))
    facts = (f"{machine.facts()}.", machine.noise(load))
    _say("\n".join((*facts, "", *(table.text(one) for one in page.tables(measured)))))
    problems = [one.problem for one in measured if one.problem]
    if not problems and scale is FULL and len(chosen) == len(MEASURES):
        page.update(PAGE, page.body(at, facts, measured))
        _say(f"{PAGE.relative_to(ROOT)}: written")
    for problem in problems:
        _say(f"NOT MEASURED: {problem}")
    return 1 if problems else 0


def _workshop(folder: Path, scale: Scale) -> Workshop:
    compiled, uncompiled = Bytecode(folder / "compiled"), Bytecode(folder / "nothing-compiled", kept=False)
    return Workshop(folder=folder, bytecode=compiled, uncompiled=uncompiled, scale=scale)


async def measure(shop: Workshop, chosen: Sequence[Measure]) -> Sequence[Measured]:
    """One after the other; what cannot be measured does not keep the others from it."""
    return [await _measured(one, shop) for one in chosen]


async def _measured(one: Measure, shop: Workshop) -> Measured:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(shop.scale.seconds):
            found = await one.run(shop)
    except* BenchError as group:
        found = Measured(problem=f"{one.name}: {'; '.join(map(str, group.exceptions))}")
    except* TimeoutError:
        found = Measured(problem=f"{one.name}: it took longer than {shop.scale.seconds:.0f} s")
    sys.stderr.write(f"{one.name}: {time.perf_counter() - began:.0f} s\n")
    return found


async def _prepared(shop: Workshop, chosen: Sequence[Measure]) -> Sequence[Measured]:
    await _compile(shop)
    return await measure(shop, chosen)


async def _compile(shop: Workshop) -> None:
    """Let every program load once, so that no figure holds the compiling of modules."""
    kubeconfig = shop.folder / "compile.json"
    world = {"pods": 1, "anchors": 1, "days_left": 200, "kubeconfig": str(kubeconfig)}
    async with shop.world(world, shop.bytecode):
        look = {"what": "sweep", "kubeconfig": str(kubeconfig), "store": str(shop.folder / "compile.sqlite3"), "rounds": 0}
        await shop.figures("look", look, shop.bytecode)
        await shop.figures("typed", {"kubeconfig": str(kubeconfig), "limit": 0}, shop.bytecode)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of eight; writes no page")
    parser.add_argument("--only", nargs="+", choices=[one.name for one in MEASURES], help="these measures; writes no page")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
