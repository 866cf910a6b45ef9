"""Somebody decides in the very moment in which the engine, or somebody else, is about to: what was not seen cannot lie in between."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.model.commanding import Overtaken
from bot.model.run import Commanded, Event, File, Held, Intended, Stand, Way
from bot.ports import Hands, Journal
from playground.kubernetes.faults import Effect
from tests.voyage.courses import SMALL, reaches
from tests.voyage.faults import half_written, is_open, now, turns
from tests.voyage.voyage import ANN, ASKER, BOB, a_voyage


@dataclass(slots=True)
class Faster:
    """Does ``work`` once, right before the journal takes what ``of`` speaks of."""

    of: Callable[[tuple[Event, ...]], bool] = lambda _: False
    work: Callable[[], Awaitable[Any]] | None = None

    @property
    def is_done(self) -> bool:
        """Whether it was, now: a field would be taken for as it was a moment ago."""
        return self.work is None

    def wrapped(self, real: Journal) -> Any:
        return _Overtaken(real, self)


class _Overtaken:
    def __init__(self, real: Journal, faster: Faster) -> None:
        self._real = real
        self._faster = faster

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def write(self, id_: str, events: Any, *args: Any, **how: Any) -> None:
        faster = self._faster
        if faster.work is not None and faster.of(tuple(events)):
            work, faster.work = faster.work, None
            await work()
        await self._real.write(id_, events, *args, **how)


class Slower:
    """Somebody is faster than a restart."""

    def __init__(self, faster: Faster, real: Hands) -> None:
        self._real = real
        self._faster = faster

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def restart(self, *args: Any) -> None:
        if self._faster.work is not None:
            work, self._faster.work = self._faster.work, None
            await work()
        await self._real.restart(*args)


def holds(events: tuple[Event, ...]) -> bool:
    return any(isinstance(one, Held) for one in events)


def intends(effect: str) -> Callable[[tuple[Event, ...]], bool]:
    return lambda events: any(isinstance(one, Intended) and one.effect.startswith(effect) for one in events)


def commands(actor: str) -> Callable[[tuple[Event, ...]], bool]:
    return lambda events: any(isinstance(one, Commanded) and one.actor == actor for one in events)


@pytest.mark.parametrize(("step", "effect"), [("write-pair", "write-pair"), ("control-plane", "restart"), ("canary", "restart")])
async def test_who_pauses_between_the_look_and_the_intent_keeps_it_from_being_done(tmp_path: Path, step: str, effect: str) -> None:
    faster = Faster()
    async with a_voyage(tmp_path, journal=faster.wrapped, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches(step))
        faster.of, faster.work = intends(effect), lambda: voyage.command(Way.PAUSE, ASKER)
        before = (await now(voyage)).run.effects

        while not faster.is_done:
            await voyage.turn()
        await turns(voyage, 2)

        file = await now(voyage)
        assert (file.run.stand, file.run.effects) == (Stand.PAUSED, before)
        await voyage.command(Way.RESUME)
        assert (await voyage.sail()).run.stand is Stand.DONE


@pytest.mark.parametrize("moment", ["while the effect fails", "while it is written down"])
async def test_who_turns_round_while_an_effect_fails_for_good_is_not_held_over(tmp_path: Path, moment: str) -> None:
    faster, hands = Faster(), Faster()
    async with a_voyage(tmp_path, journal=faster.wrapped, hands=partial(Slower, hands), **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("control-plane"))
        voyage.kube.fault(Effect.FORBID, verb="patch")
        clicked = hands if moment == "while the effect fails" else faster
        clicked.of, clicked.work = holds, lambda: voyage.command(Way.REVERT)

        while not clicked.is_done:
            await voyage.turn()

        run = (await now(voyage)).run
        assert (run.back, run.stand, run.held) == (True, Stand.RUNNING, None)
        voyage.kube.heal()
        assert (await voyage.sail()).run.stand is Stand.REVERTED


async def test_who_aborts_before_an_effect_is_tried_again_keeps_it_from_being_done(tmp_path: Path) -> None:
    faster = Faster()
    async with a_voyage(tmp_path, journal=faster.wrapped, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("vouch"))
        voyage.kube.fault(Effect.SLAM, verb="update", resource="secrets")
        await turns(voyage, 1)
        assert (await now(voyage)).run.intended == "stage"
        voyage.kube.heal()
        faster.of, faster.work = lambda events: not events, lambda: voyage.command(Way.ABORT, ASKER)

        await turns(voyage, 1)

        assert faster.is_done
        assert not voyage.data(name="dapr-warden-staging").get("sealed")
        assert (await voyage.sail()).run.stand is Stand.ABORTED


async def test_who_pauses_while_a_pair_is_closed_leaves_it_open_for_one_turn_only(tmp_path: Path) -> None:
    faster = Faster()
    async with a_voyage(tmp_path, journal=faster.wrapped, **SMALL) as voyage:
        await half_written(voyage)
        voyage.kube.heal()
        faster.of, faster.work = intends("write-pair"), lambda: voyage.command(Way.PAUSE, ASKER)

        await turns(voyage, 1)
        assert faster.is_done
        await turns(voyage, 1)

        assert not is_open(voyage)
        assert (await now(voyage)).run.stand is Stand.PAUSED


async def test_of_two_people_who_decide_at_once_the_second_is_told_what_the_first_did(tmp_path: Path) -> None:
    faster = Faster()
    async with a_voyage(tmp_path, journal=faster.wrapped, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("control-plane"))
        faster.of, faster.work = commands(BOB), lambda: voyage.command(Way.PAUSE, ASKER)

        found = await voyage.steering.command((await now(voyage)).id, Way.REVERT, BOB)

        assert isinstance(found, Overtaken)
        assert (found.by.way, found.by.actor) == (Way.PAUSE, ASKER)
        assert found.reason == "Somebody else was faster: pause. Nothing was changed by your click; look at the card again."
        assert (await now(voyage)).run.back is False
        assert (await voyage.command(Way.REVERT, BOB)).run.back


async def test_what_the_engine_writes_meanwhile_takes_no_click_away(tmp_path: Path) -> None:
    faster = Faster()
    async with a_voyage(tmp_path, journal=faster.wrapped, **SMALL) as voyage:
        await voyage.approve()
        await voyage.sail(until=reaches("control-plane"))
        before = await now(voyage)
        faster.of, faster.work = commands(ANN), lambda: turns(voyage, 1)

        file: File = await voyage.command(Way.REVERT, ANN)

        assert file.run.back
        assert [entry.fence for entry in file.entries[len(before.entries) :]][-1] == 0
        assert len(file.entries) > len(before.entries) + 1
