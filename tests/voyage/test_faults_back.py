"""The fault matrix on the way back, docs/rotation-faults.md: somebody said to go back, and then it happens."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.model.run import File, Stand, Way
from playground.kubernetes.faults import Effect
from tests.voyage.courses import BACK, SMALL, Course, edit, let_sentry_make_its_own, reaches
from tests.voyage.faults import Fault, Forgetful, Mishaps, a_newer_bot_wrote, columns, held, is_open, now, persisted, touch, turns, watched
from tests.voyage.voyage import ANN, Voyage, a_voyage

STEPS = ("write-back", "sentry-back", "wait-for-new-leaves", "return-pair")
KUBECTL = "kubectl -n dapr-system get secret dapr-trust-bundle"


def before(step: str) -> Callable[[File], bool]:
    """Whether it goes back, and everything on the way back before that step is done."""
    return lambda file: file.run.back and all(one in file.run.done for one in STEPS[: STEPS.index(step)])


async def going_back(voyage: Voyage, step: str = STEPS[0], *, since: str = "canary") -> None:
    """A rotation that somebody turned round, just before a step of the way back."""
    await voyage.approve()
    await voyage.sail(until=reaches(since))
    await voyage.command(Way.REVERT)
    if step != STEPS[0]:
        await voyage.sail(until=before(step))


async def arrives(voyage: Voyage) -> bool:
    """Whether it goes back to its end from here."""
    file = await persisted(voyage)
    assert file.run.stand is Stand.REVERTED, (file.run.stand, file.run.held)
    return not is_open(voyage) and voyage.town.refused() == []


@pytest.mark.parametrize("course", columns(*BACK), ids=lambda one: one.name)
@pytest.mark.parametrize("fault", columns(*Fault, often=2))
async def test_a_way_back_on_which_one_write_in_three_goes_wrong_ends_with_every_byte_as_it_was(
    tmp_path: Path, fault: Fault, course: Course
) -> None:
    mishaps = Mishaps(fault, idle=True)
    async with a_voyage(tmp_path, hands=mishaps.wrapped, **course.opened) as voyage:
        mishaps.touch = lambda name: touch(voyage, name)
        witness, at_first = watched(voyage), voyage.data()
        await voyage.approve()
        assert course.back is not None
        await voyage.sail(until=course.back)
        await voyage.command(Way.REVERT)
        mishaps.idle = False

        assert await arrives(voyage)

        assert (witness.troubles, voyage.data()) == ([], at_first)
        assert mishaps.struck


@pytest.mark.parametrize("step", columns(*STEPS, often=2))
async def test_a_ca_of_sentrys_own_making_is_replaced_on_the_way_back(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        at_first = voyage.data()
        await going_back(voyage, step)
        let_sentry_make_its_own(voyage)

        assert await arrives(voyage)

        assert (await now(voyage)).run.reopened == 1
        assert voyage.data() == at_first


@pytest.mark.parametrize("step", columns(*STEPS, often=2))
async def test_what_somebody_else_wrote_holds_on_the_way_back_until_somebody_says_retry(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        at_first = voyage.data()
        await going_back(voyage, step)
        edit(voyage)
        edited = voyage.data()

        await voyage.sail()
        assert "helm" in await held(voyage)
        assert voyage.data() == edited

        await voyage.command(Way.RETRY)
        assert await arrives(voyage)
        assert voyage.data() == at_first


async def test_an_old_issuer_that_may_not_be_written_leaves_nothing_open_and_goes_on_once_it_may(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        witness = watched(voyage)
        await going_back(voyage)
        voyage.kube.fault(Effect.FORBID, verb="update", resource="secrets")
        await voyage.sail()
        # The roots stay what they are, so there is nothing to close by hand.
        assert not is_open(voyage)
        assert "update" in await held(voyage)
        assert KUBECTL not in await held(voyage)

        voyage.kube.heal()
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)
        assert witness.troubles == []


async def test_a_saved_pair_that_cannot_be_finished_is_told_with_the_repair_by_hand(
    tmp_path: Path,
) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        at_first = voyage.data()
        await going_back(voyage, "return-pair")
        voyage.kube.fault(Effect.FORBID, verb="update", resource="secrets", skip=1)
        await turns(voyage, 2)
        assert is_open(voyage)
        assert KUBECTL in await held(voyage)

        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)

        await voyage.command(Way.RETRY)
        assert await arrives(voyage)
        assert voyage.data() == at_first


@pytest.mark.parametrize(("verb", "resource", "step"), columns(("patch", "*", "sentry-back"), *(("get", "secrets", one) for one in STEPS)))
async def test_rights_that_are_taken_away_hold_the_way_back_until_they_are_given(
    tmp_path: Path, verb: str, resource: str, step: str
) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await going_back(voyage, step)
        voyage.kube.fault(Effect.FORBID, verb=verb, resource=resource)
        await turns(voyage, 4)
        assert verb in await held(voyage) or resource in await held(voyage)

        voyage.kube.heal()
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)


async def test_a_sentry_that_never_gets_ready_holds_the_way_back(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL | {"pace": timedelta(seconds=30)}) as voyage:
        witness = watched(voyage)
        await going_back(voyage, "sentry-back")
        voyage.town.keep_unready("dapr-sentry")
        file = await voyage.sail()
        assert "sentry" in await held(voyage)
        assert file.run.held is not None
        assert Way.REVERT not in file.run.held.ways

        voyage.town.let_ready("dapr-sentry")
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)
        assert witness.troubles == []


async def test_a_bot_that_slept_while_another_went_back_changes_nothing_when_it_wakes(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await going_back(voyage)
        asleep, file = voyage.carriage, await now(voyage)
        voyage.pass_time(timedelta(seconds=60))
        await voyage.boot("another")
        await turns(voyage, 8)
        await voyage.sail(until=before("wait-for-new-leaves"))
        found = voyage.data()

        assert await asleep.performer.close(file) is False
        await asleep.tend()

        assert voyage.data() == found
        assert await arrives(voyage)


@pytest.mark.parametrize("ahead", columns(timedelta(minutes=1), timedelta(minutes=-1)), ids=str)
async def test_clocks_and_approvers_do_not_keep_anybody_from_going_back(tmp_path: Path, ahead: timedelta) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await going_back(voyage)
        voyage.ahead = ahead
        del voyage.people[ANN]
        await voyage.boot()

        assert await arrives(voyage)


@pytest.mark.parametrize("gone", [False, True])
async def test_a_memory_that_is_full_or_gone_keeps_no_saved_pair_open(tmp_path: Path, *, gone: bool) -> None:
    disk = Forgetful()
    async with a_voyage(tmp_path, journal=disk.wrapped, **SMALL) as voyage:
        await going_back(voyage, "return-pair")
        voyage.kube.fault(Effect.ERROR, verb="update", resource="secrets", skip=1)
        await turns(voyage, 1)
        assert is_open(voyage)

        disk.full, disk.gone = not gone, gone
        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)

        disk.full = disk.gone = False
        assert await arrives(voyage)


@pytest.mark.parametrize("step", columns("write-back", "sentry-back", "return-pair"))
async def test_an_api_server_that_is_away_for_more_than_ten_minutes_calls_people_on_the_way_back(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL | {"pace": timedelta(minutes=1)}) as voyage:
        await going_back(voyage, step)
        voyage.kube.fault(Effect.SLAM)
        await turns(voyage, 13)
        assert "has not seen" in await held(voyage)

        voyage.kube.heal()
        await turns(voyage, 2)
        await voyage.command(Way.RETRY)
        assert await arrives(voyage)


async def test_an_api_server_that_is_away_while_the_last_certificates_end_is_nobodys_business(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await going_back(voyage, "wait-for-new-leaves")
        await voyage.carriage.tend()
        voyage.kube.fault(Effect.SLAM)
        for _ in range(3):
            with pytest.raises(BotError):
                await voyage.carriage.tend()
            voyage.pass_time(timedelta(minutes=6))
        assert (await now(voyage)).run.stand is Stand.RUNNING

        voyage.kube.heal()
        assert await arrives(voyage)


async def test_a_journal_of_a_newer_version_is_held_and_its_saved_pair_closed(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await going_back(voyage, "return-pair")
        voyage.kube.fault(Effect.ERROR, verb="update", resource="secrets", skip=1)
        await turns(voyage, 1)
        assert is_open(voyage)
        a_newer_bot_wrote(voyage)

        voyage.kube.heal()
        await voyage.boot()
        await turns(voyage, 2)

        assert not is_open(voyage)
        assert "does not know" in await held(voyage)


@pytest.mark.parametrize("way", [Way.REVERT, Way.ABORT])
async def test_a_pair_that_is_half_written_when_somebody_turns_round_is_closed_and_taken_back(tmp_path: Path, way: Way) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        witness, at_first = watched(voyage), voyage.data()
        await voyage.approve()
        await voyage.sail(until=reaches("write-pair"))
        voyage.kube.fault(Effect.ERROR, verb="update", resource="secrets", skip=1, times=8)
        await turns(voyage, 1)
        assert is_open(voyage)

        await voyage.command(way)
        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)
        if way is Way.ABORT:
            await voyage.sail()
            assert "aborted" in await held(voyage)
            await voyage.command(Way.REVERT)

        assert await arrives(voyage)
        assert (witness.troubles, voyage.data()) == ([], at_first)
