"""The fault matrix, docs/rotation-faults.md: each fault where it may happen; what is the same at every step strikes all at once."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Unreachable
from bot.model.rotation import WAIT, Kind
from bot.model.run import Stand, Way
from playground.kubernetes.faults import Effect
from tests.voyage.courses import SMALL, edit, let_sentry_make_its_own, reaches
from tests.voyage.faults import (
    Fault,
    Forgetful,
    Mishaps,
    a_newer_bot_wrote,
    columns,
    half_written,
    held,
    is_open,
    now,
    persisted,
    touch,
    turns,
    watched,
)
from tests.voyage.voyage import ANN, ASKER, BOB, Voyage, a_voyage

AFTER = ("control-plane", "admission", "canary", WAIT, "drop-old-root", "control-plane-again", "proof")
KUBECTL = "kubectl -n dapr-system get secret dapr-trust-bundle"


@pytest.mark.parametrize("fault", Fault)
async def test_when_one_write_in_three_goes_wrong_nobody_loses_anybody(tmp_path: Path, fault: Fault) -> None:
    mishaps = Mishaps(fault)
    async with a_voyage(tmp_path, hands=mishaps.wrapped, **SMALL) as voyage:
        mishaps.touch = lambda name: touch(voyage, name)
        witness = watched(voyage)
        await voyage.approve()

        file = await persisted(voyage)

        assert file.run.stand is Stand.DONE, file.run.held
        assert witness.troubles == []
        assert {"write_configmap", "write_secret"} & set(mishaps.struck)


@pytest.mark.parametrize("fault", columns(*Fault))
async def test_a_recovery_comes_through_when_one_write_in_three_goes_wrong(tmp_path: Path, fault: Fault) -> None:
    mishaps = Mishaps(fault)
    async with a_voyage(tmp_path, left=timedelta(days=-1), hands=mishaps.wrapped, **SMALL) as voyage:
        mishaps.touch = lambda name: touch(voyage, name)
        witness = watched(voyage, gentle=False)
        await voyage.approve()

        file = await persisted(voyage)

        assert (file.run.stand, file.run.kind) == (Stand.DONE, Kind.RECOVERY), file.run.held
        assert witness.troubles == []
        assert voyage.town.refused() == []


@pytest.mark.parametrize("fault", columns(*Fault))
async def test_a_restore_comes_through_when_one_write_in_three_goes_wrong(tmp_path: Path, fault: Fault) -> None:
    mishaps = Mishaps(fault, idle=True)
    async with a_voyage(tmp_path, hands=mishaps.wrapped, **SMALL) as voyage:
        mishaps.touch = lambda name: touch(voyage, name)
        await voyage.keep_pair()
        let_sentry_make_its_own(voyage)
        voyage.pass_time(timedelta(minutes=30))
        witness = watched(voyage, gentle=False)
        await voyage.approve()
        mishaps.idle = False

        file = await persisted(voyage)

        assert (file.run.stand, file.run.kind) == (Stand.DONE, Kind.RESTORE), file.run.held
        assert witness.troubles == []
        assert voyage.town.refused() == []


@pytest.mark.parametrize("step", ["write-pair", "drop-old-root"])
async def test_a_secret_that_may_not_be_written_is_found_before_anything_is(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        before = (voyage.data(), voyage.data("ConfigMap"))
        voyage.kube.fault(Effect.FORBID, verb="update", resource="secrets")

        await turns(voyage, 2)

        said = await held(voyage)
        assert "update" in said
        assert "hold the same roots: nothing is half written" in said
        assert KUBECTL not in said
        assert (voyage.data(), voyage.data("ConfigMap")) == before
        voyage.kube.heal()
        await voyage.command(Way.RETRY)
        assert (await voyage.sail()).run.stand is Stand.DONE


async def test_a_pair_that_cannot_be_finished_is_told_with_the_repair_by_hand_and_closed_once_that_is_possible(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("write-pair"))
        voyage.kube.fault(Effect.FORBID, verb="update", resource="secrets", skip=1)

        await turns(voyage, 2)
        said = await held(voyage)
        assert is_open(voyage)
        assert KUBECTL in said
        assert "dapr-system create configmap dapr-trust-bundle --from-file=ca.crt" in said

        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)
        assert "hold the same roots again" in await held(voyage)

        await voyage.command(Way.RETRY)
        assert (await voyage.sail()).run.stand is Stand.DONE


@pytest.mark.parametrize("step", columns("backup", "vouch"))
async def test_rights_that_are_missing_before_the_first_write_hold_and_abort_changes_nothing(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        voyage.kube.fault(Effect.FORBID, verb="update", resource="secrets")
        await turns(voyage, 2)
        assert "update" in await held(voyage)

        voyage.kube.heal()
        await voyage.command(Way.ABORT, ASKER)
        assert (await voyage.sail()).run.stand is Stand.ABORTED


@pytest.mark.parametrize("step", columns("control-plane", "admission", "canary", "control-plane-again"))
async def test_a_restart_that_is_forbidden_holds_and_goes_on_when_it_is_allowed(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        voyage.kube.fault(Effect.FORBID, verb="patch")
        # After the drop sentries are given their time to reload before anything is restarted.
        await voyage.sail()
        assert "patch" in await held(voyage)
        assert KUBECTL not in await held(voyage)

        voyage.kube.heal()
        await voyage.command(Way.RETRY)
        assert (await voyage.sail()).run.stand is Stand.DONE


@pytest.mark.parametrize("resource", ["secrets", "leases"])
@pytest.mark.parametrize("step", columns("sentry", *AFTER))
async def test_what_may_not_even_be_read_any_more_holds_at_once(tmp_path: Path, step: str, resource: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        voyage.kube.fault(Effect.FORBID, verb="get", resource=resource)

        await turns(voyage, 3)

        assert resource in await held(voyage)


@pytest.mark.parametrize("step", ["backup", "vouch", "write-pair"])
@pytest.mark.parametrize("change", [edit, let_sentry_make_its_own])
async def test_whoever_writes_before_the_first_write_ends_the_run(tmp_path: Path, step: str, change: object) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        (edit if change is edit else let_sentry_make_its_own)(voyage)

        file = await voyage.sail()

        assert file.run.stand is Stand.ABORTED
        assert file.run.finished is not None
        assert "Nothing was changed." in file.run.finished.proof
        assert not voyage.data(name="dapr-warden-staging").get("sealed")


@pytest.mark.parametrize("step", columns("sentry", *AFTER, often=2))
async def test_a_ca_of_sentrys_own_making_is_replaced_at_every_step(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        let_sentry_make_its_own(voyage)

        file = await voyage.sail()

        assert file.run.stand is Stand.DONE, file.run.held
        assert file.run.reopened == 1
        assert voyage.town.refused() == []


@pytest.mark.parametrize("step", columns("sentry", *AFTER))
async def test_what_somebody_else_wrote_holds_at_every_step(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        edit(voyage)
        before = voyage.data()

        await voyage.sail()
        assert "helm" in await held(voyage)
        assert voyage.data() == before


async def test_a_sentry_that_never_gets_ready_brings_the_old_issuer_back_by_itself(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, replicas=1, lag=timedelta(minutes=30), **SMALL) as voyage:
        witness = watched(voyage)
        await voyage.approve()
        await voyage.sail(until=reaches("sentry"))
        voyage.town.keep_unready("dapr-sentry")
        await voyage.sail(until=lambda file: file.run.back)

        voyage.town.let_ready("dapr-sentry")
        file = await voyage.sail()

        assert file.run.stand is Stand.REVERTED, file.run.held
        assert witness.troubles == []


@pytest.mark.parametrize(("step", "name", "namespace"), [("control-plane", "dapr-operator", "dapr-system"), ("canary", "orders", "shop")])
async def test_a_pod_that_never_gets_ready_holds_and_everybody_reaches_everybody(
    tmp_path: Path, step: str, name: str, namespace: str
) -> None:
    async with a_voyage(tmp_path, **SMALL | {"pace": timedelta(seconds=30)}) as voyage:
        witness = watched(voyage)
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        voyage.town.keep_unready(name, namespace)
        await voyage.sail()
        assert name.removeprefix("dapr-") in await held(voyage)

        voyage.town.let_ready(name, namespace)
        await voyage.command(Way.RETRY)
        assert (await voyage.sail()).run.stand is Stand.DONE
        assert witness.troubles == []


async def test_a_bot_that_slept_while_another_took_over_changes_nothing_when_it_wakes(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("write-pair"))
        asleep, file = voyage.carriage, await now(voyage)
        voyage.pass_time(timedelta(seconds=60))
        await voyage.boot("another")
        await turns(voyage, 8)
        await voyage.sail(until=lambda one: "write-pair" in one.run.done)
        before = voyage.data()

        # It wakes where it stood: about to write, by what it knew then; and then as usual.
        staged = await asleep.performer.staging()
        assert staged is not None
        assert await asleep.performer.close(file) is False
        await asleep.tend()

        assert voyage.data() == before
        assert (await voyage.sail()).run.stand is Stand.DONE


async def test_clocks_that_differ_hold_the_end_of_the_wait_and_the_drop(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("control-plane"))
        voyage.ahead = timedelta(minutes=1)
        file = await voyage.sail()
        assert file.run.step == WAIT
        assert "ahead of the bot's" in await held(voyage)

        voyage.ahead = timedelta()
        await voyage.command(Way.RETRY)
        await voyage.sail(until=reaches("drop-old-root"))
        voyage.ahead = timedelta(minutes=-1)
        await voyage.sail()
        assert "behind the bot's" in await held(voyage)
        assert (await now(voyage)).run.pair == "both"


async def test_a_memory_that_is_full_keeps_no_pair_open_and_then_nothing_is_changed(tmp_path: Path) -> None:
    disk = Forgetful()
    async with a_voyage(tmp_path, journal=disk.wrapped, **SMALL) as voyage:
        await half_written(voyage)

        disk.full = True
        voyage.kube.heal()
        await turns(voyage, 1)
        assert not is_open(voyage)
        before = (voyage.data(), voyage.data("ConfigMap"))
        await turns(voyage, 3)
        assert (voyage.data(), voyage.data("ConfigMap")) == before
        assert "write-pair" not in (await now(voyage)).run.done
        assert "Is the disk full" in voyage.steering.ailing

        disk.full = False
        assert (await voyage.sail()).run.stand is Stand.DONE
        assert voyage.steering.ailing == ""


async def test_a_memory_that_cannot_be_read_keeps_no_pair_open(tmp_path: Path) -> None:
    disk = Forgetful()
    async with a_voyage(tmp_path, journal=disk.wrapped, **SMALL) as voyage:
        await half_written(voyage)

        disk.gone = True
        voyage.kube.heal()
        heard: list[str] = []
        voyage.steering.heard.add(lambda: heard.append(voyage.steering.ailing))
        with contextlib.suppress(Unreachable):
            await voyage.carriage.tend()

        assert not is_open(voyage)
        assert "does not answer" in heard[-1]
        disk.gone = False
        await turns(voyage, 1)
        assert heard[-1] == ""


async def test_a_click_that_finds_the_memory_locked_is_told_only_until_it_takes_a_write_again(tmp_path: Path) -> None:
    disk = Forgetful()
    async with a_voyage(tmp_path, journal=disk.wrapped, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("control-plane"))
        await voyage.command(Way.PAUSE)
        await turns(voyage, 2)
        disk.full = True
        with pytest.raises(Unreachable):
            await voyage.command(Way.RESUME)
        await turns(voyage, 1)
        assert "Is the disk full" in voyage.steering.ailing

        disk.full = False
        before = await now(voyage)
        await voyage.carriage.tend()

        assert voyage.steering.ailing == ""
        assert (await now(voyage)).entries == before.entries


async def test_an_effect_is_not_repeated_on_a_full_disk(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("vouch"))
        voyage.kube.fault(Effect.SLAM, verb="update", resource="secrets")
        await turns(voyage, 1)
        assert (await now(voyage)).run.intended == "stage"
        voyage.kube.heal()
        await leave_room(voyage, 0)
        heard: list[str] = []
        voyage.steering.heard.add(lambda: heard.append(voyage.steering.ailing))

        await turns(voyage, 3)

        assert not voyage.data(name="dapr-warden-staging").get("sealed")
        assert "full" in heard[0]
        await leave_room(voyage, 10_000)
        assert (await voyage.sail()).run.stand is Stand.DONE


async def leave_room(voyage: Voyage, pages: int) -> None:
    """So many pages more than the database has. A transaction without a write succeeds without any."""
    async with voyage.store._engine.begin() as connection:  # noqa: SLF001 - the one connection that it has
        count = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={count + pages}")


async def test_an_approver_who_left_is_replaced_by_another_before_the_old_root_goes(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("canary"))
        del voyage.people[ANN]
        await voyage.boot()
        await voyage.sail()
        assert "0 of 1" in await held(voyage)

        await voyage.command(Way.RETRY, ASKER)
        await voyage.sail()
        assert "0 of 1" in await held(voyage)

        await voyage.command(Way.RETRY, BOB)
        assert (await voyage.sail()).run.stand is Stand.DONE


async def test_an_approver_who_left_before_the_first_write_ends_the_run_in_a_voyage(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("vouch"))
        del voyage.people[ANN]
        await voyage.boot()

        assert (await voyage.sail()).run.stand is Stand.ABORTED


@pytest.mark.parametrize("step", columns("backup", "vouch", "write-pair", "sentry", "control-plane", "canary"))
async def test_an_api_server_that_is_away_for_more_than_ten_minutes_calls_people(tmp_path: Path, step: str) -> None:
    async with a_voyage(tmp_path, **SMALL | {"pace": timedelta(minutes=1)}) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        voyage.kube.fault(Effect.SLAM)
        await turns(voyage, 5)
        assert (await now(voyage)).run.stand is Stand.RUNNING
        await turns(voyage, 8)
        assert "has not seen" in await held(voyage)

        voyage.kube.heal()
        await turns(voyage, 2)
        await voyage.command(Way.RETRY)
        assert (await voyage.sail()).run.stand is Stand.DONE


async def test_a_journal_of_a_newer_version_is_held_and_its_pair_closed(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        await half_written(voyage)
        a_newer_bot_wrote(voyage)

        voyage.kube.heal()
        await voyage.boot()
        await turns(voyage, 2)

        assert not is_open(voyage)
        assert "does not know" in await held(voyage)
