"""The stage behind the page: plays scenarios, one after the other, over one Slack. Implements :class:`playground.page.Stage`."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from playground import page
from playground.demo.child import DemoError
from playground.page import StageState, TimeStep
from playground.slack import ImpossibleError, SlackEmulator
from playground.stage.clock import MovableClock
from playground.stage.performance import NAME, TICK_SECONDS, Performance, performed
from playground.stage.scenario import Scenario
from playground.stage.scenarios import SCENARIOS
from playground.stage.talk import small_talk
from playground.stage.tour import Tour

STEPS: Final = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
TO_NEXT_MARK: Final = "to-next-mark"
STEP_TITLES: Final = (
    TimeStep(id="1h", title="1 hour"),
    TimeStep(id="1d", title="1 day"),
    TimeStep(id="7d", title="7 days"),
    TimeStep(id=TO_NEXT_MARK, title="To the next mark"),
)


class Simulation:
    """Use as an async context manager, inside that of ``slack``. Nothing that it started outlives the block.

    ``performance`` is what is being played; None while a scenario begins, and when there is none.
    """

    def __init__(self, slack: SlackEmulator, clock: MovableClock, scenarios: Sequence[Scenario] = SCENARIOS) -> None:
        self._slack = slack
        self._clock = clock
        self._scenarios = {scenario.id: scenario for scenario in scenarios}
        self._tour = Tour(slack)
        self._tasks = asyncio.TaskGroup()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._scenario = ""
        self._busy = ""
        self._trouble = ""
        self.performance: Performance | None = None

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
        performance = self.performance
        playing = self._scenarios.get(self._scenario)
        return StageState(
            kind="simulation",
            cluster=NAME,
            now=self._clock.now(),
            moved_by=self._clock.moved_by,
            scenario=self._scenario,
            busy=self._busy,
            trouble=self._trouble,
            bot=performance.bot_says() if performance else "",
            scenarios=tuple(
                page.Scenario(id=one.id, title=one.title, summary=one.summary, look_for=one.look_for) for one in self._scenarios.values()
            ),
            deeds=tuple(page.Deed(id=deed.id, title=deed.title, explains=deed.explains) for deed in (playing.deeds if playing else ())),
            steps=STEP_TITLES,
            tour=self._tour.stops(self._scenario, performance.done if performance else (), moved_by=self._clock.moved_by),
        )

    async def play(self, scenario_id: str) -> None:
        """See :class:`playground.page.Stage`. What is played now ends first, also while it is still beginning."""
        scenario = self._scenarios.get(scenario_id)
        if scenario is None:
            raise ImpossibleError(f"There is no scenario {scenario_id!r}. There are: {', '.join(self._scenarios)}.")
        if self._task is not None:
            self._task.cancel()
        self._scenario, self.performance, self._trouble = scenario_id, None, ""
        self._says(f"“{scenario.title}” begins: a fresh cluster …")
        self._task = self._tasks.create_task(self._play(scenario), name=scenario_id)

    async def do(self, deed_id: str) -> None:
        """See :class:`playground.page.Stage`."""
        performance = self._ready()
        known = [deed.id for deed in performance.scenario.deeds]
        if deed_id not in known:
            raise ImpossibleError(f"Nobody can do {deed_id!r} in this scenario. There are: {', '.join(known) or 'no deeds'}.")
        performance.do(deed_id)
        self._announce()

    async def advance(self, step_id: str) -> None:
        """See :class:`playground.page.Stage`."""
        performance = self._ready()
        performance.advance(self._span(performance, step_id))
        self._announce()

    def _span(self, performance: Performance, step_id: str) -> timedelta:
        if step_id in STEPS:
            return STEPS[step_id]
        if step_id != TO_NEXT_MARK:
            raise ImpossibleError(f"There is no step {step_id!r}. There are: {', '.join(step.id for step in STEP_TITLES)}.")
        mark_at = performance.next_mark_at()
        if mark_at is None:
            raise ImpossibleError("This CA has expired: there is no mark ahead any more. Renew it, or start the scenario again.")
        return mark_at - self._clock.now()

    def _ready(self) -> Performance:
        if self.performance is None:
            raise ImpossibleError("The cluster is not there yet: one moment." if self._busy else "Start a scenario first.")
        return self.performance

    # What goes on behind it.

    async def _play(self, scenario: Scenario) -> None:
        # The one before has ended when the lock is free: two bots would share Slack's messages between them.
        async with self._turn:
            try:
                async with performed(scenario, self._slack, self._clock, self._says) as performance:
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
            performance.bot.require_alive("anybody stopped it")
            if performance.settle():
                self._announce()
            await asyncio.sleep(TICK_SECONDS)

    def _says(self, busy: str) -> None:
        self._busy = busy
        self._announce()

    def _announce(self) -> None:
        self._slack.journal.changes.announce()
