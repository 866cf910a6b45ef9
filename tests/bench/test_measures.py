"""Every measure runs to its end in a tiny size, and says what it cannot have. What the figures are, nobody asks here."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench import children
from bench.__main__ import measure
from bench.children import BenchError, Bytecode
from bench.measure import Measure, Workshop
from bench.measures import MEASURES, acks, computing, idle, lines, start, sweep
from bench.pods import app_pods
from bench.programs import world
from bench.scale import FULL, QUICK, TINY
from bench.table import Measured
from playground.demo.ca import made_by_sentry
from playground.kubernetes import SimulatedCluster
from playground.slack import SlackEmulator

HABIT = Bytecode(None)


@asynccontextmanager
async def a_world(options: Mapping[str, Any], _: Bytecode) -> AsyncGenerator[dict[str, Any]]:
    """The same as the program's, in this process."""
    async with SimulatedCluster() as kube:
        authority = made_by_sentry(kube.store._now())  # noqa: SLF001 - the cluster's own clock
        world.install(kube, authority, list(app_pods(options["pods"], [authority.ca])))
        kube.kubeconfig(Path(options["kubeconfig"]))
        yield {"url": kube.url}


async def some_figures(program: str, options: Mapping[str, Any], _: Bytecode) -> dict[str, Any]:
    """A tenth of a millisecond per pod by us, ten times that by models."""
    pods = int(Path(options["kubeconfig"]).stem.split("-")[1])
    if program == "typed":
        return {"wall": pods / 1000, "cpu": pods / 1000, "pods": pods, "peak_mib": 100 + pods}
    return {"walls": [pods / 10_000], "cpus": [pods / 10_000], "lags": [0.001, 0.002], "peak_mib": 100}


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(folder=tmp_path, bytecode=HABIT, uncompiled=HABIT, scale=TINY, figures=some_figures, world=a_world)


async def test_sweeps_are_put_beside_the_typed_client(shop: Workshop) -> None:
    found = await sweep.MEASURE.run(shop)
    growth = {row[0]: row[1:] for row in found.tables[1].rows}

    assert [(promise.value, promise.is_kept) for promise in found.promises] == [(0.002, True), (100, True), (10, False)]
    assert growth["sweep"] == pytest.approx((1, 0, 0))
    assert growth["typed client, at once"][2] == pytest.approx(1000)
    assert len(found.tables[0].rows) == 12


async def test_a_typed_client_that_missed_pods_is_no_comparison(shop: Workshop) -> None:
    async def blind(program: str, options: Mapping[str, Any], bytecode: Bytecode) -> dict[str, Any]:
        return {**await some_figures(program, options, bytecode), "pods": 1}

    with pytest.raises(BenchError, match="saw 1 of 10 pods"):
        await sweep.MEASURE.run(replace(shop, figures=blind))


async def test_computing_shows_calls_a_second(shop: Workshop) -> None:
    async def rows(*_: object) -> dict[str, Any]:
        return {"rows": [["parse", 0.01, 0.001, 0.002], ["render", 0.1, 0.05, None]]}

    (table,) = (await computing.MEASURE.run(replace(shop, figures=rows))).tables

    assert list(table.rows) == [("parse", 100, 1000, 500, "5.0 times"), ("render", 10, 20, "", "")]


async def test_lines_are_put_beside_plain_loops(shop: Workshop) -> None:
    async def seconds(*_: object) -> dict[str, Any]:
        ways = {"classify": {"seconds": [1, 2, 9], "known": 7}, "re.search": {"seconds": [40, 50, 60], "known": 7}}
        return {"lines": 1_000_000, "characters": 214_000_000, "ways": ways}

    found = await lines.MEASURE.run(replace(shop, figures=seconds))

    assert [(promise.value, promise.is_kept) for promise in found.promises] == [(500_000, True)]
    assert list(found.tables[0].rows) == [("classify", 500_000, "7", ""), ("re.search", 20_000, "7", "25.0 times")]


async def test_acks_come_from_the_real_process(shop: Workshop) -> None:
    found = await acks.MEASURE.run(shop)

    assert [row[:2] for row in found.tables[0].rows] == [("nothing", "2"), ("sweeps back to back", "3")]
    assert all(promise.value for promise in found.promises)


async def test_idling_is_watched_from_outside(shop: Workshop) -> None:
    found = await idle.MEASURE.run(shop)

    assert found.promises[0].value is not None
    assert len(found.tables[0].rows) == 1


async def test_a_start_is_timed_from_outside(shop: Workshop) -> None:
    kubeconfig = shop.folder / "start.json"
    async with a_world({"pods": 5, "kubeconfig": str(kubeconfig)}, HABIT), SlackEmulator() as slack:
        form, *figures = await start.started(shop, slack, kubeconfig, "with .pyc", HABIT)

    assert form == "with .pyc"
    assert len(figures) == 6
    assert all(isinstance(figure, float) and figure > 0 for figure in figures)


def test_importing_is_told_by_package() -> None:
    said = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      2000 |       2000 |   json.decoder\n"
        "import time:      1000 |       3000 | json\n"
        "import time:      4000 |       4000 |     aiohttp.web\n"
    )

    assert list(start.packages(said).rows) == [("aiohttp", 4), ("the standard library", 3), ("all others", 0)]


async def test_what_cannot_be_measured_is_told_and_the_others_go_on(shop: Workshop) -> None:
    async def breaks(_: Workshop) -> Measured:
        raise BenchError("no such program")

    async def works(_: Workshop) -> Measured:
        return Measured()

    found = await measure(shop, [Measure(name="one", run=breaks), Measure(name="two", run=works)])

    assert [one.problem for one in found] == ["one: no such program", ""]


async def test_a_program_that_breaks_is_told_with_its_last_words() -> None:
    with pytest.raises(BenchError, match=r"look ended without a figure: (?s:.*)KeyError"):
        await children.figures("look", {}, HABIT)


@pytest.mark.parametrize("scale", [FULL, QUICK, TINY], ids=lambda scale: scale.name)
def test_the_promises_are_about_a_size_that_is_measured(scale: Any) -> None:
    assert scale.main in scale.pods
    assert list(scale.pods) == sorted(scale.pods)


def test_measures_have_names_of_their_own() -> None:
    assert len({one.name for one in MEASURES}) == len(MEASURES)
