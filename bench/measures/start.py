"""From the start of the process to "ready", with compiled modules and without, and how much of it is importing."""

import asyncio
import re
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import children
from bench.children import Bytecode, environment
from bench.figures import median
from bench.measure import Measure, Workshop
from bench.serving import serving
from bench.table import Measured, Promise, Table
from playground.demo.clusters import ROOT
from playground.slack import SlackEmulator

IMPORTS: Final = "import bot.door, bot.serve"
IMPORT_SECONDS: Final = 60.0
# "import time:   self [us] | cumulative | imported package", the last one indented by its depth.
IMPORTED: Final = re.compile(r"^import time: +(\d+) \| +\d+ \| +([\w.]+)$", re.MULTILINE)
MOST: Final = 8


async def run(shop: Workshop) -> Measured:
    """Every start has a fresh memory; cluster and Slack stand ready and answer at once."""
    kubeconfig = shop.folder / "start.json"
    options = {"pods": shop.scale.idle_pods, "anchors": 1, "days_left": 200, "kubeconfig": str(kubeconfig)}
    forms = {"with .pyc": shop.bytecode, "without .pyc": shop.uncompiled}
    rows: list[Sequence[str | float]] = []
    async with shop.world(options, shop.bytecode), SlackEmulator() as slack:
        await _python(IMPORTS, shop.bytecode)  # compiles what no other program here loads
        for form, bytecode in forms.items():
            rows.append(await started(shop, slack, kubeconfig, form, bytecode))
    table = Table(
        title=f"Starting, {shop.scale.idle_pods} pods",
        columns=("modules", "ready s", "best s", "CPU s", "imports s", "imports %", "RSS MiB then"),
        rows=rows,
        notes=(
            "Ready: /readyz answers 200, so a sweep has finished and Slack is connected. The image holds compiled modules.",
            f"Imports: `python -c '{IMPORTS}'`, the interpreter's own start included.",
        ),
    )
    importing = packages(await _said(shop.bytecode, "-X", "importtime", "-c", IMPORTS))
    ready = float(rows[0][1])
    return Measured(tables=(table, importing), promises=(Promise(what="ready after the start", limit=5, unit="s", value=ready),))


async def started(shop: Workshop, slack: SlackEmulator, kubeconfig: Path, form: str, bytecode: Bytecode) -> Sequence[str | float]:
    """A row of the table: so many starts in this form, and as many imports."""
    stores = [shop.folder / f"start-{form.partition(' ')[0]}-{number}.sqlite3" for number in range(shop.scale.starts)]
    starts = [await _start(slack, kubeconfig, store, bytecode) for store in stores]
    imports = [await _python(IMPORTS, bytecode) for _ in stores]
    return _row(form, starts, imports)


async def _start(slack: SlackEmulator, kubeconfig: Path, store: Path, bytecode: Bytecode) -> tuple[float, float, float]:
    """Seconds until ready, CPU seconds, MiB."""
    async with serving(slack, kubeconfig, store, bytecode) as bot:
        seconds = await bot.ready()
        return seconds, bot.cpu_seconds, bot.resident_mib


def _row(form: str, starts: Sequence[tuple[float, float, float]], imports: Sequence[float]) -> Sequence[str | float]:
    ready, cpu, resident = (list(column) for column in zip(*starts, strict=True))
    share = 100 * median(imports) / median(ready)
    return (form, median(ready), min(ready), median(cpu), median(imports), share, median(resident))


async def _python(statement: str, bytecode: Bytecode) -> float:
    """Seconds that a Python takes to run it."""
    began = time.perf_counter()
    await _said(bytecode, "-c", statement)
    return time.perf_counter() - began


def packages(said: str) -> Table:
    """Milliseconds of importing by package, from what `-X importtime` says: each module's own time."""
    spent: Counter[str] = Counter()
    for micros, module in IMPORTED.findall(said):
        package = module.partition(".")[0]
        spent["the standard library" if package in sys.stdlib_module_names else package] += int(micros)
    most = spent.most_common(MOST)
    rest = spent.total() - sum(micros for _, micros in most)
    rows = [(package, micros / 1000) for package, micros in (*most, ("all others", rest))]
    return Table(title="Where importing goes", columns=("package", "ms"), rows=rows, notes=("One run, slowed by its own counting.",))


async def _said(bytecode: Bytecode, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments), cwd=ROOT, env=environment(bytecode), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        async with asyncio.timeout(IMPORT_SECONDS):
            _, said = await process.communicate()
    finally:
        await children.ended(process)
    if process.returncode:
        raise children.BenchError(f"importing failed: {said.decode(errors='replace')[-children.LAST_WORDS :]}")
    return said.decode(errors="replace")


MEASURE = Measure(name="start", run=run)
