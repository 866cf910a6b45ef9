"""How far a run is, as people ask: which step of how many, how much of the work, until when, and what may be done about it. Pure."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model.rotation import WAIT, Plan, Step, Undo
from bot.model.run import File, Run, Stand, Way

ROUNDED: Final = timedelta(minutes=1)
"""An end that is only estimated is told to the minute above: a card is not edited for seconds."""
GATES: Final = frozenset({"write-pair", "control-plane", "drop-old-root"})
"""Steps whose end people hear of while the run goes on: behind each of them something else is possible, or no longer."""
NEW: Final = "new"
"""The pair that holds the new CA alone."""
WHOLE: Final = 100


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """``number`` of ``of`` steps, from 1; 0 for one that is none of the plan's. ``title``: what holds when it is done, outside text.

    ``percent``: of the work, without the wait for old certificates; 100 only at the very end. ``ends_at``: an estimate, None where
    nobody can know: it stands still, or goes back.
    """

    number: int
    of: int
    title: str
    percent: int
    ends_at: datetime | None = None


def progress(file: File, run: Run, now: datetime) -> Progress:
    """``run``: what the file comes to, or came to when something was said about it."""
    steps = file.dossier.plan.steps
    here = current(file.dossier.plan, run)
    title = here.title if here else named(run.step)
    number = steps.index(here) + 1 if here else 0
    return Progress(number=number, of=len(steps), title=title, percent=_percent(steps, run, here), ends_at=_end(file, run, now))


def current(plan: Plan, run: Run) -> Step | None:
    """The step that is not done yet; None when it is none of the plan's (it goes back) or all are done."""
    if run.back:
        return next((one for one in plan.steps if one.id == run.step and one.id not in run.done), None)
    return next((one for one in plan.steps if one.id not in run.done), plan.steps[-1] if plan.steps else None)


def named(step: str) -> str:
    """A step that no plan tells of, by its id: "back-pair" is "back pair"."""
    return step.replace("-", " ") or "the start"


def undo(plan: Plan, run: Run) -> Undo:
    """What going back means now: as at the end of the last step that is done, or of one that has begun to write."""
    if not run.has_written:
        return Undo.UNCHANGED
    ended = [one.undo for one in plan.steps if one.id in run.done]
    last = ended[-1] if ended else Undo.UNCHANGED
    here = current(plan, run)
    if here is not None and (last is Undo.UNCHANGED or run.pair == NEW):
        return here.undo
    return last if last is not Undo.UNCHANGED else Undo.OLD_ISSUER


def ways(plan: Plan, run: Run) -> tuple[Way, ...]:
    """What people may choose now, the first first. The engine asks its own rules again."""
    match run.stand:
        case Stand.RUNNING:
            return (Way.PAUSE,) if run.back else (Way.PAUSE, Way.ABORT)
        case Stand.HELD:
            return run.held.ways if run.held else ()
        case Stand.PAUSED if run.back:
            return (Way.RESUME,)
        case Stand.PAUSED if not run.has_written:
            return (Way.RESUME, Way.ABORT)
        case Stand.PAUSED:
            return (Way.RESUME,) if undo(plan, run) is Undo.NO_MORE else (Way.RESUME, Way.REVERT)
        case _:
            return ()


def _percent(steps: tuple[Step, ...], run: Run, here: Step | None) -> int:
    if run.stand is Stand.DONE:
        return WHOLE
    work = {one.id: one.takes / timedelta(seconds=1) for one in steps if one.id != WAIT}
    done = sum(weight for id_, weight in work.items() if id_ in run.done)
    counted = run.counted
    if here is not None and counted is not None and counted.step == here.id and counted.of > 0:
        done += work.get(here.id, 0) * min(counted.done / counted.of, 1)
    return min(int(WHOLE * done / sum(work.values())), WHOLE - 1) if sum(work.values()) else 0


def _end(file: File, run: Run, now: datetime) -> datetime | None:
    if run.stand is not Stand.RUNNING or run.back:
        return None
    plan = file.dossier.plan
    here = current(plan, run)
    ahead = sum((one.takes for one in plan.steps if one.id not in run.done and one is not here), timedelta())
    end = max(_step_end(here, run, now), now) + ahead
    return datetime.fromtimestamp(-(-end.timestamp() // ROUNDED.total_seconds()) * ROUNDED.total_seconds(), end.tzinfo)


def _step_end(here: Step | None, run: Run, now: datetime) -> datetime:
    if here is None:
        return now
    if run.counted is not None and run.counted.step == here.id and run.counted.until is not None:
        return run.counted.until
    return run.begun.get(here.id, now) + here.takes
