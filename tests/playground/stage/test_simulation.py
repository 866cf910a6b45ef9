"""The stage with the real bot as a process, without a browser: what the page asks and does is asked and done here."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.transport import SOCKETS
from handlers.views.approval import APPROVE
from handlers.views.plan import ASK_ROTATION, PLAN_ROTATION, REVIEW_ROTATION
from playground.slack import ImpossibleError, Message, SlackEmulator
from playground.stage.clock import StageClock
from playground.stage.live import LiveStage
from playground.stage.run import opened
from playground.stage.simulation import STEPS, Performance, programme
from playground.stage.tour import STOPS

PATIENCE = 60.0
ROTATED_WITHIN = 180.0


class Theatre:
    def __init__(self, slack: SlackEmulator, stage: LiveStage, folder: Path) -> None:
        self.slack = slack
        self.stage = stage
        self.folder = folder

    async def plays(self, scenario_id: str) -> None:
        await self.stage.play(scenario_id)
        await self.sees(lambda: not self.stage.state().busy)
        assert self.stage.state().trouble == ""

    async def sees(self, what: Callable[[], object]) -> None:
        await self.slack.wait_for(what, PATIENCE)

    async def does(self, stop_id: str) -> None:
        """What a click on "Do it for me" does."""
        (stop,) = [stop for stop in self.stage.state().tour if stop.id == stop_id]
        kind, _, name = stop.where.partition(":")
        if stop.try_text:
            await self.slack.slash(stop.try_user, stop.try_channel, *stop.try_text.split(" ", 1))
        elif kind == "deed":
            await self.stage.do(name)
        elif kind == "time":
            await self.stage.advance(name)
        await self.sees(lambda: self.is_done(stop_id))

    async def clicks(self, user: str, action_id: str) -> None:
        """The newest button of that id, as soon as somebody can see it."""
        person = self.slack.user(user).id

        def with_it() -> list[Message]:
            seen = [one for one in self.slack.workspace.messages if one.visible_to in {"", person}]
            return [one for one in seen if f"'{action_id}'" in str(one.blocks)]

        await self.sees(with_it)
        await self.slack.click(user, with_it()[-1], action_id)

    def is_done(self, stop_id: str) -> bool:
        return any(stop.done for stop in self.stage.state().tour if stop.id == stop_id)

    def cards(self, *words: str) -> list[str]:
        cards = [message for message in self.slack.messages("ops") if not message.is_reply]
        return [card.text for card in cards if all(word in card.everything for word in words)]


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
async def theatre(tmp_path: Path) -> AsyncIterator[Theatre]:
    clock = StageClock(tmp_path / "offset")
    async with AsyncExitStack() as stack:
        slack, stage = await opened(stack, lambda slack: programme(slack, clock), clock, 0)
        yield Theatre(slack, stage, tmp_path)
    assert left_in(tmp_path) == ["offset"]


async def test_a_newcomer_takes_the_whole_tour_and_nothing_breaks_slacks_rules(theatre: Theatre) -> None:
    await theatre.plays("expires-soon")
    await theatre.sees(lambda: theatre.cards("root-expiry"))
    assert not any(stop.done for stop in theatre.stage.state().tour)

    for stop in STOPS[1:]:
        await theatre.does(stop.shown.id)

    assert all(stop.done for stop in theatre.stage.state().tour)
    await theatre.sees(lambda: theatre.cards("root-expiry", "CRITICAL"))
    assert theatre.stage.state().bot.startswith("running, last look ")
    assert theatre.slack.violations == ()
    assert theatre.slack.pings == ()


async def test_a_rotation_is_planned_asked_for_approved_by_a_second_person_and_carried_out_within_three_minutes(theatre: Theatre) -> None:
    await theatre.plays("rotation")
    await theatre.sees(lambda: theatre.cards("root-expiry"))

    await theatre.clicks("olga", PLAN_ROTATION)
    await theatre.clicks("olga", ASK_ROTATION)
    await theatre.clicks("olga", APPROVE)
    await theatre.sees(lambda: any("DAPR_WARDEN_APPROVERS" in one.text for one in theatre.slack.ephemerals("ops", "olga")))
    assert theatre.cards("Approval needed")
    await theatre.clicks("pavel", APPROVE)

    await theatre.slack.wait_for(lambda: theatre.cards("Rotated: the CA of"), ROTATED_WITHIN)
    await theatre.sees(lambda: theatre.cards("root-expiry", "RESOLVED", "Rotated by "))
    assert theatre.cards("Rotated: the CA of", "0 of ", " calls of 1 canary URL failed")
    assert theatre.slack.violations == ()
    assert theatre.slack.pings == ()


async def test_what_helm_replaced_is_offered_to_be_restored_and_comes_back_once_it_is_reviewed_and_approved(theatre: Theatre) -> None:
    await theatre.plays("helm-reverts")
    await theatre.sees(lambda: theatre.cards("ca-changed", "Plan restore", "Accept this CA"))
    await theatre.sees(lambda: any("I offer to bring the last good CA back" in one.everything for one in theatre.slack.messages("ops")))

    await theatre.clicks("oscar", REVIEW_ROTATION)
    await theatre.clicks("pavel", APPROVE)

    await theatre.slack.wait_for(lambda: theatre.cards("Restored: the CA of"), ROTATED_WITHIN)
    await theatre.sees(lambda: theatre.cards("ca-changed", "RESOLVED"))
    assert theatre.slack.violations == ()


async def test_another_scenario_begins_afresh_also_while_one_is_still_beginning(theatre: Theatre) -> None:
    await theatre.plays("expires-soon")
    await theatre.sees(lambda: theatre.cards("root-expiry"))
    await theatre.stage.advance("7d")
    await theatre.sees(lambda: theatre.cards("root-expiry", "CRITICAL"))

    await theatre.stage.play("hard-cut")
    await theatre.stage.play("helm-reverts")
    await theatre.sees(lambda: theatre.slack.sockets == 0)
    await theatre.plays("configmap-missing")
    await theatre.sees(lambda: theatre.cards("configmap-incomplete"))

    state = theatre.stage.state()
    assert (state.scenario, state.moved_by) == ("configmap-missing", timedelta())
    assert theatre.cards("root-expiry") == []
    # Nothing of a future that is none any more.
    assert [call.method for call in theatre.slack.calls if call.at > state.now] == []
    assert theatre.slack.sockets == SOCKETS
    assert [deed.id for deed in state.deeds] == ["sentry-restarts", "restore"]
    assert {stop.where for stop in state.tour if stop.id == "newline"} == {"scenario:expires-soon"}


async def test_time_moves_for_everybody_and_what_is_not_there_is_told_in_a_sentence(theatre: Theatre) -> None:
    with pytest.raises(ImpossibleError, match=r"There is no scenario 'hamlet'\. There are: expires-soon, rotation, healthy"):
        await theatre.stage.play("hamlet")
    with pytest.raises(ImpossibleError, match="Start a scenario first"):
        await theatre.stage.do("newline")
    await theatre.stage.play("expires-soon")
    with pytest.raises(ImpossibleError, match="not there yet"):
        await theatre.stage.advance("1h")

    await theatre.sees(lambda: not theatre.stage.state().busy and theatre.cards("root-expiry"))
    for _ in range(4):
        await theatre.stage.advance("to-next-mark")

    await theatre.sees(lambda: theatre.cards("root-expiry", "have expired"))
    assert timedelta(days=11, hours=23) < theatre.stage.state().moved_by < timedelta(days=12, minutes=1)
    assert theatre.slack.workspace.clock.now() - theatre.stage.state().now < timedelta(seconds=1)
    with pytest.raises(ImpossibleError, match="no mark ahead any more"):
        await theatre.stage.advance("to-next-mark")
    with pytest.raises(ImpossibleError, match=r"There is no step '1y'\. There are: 1h, 1d, 7d, to-next-mark"):
        await theatre.stage.advance("1y")
    with pytest.raises(ImpossibleError, match=r"Nobody can do 'recreate-pods' in this scenario\. There are: newline, "):
        await theatre.stage.do("recreate-pods")
    assert theatre.stage.state().steps == STEPS


async def test_a_bot_that_ends_is_told(theatre: Theatre) -> None:
    await theatre.plays("healthy")
    performance = theatre.stage.performance
    assert isinstance(performance, Performance)

    os.kill(performance.bot.process.pid, signal.SIGKILL)
    await theatre.sees(lambda: theatre.stage.state().trouble)

    assert theatre.stage.state().trouble.startswith("The bot ended with exit code -9")
    assert theatre.stage.state().bot == ""


async def test_the_doctor_of_the_demo_is_in_order_and_a_test_card_arrives(theatre: Theatre) -> None:
    await theatre.plays("healthy")

    await theatre.slack.slash("olga", "ops", "/dapr", "doctor")
    await theatre.sees(lambda: [said for said in theatre.slack.ephemerals("ops", "olga") if "everything is in order" in said.text])
    await theatre.slack.slash("olga", "ops", "/dapr", "test-alert")
    await theatre.sees(lambda: theatre.cards("TEST", "it arrived, nothing is wrong"))
    await theatre.sees(lambda: [said for said in theatre.slack.ephemerals("ops", "olga") if "The test card arrived" in said.text])

    assert len(theatre.cards()) == 1
