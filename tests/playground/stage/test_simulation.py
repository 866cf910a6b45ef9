"""The stage with the real bot as a process, without a browser: what the page asks and does is asked and done here."""

import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.transport import SOCKETS
from playground.slack import ImpossibleError
from playground.stage.simulation import STEPS, Performance
from playground.stage.tour import STOPS
from tests.playground.stage.theatre import Theatre, a_theatre


@pytest.fixture
async def theatre(tmp_path: Path) -> AsyncIterator[Theatre]:
    async with a_theatre(tmp_path) as theatre:
        yield theatre


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
