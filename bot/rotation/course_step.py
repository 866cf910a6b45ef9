"""A step of a run: one question about a Sight, and what to do while its answer is not "done"."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.rotation.outcome import Outcome
from bot.rotation.sight import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStep:
    """``id``: as in the plan's steps (bot/rotation/steps.py); ``look``: pure. The waves of a plan are looked at by one of these."""

    id: str
    look: Callable[[Sight, str], Outcome]
