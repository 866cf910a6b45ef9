"""The fault matrix of an expired recovery and of a restore, docs/rotation-faults.md: one pair write, and no way back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model.run import Stand, Way
from bot.ports import Hands
from playground.kubernetes.faults import Effect
from tests.voyage.courses import RECOVERY, RESTORE, Course, edit, let_sentry_make_its_own, reaches
from tests.voyage.faults import Forgetful, a_newer_bot_wrote, columns, held, is_open, now, persisted, turns, watched
from tests.voyage.voyage import ANN, ASKER, Voyage, a_voyage

# Whoever kept the good roots needs no wave.
AFTER = ("sentry", "control-plane", "proof")
KUBECTL = "kubectl -n dapr-system get secret dapr-trust-bundle"
either = pytest.mark.parametrize("course", columns(RECOVERY, RESTORE), ids=lambda one: one.name)


async def begun(voyage: Voyage, course: Course, step: str) -> None:
    """Approved, and just before a step."""
    await course.prepare(voyage)
    await voyage.approve()
    await voyage.sail(until=reaches(step))


async def arrives(voyage: Voyage) -> bool:
    """Whether it comes to its end from here, and everybody reaches everybody."""
    file = await persisted(voyage)
    assert file.run.stand is Stand.DONE, (file.run.stand, file.run.held)
    return not is_open(voyage) and voyage.town.refused() == [] and voyage.town.without_daprd() == []


@either
async def test_whoever_writes_before_a_dead_ca_is_replaced_ends_the_run(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, "write-pair")
        edit(voyage)
        edited = voyage.data()

        file = await voyage.sail()

        assert (file.run.stand, voyage.data()) == (Stand.ABORTED, edited)
        assert not voyage.data(name="dapr-warden-staging").get("sealed")


@either
@pytest.mark.parametrize("step", columns(*AFTER))
async def test_a_ca_of_sentrys_own_making_is_replaced_in_a_recovery_and_a_restore(tmp_path: Path, course: Course, step: str) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, step)
        let_sentry_make_its_own(voyage)

        assert await arrives(voyage)
        assert (await now(voyage)).run.reopened == 1


@either
@pytest.mark.parametrize("step", columns(*AFTER))
async def test_what_somebody_else_wrote_holds_a_recovery_and_a_restore(tmp_path: Path, course: Course, step: str) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, step)
        edit(voyage)
        edited = voyage.data()

        file = await voyage.sail()
        assert "helm" in await held(voyage)
        assert file.run.held is not None
        # There is nothing sound to go back to.
        assert (voyage.data(), file.run.held.ways) == (edited, (Way.RETRY,))

        await voyage.command(Way.RETRY)
        assert await arrives(voyage)


@either
async def test_a_new_or_restored_ca_that_cannot_be_finished_is_told_with_the_repair_by_hand(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, "write-pair")
        voyage.kube.fault(Effect.FORBID, verb="update", resource="secrets", skip=1)
        await voyage.sail()
        assert is_open(voyage)
        assert KUBECTL in await held(voyage)

        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)

        await voyage.command(Way.RETRY)
        assert await arrives(voyage)


@either
@pytest.mark.parametrize(("verb", "step"), columns(("patch", "control-plane"), ("get", "sentry"), ("get", "proof")))
async def test_rights_that_are_taken_away_hold_a_recovery_and_a_restore(tmp_path: Path, course: Course, verb: str, step: str) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, step)
        voyage.kube.fault(Effect.FORBID, verb=verb)
        await turns(voyage, 4)
        assert verb in await held(voyage)

        voyage.kube.heal()
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)


@either
async def test_a_sentry_that_never_gets_ready_holds_where_there_is_no_way_back(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened | {"pace": timedelta(seconds=30)}) as voyage:
        await begun(voyage, course, "sentry")
        voyage.town.keep_unready("dapr-sentry")
        for namespace, pod in voyage.town.servers:
            if pod.startswith("dapr-sentry"):
                voyage.kube.delete("Pod", pod, namespace)
        file = await voyage.sail()
        assert "sentry" in await held(voyage)
        assert (file.run.back, Way.REVERT in (file.run.held.ways if file.run.held else ())) == (False, False)

        voyage.town.let_ready("dapr-sentry")
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)


@either
async def test_a_bot_that_slept_while_another_replaced_a_dead_ca_changes_nothing_when_it_wakes(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, "write-pair")
        asleep, file = voyage.carriage, await now(voyage)
        voyage.pass_time(timedelta(seconds=60))
        await voyage.boot("another")
        await turns(voyage, 8)
        await voyage.sail(until=lambda one: "write-pair" in one.run.done)
        found = voyage.data()

        assert await asleep.performer.close(file) is False
        await asleep.tend()

        assert voyage.data() == found
        assert await arrives(voyage)


@either
@pytest.mark.parametrize("gone", [False, True])
async def test_a_memory_that_is_full_or_gone_keeps_no_new_or_restored_ca_open(tmp_path: Path, course: Course, *, gone: bool) -> None:
    disk = Forgetful()
    async with a_voyage(tmp_path, journal=disk.wrapped, **course.opened) as voyage:
        await begun(voyage, course, "write-pair")
        voyage.kube.fault(Effect.ERROR, verb="update", resource="secrets", skip=1)
        await until_open(voyage)

        disk.full, disk.gone = not gone, gone
        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)

        disk.full = disk.gone = False
        assert await arrives(voyage)


@either
async def test_a_journal_of_a_newer_version_is_held_and_its_new_or_restored_ca_closed(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, "write-pair")
        voyage.kube.fault(Effect.ERROR, verb="update", resource="secrets", skip=1)
        await until_open(voyage)
        a_newer_bot_wrote(voyage)

        voyage.kube.heal()
        await voyage.boot()
        await turns(voyage, 2)

        assert not is_open(voyage)
        assert "does not know" in await held(voyage)


@either
async def test_clocks_and_approvers_matter_to_no_dead_ca_that_is_written(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, "sentry")
        voyage.ahead = timedelta(minutes=1)
        del voyage.people[ANN]
        await voyage.boot()

        assert await arrives(voyage)


@either
@pytest.mark.parametrize("step", columns("backup", "write-pair", "sentry", "control-plane"))
async def test_an_api_server_that_is_away_calls_people_in_a_recovery_and_a_restore(tmp_path: Path, course: Course, step: str) -> None:
    async with a_voyage(tmp_path, **course.opened | {"pace": timedelta(minutes=1)}) as voyage:
        witness = watched(voyage, gentle=False)
        await begun(voyage, course, step)
        voyage.kube.fault(Effect.SLAM)
        await turns(voyage, 13)
        assert "has not seen" in await held(voyage)

        voyage.kube.heal()
        await turns(voyage, 2)
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)
        assert witness.troubles == []


class Sluggish:
    """An API server that takes six minutes for each of the first ``times`` dry runs: longer than a sentry that crashes ever pauses."""

    def __init__(self, real: Hands) -> None:
        self._real = real
        self.times = 2
        self.passing: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def rehearse_secret(self, *args: Any) -> None:
        await self._real.rehearse_secret(*args)
        if self.times:
            self.times -= 1
            self.passing()


async def test_where_a_dry_run_takes_longer_than_sentry_pauses_nothing_is_written_until_its_next_pause(tmp_path: Path) -> None:
    made: list[Sluggish] = []

    def sluggish(real: Hands) -> Any:
        made.append(Sluggish(real))
        return made[0]

    async with a_voyage(tmp_path, hands=sluggish, **RECOVERY.opened) as voyage:
        (slow,) = made
        slow.passing = lambda: voyage.pass_time(timedelta(minutes=6))
        await begun(voyage, RECOVERY, "write-pair")
        before = voyage.data(), voyage.data("ConfigMap")
        while slow.times:
            await turns(voyage, 1)
            assert (voyage.data(), voyage.data("ConfigMap")) == before

        assert await arrives(voyage)
        assert (await now(voyage)).run.reopened == 0


@either
async def test_an_abort_before_a_dead_ca_is_replaced_changes_nothing(tmp_path: Path, course: Course) -> None:
    async with a_voyage(tmp_path, **course.opened) as voyage:
        await begun(voyage, course, "write-pair")
        at_first = voyage.data()
        await voyage.command(Way.ABORT, ASKER)

        assert (await voyage.sail()).run.stand is Stand.ABORTED
        assert voyage.data() == at_first


async def until_open(voyage: Voyage) -> None:
    """Until the first half of the pair is written, and the second cannot be."""
    for _ in range(20):
        await turns(voyage, 1)
        if is_open(voyage):
            return
    raise AssertionError("nothing was written")
