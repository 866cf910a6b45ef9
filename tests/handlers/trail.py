"""A rotation under way: a run whose journal the test writes, who tells of it, and what the channel reads."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace

from bot.model.run import Event, File, Way
from handlers.board import Board
from handlers.follower import Follower
from handlers.views.run_buttons import ACTIONS
from playground.slack import Gesture, Message
from playground.slack.people import OLGA, OSCAR, PAVEL, User
from tests.handlers.conftest import OPS, Talk
from tests.handlers.rotations import approves, asked, newest
from tests.handlers.transcript import of_slack
from tests.runs import a_file

MINUTE = timedelta(minutes=1)


@dataclass
class Trail:
    """A run, who tells of it, and what the channel reads."""

    talk: Talk
    follower: Follower
    rests: list[float] = field(default_factory=list)

    @property
    def id(self) -> str:
        return next(iter(self.talk.carrying.files))

    @property
    def file(self) -> File:
        return self.talk.carrying.files[self.id]

    def write(self, *events: Event) -> None:
        """Each a minute after the other."""
        for event in events:
            self.talk.clock.advance(MINUTE)
            self.talk.carrying.write(self.id, event)

    async def tells(self, *events: Event) -> None:
        self.write(*events)
        await self.follower.follow()

    @property
    def thread(self) -> tuple[Message, ...]:
        return tuple(one for one in self.talk.slack.messages(OPS) if one.is_reply)

    @property
    def card(self) -> Message:
        return next(one for one in self.talk.slack.messages(OPS) if not one.is_reply)

    @property
    def checklist(self) -> Message:
        (only,) = [one for one in self.thread if of_slack(one).startswith("Steps · ")]
        return only

    @property
    def replies(self) -> list[str]:
        """First lines, in order."""
        return [of_slack(one).splitlines()[0] for one in self.thread if one.blocks and not of_slack(one).startswith("Steps · ")]

    def restarted(self) -> Follower:
        """Another process over the same memory, some time later."""
        self.talk.clock.advance(MINUTE)
        talk = self.talk
        old = talk.board
        board = Board(talk.conversation.client, old._renewing, talk.clock, channel=OPS, approvers=(), carrying=talk.carrying)  # noqa: SLF001
        self.follower = follower_of(talk, board, self.rests)
        return self.follower

    async def clicks(self, way: Way, user: User, where: Message | None = None) -> Gesture:
        """A button of the card, then what the follower makes of it."""
        card = where or self.talk.slack.now(self.card)
        gesture = await self.talk.click(card, ACTIONS[way], user)
        await self.follower.follow()
        return gesture

    def calls(self, method: str) -> int:
        return len([one for one in self.talk.slack.calls if one.method == method])


def follower_of(talk: Talk, board: Board, rests: list[float]) -> Follower:
    async def pause(seconds: float) -> None:
        rests.append(seconds)
        talk.clock.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    return Follower(talk.conversation.client, talk.carrying, board, talk.clock, operators=(OLGA.id, OSCAR.id), pause=pause)


async def begun(talk: Talk) -> Trail:
    """A request that was approved, and its run, just begun."""
    await asked(talk)
    await approves(talk, PAVEL)
    request = newest(talk).request
    file = a_file(at=talk.clock.now())
    talk.carrying.files[request.id] = replace(file, id=request.id)
    rests: list[float] = []
    return Trail(talk, follower_of(talk, talk.board, rests), rests)
