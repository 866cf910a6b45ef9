"""What of a run is said in its thread, beside the checklist: gates, problems, questions, restarts, the end. Pure.

A thread that was out of reach catches up with what still matters: of everything that was not said it gets the last gate, the last turn,
the hold only while it holds, and the end alone once there is one. What was passed over is never said later.
"""

import enum
import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec

from bot.model.canary_urls import UrlTally
from bot.model.run import Commanded, Entry, Event, File, Finished, Held, Reopened, Run, Stand, Started, StepDone, Way, folded

GATES: Final = frozenset({"write-pair", "control-plane", "drop-old-root"})
"""Steps whose end people hear of while the run goes on: behind each of them something else is possible, or no longer."""
AGAIN: Final = timedelta(hours=1)
"""So often a hold is said again."""


class Occasion(enum.Enum):
    """Why something is said. ``TURNED``: somebody, or the engine itself, chose another way; ``MENDED``: a foreign CA is being replaced.

    ``URL_FAILS``: a canary URL could not be called for the first time.
    """

    ADOPTED = "adopted"
    GATE = "gate"
    RESTARTED = "restarted"
    TURNED = "turned"
    MENDED = "mended"
    URL_FAILS = "url-fails"
    HELD = "held"
    STILL_HELD = "still-held"
    ENDED = "ended"

    @property
    def is_loud(self) -> bool:
        """Whether the channel hears of it, and operators are mentioned."""
        return self in {Occasion.MENDED, Occasion.HELD, Occasion.STILL_HELD, Occasion.ENDED}


_OCCASIONS: Final[dict[type[Event], Occasion]] = {Held: Occasion.HELD, Reopened: Occasion.MENDED, Finished: Occasion.ENDED}
About: TypeAlias = StepDone | Held | Commanded | Reopened | Finished | UrlTally | None


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """One reply. ``what``: its name among the places of the run; ``at``: since when it is to be said; ``run``: as it was then."""

    occasion: Occasion
    what: str
    seq: int
    at: datetime
    run: Run
    about: About = None

    @property
    def is_loud(self) -> bool:
        """A way back that nobody chose is a problem, one that somebody chose is none."""
        return self.occasion.is_loud or (isinstance(self.about, Commanded) and not self.about.actor)


def due(file: File, told: Iterable[str], since: datetime, now: datetime) -> tuple[Saying, ...]:
    """What is to be said now, in order. ``told``: names of what was said; ``since``: when this bot started."""
    names = frozenset(told)
    last = max((int(seq) for kind, _, seq in (name.partition(":") for name in names) if kind == "reply" and seq.isdecimal()), default=0)
    untold = [one for one in _sayings(file, since) if one.seq > last]
    return (*_that_matter(file, untold), *_failing(file, names), *_again(file, names, untold, now))


def settled(saying: Saying, now: datetime) -> tuple[str, ...]:
    """Under which names it is said: a hold that is told late is not said again in the same breath."""
    hours = (now - saying.at) // AGAIN if saying.occasion is Occasion.HELD else 0
    return (saying.what, *(_hour(saying.seq, number) for number in range(1, hours + 1)))


def _sayings(file: File, since: datetime) -> Iterator[Saying]:
    is_old = file.entries[0].at < since
    for number, entry in enumerate(file.entries, start=1):
        occasion = _occasion(entry)
        if is_old and entry.at >= since and entry.fence:
            is_old = False
            occasion = occasion or (None if _is_still(file) else Occasion.RESTARTED)
        if occasion is not None:
            run = folded(file.id, file.cluster, file.entries[:number])
            if occasion is Occasion.GATE and run.back:
                continue  # the same step, seen on the way back, opens nothing
            about = entry.event if isinstance(entry.event, StepDone | Held | Commanded | Reopened | Finished) else None
            yield Saying(occasion=occasion, what=f"reply:{entry.seq}", seq=entry.seq, at=entry.at, run=run, about=about)


def _is_still(file: File) -> bool:
    return file.run.stand is not Stand.RUNNING


def _occasion(entry: Entry) -> Occasion | None:
    match entry.event:
        case Started(adopted=True):
            return Occasion.ADOPTED
        case StepDone(step=step) if step in GATES:
            return Occasion.GATE
        case Commanded(way=Way.REVERT | Way.LOSE):
            return Occasion.TURNED
        case event:
            return _OCCASIONS.get(type(event))


def _that_matter(file: File, untold: list[Saying]) -> Iterator[Saying]:
    last = {one.occasion: one.seq for one in untold}
    is_over = Occasion.ENDED in last
    for one in untold:
        if one.seq != last[one.occasion] or (is_over and one.occasion is not Occasion.ENDED):
            continue
        if one.occasion is not Occasion.HELD or one.seq == _hold(file):
            yield one


def _hold(file: File) -> int:
    """The entry by which it holds now, 0 when it does not."""
    if file.run.stand is not Stand.HELD:
        return 0
    return max(entry.seq for entry in file.entries if isinstance(entry.event, Held))


def _failing(file: File, told: frozenset[str]) -> Iterator[Saying]:
    """Each canary URL once, when it begins to fail. It says nothing of the journal, so it belongs to no entry; the end counts them all."""
    run = file.run
    for one in file.urls:
        what = f"canary-url:{hashlib.sha256(one.url.encode()).hexdigest()[:8]}"
        if one.first_failed_at is not None and what not in told and not run.is_over:
            yield Saying(occasion=Occasion.URL_FAILS, what=what, seq=0, at=one.first_failed_at, run=run, about=one)


def _again(file: File, told: frozenset[str], untold: list[Saying], now: datetime) -> Iterator[Saying]:
    seq, run = _hold(file), file.run
    if not seq or run.held_at is None or any(one.seq == seq for one in untold):
        return
    hours = (now - run.held_at) // AGAIN
    if hours and _hour(seq, hours) not in told:
        at = run.held_at + hours * AGAIN
        yield Saying(occasion=Occasion.STILL_HELD, what=_hour(seq, hours), seq=seq, at=at, run=run, about=run.held)


def _hour(seq: int, number: int) -> str:
    return f"hold:{seq}:{number}"
