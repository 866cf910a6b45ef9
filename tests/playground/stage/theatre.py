"""The stage with the real bot as a process, without a browser: what the page asks and does is asked and done here."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from playground.slack import Message, SlackEmulator
from playground.stage.clock import StageClock
from playground.stage.live import LiveStage
from playground.stage.run import opened
from playground.stage.scenario import Scenario
from playground.stage.scenarios import SCENARIOS
from playground.stage.simulation import programme

PATIENCE: Final = 60.0


class Theatre:
    """An evening: the stage, its Slack, and the folder in which all of it is written."""

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
        await self.slack.click(user, await self.shown(user, action_id), action_id)

    async def shown(self, user: str, action_id: str) -> Message:
        """The newest message with a button of that id, as soon as somebody can see one."""
        person = self.slack.user(user).id

        def with_it() -> list[Message]:
            seen = [one for one in self.slack.workspace.messages if one.visible_to in {"", person}]
            return [one for one in seen if f"'{action_id}'" in str(one.blocks)]

        await self.sees(with_it)
        return with_it()[-1]

    def is_done(self, stop_id: str) -> bool:
        return any(stop.done for stop in self.stage.state().tour if stop.id == stop_id)

    def cards(self, *words: str) -> list[str]:
        cards = [message for message in self.slack.messages("ops") if not message.is_reply]
        return [card.text for card in cards if all(word in card.everything for word in words)]


def left_in(folder: Path) -> list[str]:
    """What lies in it."""
    return sorted(path.name for path in folder.iterdir())


@asynccontextmanager
async def a_theatre(folder: Path, scenarios: Sequence[Scenario] = SCENARIOS) -> AsyncIterator[Theatre]:
    """Open until the block is left; then nothing is left in the folder."""
    clock = StageClock(folder / "offset")
    async with AsyncExitStack() as stack:
        slack, stage = await opened(stack, lambda slack: programme(slack, clock, scenarios), clock, 0)
        yield Theatre(slack, stage, folder)
    assert left_in(folder) == ["offset"]
