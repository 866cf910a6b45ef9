"""The stage behind the page: plays scenarios, one after the other, over one Slack. Implements :class:`playground.page.Stage`."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Literal, Protocol, Self

from playground.demo.child import DemoError
from playground.page import Deed, Scenario, StageState, TimeStep
from playground.slack import ImpossibleError, SlackEmulator
from playground.stage.talk import small_talk
from playground.stage.tour import Tour

TICK_SECONDS: Final = 0.5


class Performance(Protocol):
    """One scenario with its own cluster and its own bot, while it is played."""

    @property
    def done(self) -> Sequence[str]:
        """Ids of the deeds so far, oldest first."""
        ...

    async def do(self, deed_id: str) -> None:
        """One of the scenario's deeds. DemoError when it did not work."""
        ...

    def span(self, step_id: str) -> timedelta:
        """How far one of the programme's steps goes now. ImpossibleError when it cannot be gone any more."""
        ...

    def advance(self, span: timedelta) -> None:
        """Time moves, for everybody."""
        ...

    def look_after(self) -> bool:
        """What happens by itself, asked again and again; whether something did. DemoError when the bot has ended."""
        ...

    def bot_says(self) -> str:
        """How the bot is, in a few words."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A scenario as the page shows it, with its deeds, and how it is played: ``perform`` is told what to say meanwhile."""

    shown: Scenario
    deeds: tuple[Deed, ...]
    perform: Callable[[Callable[[str], None]], AbstractAsyncContextManager[Performance]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What can be played. ``steps`` is empty where time cannot be moved; ``moved_by`` tells how far it was."""

    kind: Literal["simulation", "rig"]
    cluster: str
    pieces: tuple[Piece, ...]
    now: Callable[[], datetime]
    moved_by: Callable[[], timedelta] = timedelta
    steps: tuple[TimeStep, ...] = ()
    tour: Tour | None = None


class LiveStage:
    """Use as an async context manager, inside that of ``slack``. Nothing that it started outlives the block.

    ``performance`` is what is being played; None while a scenario begins, and when there is none.
    """

    def __init__(self, slack: SlackEmulator, programme: Programme) -> None:
        self.performance: Performance | None = None
        self._slack = slack
        self._programme = programme
        self._pieces = {piece.shown.id: piece for piece in programme.pieces}
        self._tasks = asyncio.TaskGroup()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._scenario = ""
        self._busy = ""
        self._trouble = ""

    async def __aenter__(self) -> Self:
        """Nothing is played yet."""
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """The bot and its cluster end in good order."""
        if self._task is not None:
            self._task.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    # What the page asks.

    def state(self) -> StageState:
        """See :class:`playground.page.Stage`."""
        programme, performance, playing = self._programme, self.performance, self._pieces.get(self._scenario)
        moved_by, done = programme.moved_by(), performance.done if performance else ()
        return StageState(
            kind=programme.kind,
            cluster=programme.cluster,
            now=programme.now(),
            moved_by=moved_by,
            scenario=self._scenario,
            busy=self._busy,
            trouble=self._trouble,
            bot=performance.bot_says() if performance else "",
            scenarios=tuple(piece.shown for piece in programme.pieces),
            deeds=playing.deeds if playing else (),
            steps=programme.steps,
            tour=programme.tour.stops(self._scenario, done, moved_by=moved_by) if programme.tour else (),
        )

    async def play(self, scenario_id: str) -> None:
        """See :class:`playground.page.Stage`. What is played now ends first, also while it is still beginning."""
        piece = self._pieces.get(scenario_id)
        if piece is None:
            raise ImpossibleError(f"There is no scenario {scenario_id!r}. There are: {', '.join(self._pieces)}.")
        if self._task is not None:
            self._task.cancel()
        self._scenario, self.performance, self._trouble = scenario_id, None, ""
        self._says(f"“{piece.shown.title}” begins: a fresh cluster …")
        self._task = self._tasks.create_task(self._play(piece), name=scenario_id)

    async def do(self, deed_id: str) -> None:
        """See :class:`playground.page.Stage`."""
        performance = self._ready()
        known = {deed.id: deed for deed in self._pieces[self._scenario].deeds}
        if deed_id not in known:
            raise ImpossibleError(f"Nobody can do {deed_id!r} in this scenario. There are: {', '.join(known) or 'no deeds'}.")
        try:
            await performance.do(deed_id)
        except DemoError as error:
            raise ImpossibleError(str(error)) from None
        self._announce()

    async def advance(self, step_id: str) -> None:
        """See :class:`playground.page.Stage`."""
        performance = self._ready()
        known = [step.id for step in self._programme.steps]
        if step_id not in known:
            raise ImpossibleError(f"There is no step {step_id!r}. There are: {', '.join(known) or 'none, this is real time'}.")
        performance.advance(performance.span(step_id))
        self._announce()

    def _ready(self) -> Performance:
        if self.performance is None:
            raise ImpossibleError("The cluster is not there yet: one moment." if self._busy else "Start a scenario first.")
        return self.performance

    # What goes on behind it.

    async def _play(self, piece: Piece) -> None:
        # The one before has ended when the lock is free: two bots would share Slack's messages between them.
        async with self._turn:
            self._slack.workspace.clear()
            try:
                async with piece.perform(self._says) as performance:
                    small_talk(self._slack)
                    self.performance = performance
                    self._says("")
                    await self._look_after(performance)
            except DemoError as error:
                self.performance, self._trouble = None, str(error)
                self._says("")

    async def _look_after(self, performance: Performance) -> None:
        """Until cancelled, or DemoError when the bot ends by itself."""
        while True:
            if performance.look_after():
                self._announce()
            await asyncio.sleep(TICK_SECONDS)

    def _says(self, busy: str) -> None:
        self._busy = busy
        self._announce()

    def _announce(self) -> None:
        self._slack.journal.changes.announce()
