"""What the page shows of a stage, if there is one: scenarios to play, deeds to do, time to pass, a tour to take.

The page draws whatever `state` says and sends back ids that it was given. Texts are plain, for people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story from its beginning. `look_for`: one sentence on what to watch."""

    id: str
    title: str
    summary: str
    look_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that somebody can do to the cluster in the present scenario, and why one would."""

    id: str
    title: str
    explains: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStep:
    """A step forward in time, such as `1d`."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStop:
    """One stop of the guided tour.

    `where` is what the page points at: `scenario:ID`, `deed:ID`, `time:ID`, `composer`, `message`, `thread`, `channel`,
    `channel:NAME`, `people`, `home`, `inspector` or `stage`. "Do it for me" types `try_text` as `try_user` into
    `try_channel`, or presses what `where` names; a stop without either is for reading.
    """

    id: str
    title: str
    text: str
    where: str
    done: bool = False
    try_user: str = ""
    try_channel: str = ""
    try_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageState:
    """The stage now. `now` is the time of cluster and bot; `busy`, `trouble` and `bot` are sentences, empty for none.

    `scenario` is the id of the one being played, or empty; `moved_by` is how far time was moved forward in all.
    """

    kind: Literal["simulation", "rig"]
    cluster: str
    now: datetime
    moved_by: timedelta = timedelta(0)
    scenario: str = ""
    busy: str = ""
    trouble: str = ""
    bot: str = ""
    scenarios: tuple[Scenario, ...] = ()
    deeds: tuple[Deed, ...] = ()
    steps: tuple[TimeStep, ...] = ()
    tour: tuple[TourStop, ...] = ()


class Stage(Protocol):
    """A cluster with its bot. Its verbs return once the work has begun; how it goes is in `state`.

    What cannot be done raises ImpossibleError with a sentence for people. After every change the stage rings
    `slack.journal.changes.announce()`, and the page looks again.
    """

    def state(self) -> StageState:
        """Everything that the panel shows."""
        ...

    async def play(self, scenario_id: str) -> None:
        """Start a scenario from its beginning: fresh cluster, fresh bot, cleared channel."""
        ...

    async def do(self, deed_id: str) -> None:
        """Let somebody do this to the cluster."""
        ...

    async def advance(self, step_id: str) -> None:
        """Move time forward."""
        ...
