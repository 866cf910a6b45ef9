"""The programs look at a simulated cluster in this process; their figures are numbers, and nothing was overlooked."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bench.pods import app_pods
from bench.programs import classify, compute, look, telling, typed, world
from bench.work import Work, on_bundles
from bot.model.x509 import parser
from playground.demo.ca import made_by_sentry
from playground.kubernetes import SimulatedCluster
from playground.slack import SystemClock
from tests.certificates import NOW


@pytest.fixture
async def kubeconfig(tmp_path: Path) -> AsyncGenerator[Path]:
    authority = made_by_sentry(SystemClock().now())
    async with SimulatedCluster() as kube:
        world.install(kube, authority, list(app_pods(12, [authority.ca])))
        yield kube.kubeconfig(tmp_path / "kubeconfig")


@pytest.mark.parametrize("what", ["sweep", "census", "transfer"])
async def test_the_bot_looks_as_often_as_it_is_told(what: str, kubeconfig: Path, tmp_path: Path) -> None:
    options = {"what": what, "kubeconfig": str(kubeconfig), "store": str(tmp_path / "store.sqlite3"), "rounds": 2}

    found = await look.looked(options)

    assert (len(found["walls"]), len(found["cpus"])) == (2, 2)


async def test_a_sweep_that_sees_nothing_has_no_figure(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube:
        kubeconfig = kube.kubeconfig(tmp_path / "kubeconfig", token="nobody's")
        options = {"what": "sweep", "kubeconfig": str(kubeconfig), "store": str(tmp_path / "store.sqlite3"), "rounds": 1}
        with pytest.raises(RuntimeError, match="could not see everything"):
            await look.looked(options)


@pytest.mark.parametrize("limit", [0, 5])
async def test_the_typed_client_sees_every_pod(limit: int, kubeconfig: Path) -> None:
    found = await asyncio.to_thread(typed.listed, {"kubeconfig": str(kubeconfig), "limit": limit})

    assert found["pods"] == 12


def test_one_line_of_a_hundred_is_known() -> None:
    found = classify.classified(list(classify.lines(2000)), 2)

    assert {name: len(way["seconds"]) for name, way in found["ways"].items()} == {"classify": 2, "literal in line": 2, "re.search": 2}
    assert [found["ways"][name]["known"] for name in ("classify", "literal in line")] == [20, 20]


def test_lines_that_our_classifier_knows_otherwise_than_their_literals_have_no_figure() -> None:
    forged = 'time="2026-11-27T00:00:00Z" msg="generating self signed CA" scope=dapr.runtime.http'

    with pytest.raises(RuntimeError, match="not the same lines"):
        classify.classified([forged], 1)


def test_every_piece_of_work_on_bundles_runs() -> None:
    rows = [compute.timed(work, 0) for work in on_bundles(NOW)]

    assert len(rows) == 12
    assert sum(plain is not None for *_, plain in rows) == 8


def test_at_first_sight_nothing_of_ours_is_remembered() -> None:
    (work, *_) = on_bundles(NOW)
    remembered: list[int] = []

    def run() -> None:
        remembered.append(parser.parse.cache_info().currsize)
        work.run()

    compute.timed(Work(what=work.what, run=run), 0)

    first, again = remembered[: compute.LEAST], remembered[compute.LEAST :]
    assert set(first) == {0}
    assert 0 not in again


def test_what_was_frozen_is_forgotten_as_well() -> None:
    (work, *_) = on_bundles(NOW)
    remembered: list[int] = []
    work.run()
    gc.freeze()

    compute.timed(Work(what=work.what, run=lambda: remembered.append(parser.parse.cache_info().currsize)), 0)
    gc.unfreeze()

    assert set(remembered) == {0}


def test_memory_and_processor_of_a_process_are_known() -> None:
    assert 0 < telling.resident_mib() <= telling.peak_mib() + 1
    assert telling.cpu_seconds("self") > 0
