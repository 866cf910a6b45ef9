"""The course of a run: its steps in order, and what is to be done next. Pure."""

from collections.abc import Mapping
from typing import Final

from bot.rotation.course.admission import ADMISSION
from bot.rotation.course.again import AGAIN
from bot.rotation.course.back import NEW_LEAVES, RETURN_PAIR, SENTRY_BACK, WRITE_BACK
from bot.rotation.course.backup import BACKUP
from bot.rotation.course.control_plane import CONTROL_PLANE
from bot.rotation.course.drop import DROP
from bot.rotation.course.old_leaves import OLD_LEAVES
from bot.rotation.course.preflight import PREFLIGHT
from bot.rotation.course.proof import PROOF
from bot.rotation.course.sentry import SENTRY
from bot.rotation.course.vouch import VOUCH
from bot.rotation.course.wave import WAVE
from bot.rotation.course.without_sidecar import WITHOUT_SIDECAR
from bot.rotation.course.write_pair import WRITE_PAIR
from bot.rotation.course_step import CourseStep

STEPS: Final[tuple[CourseStep, ...]] = (
    PREFLIGHT,
    BACKUP,
    VOUCH,
    WRITE_PAIR,
    SENTRY,
    CONTROL_PLANE,
    ADMISSION,
    WITHOUT_SIDECAR,
    WAVE,
    OLD_LEAVES,
    DROP,
    AGAIN,
    PROOF,
    WRITE_BACK,
    SENTRY_BACK,
    NEW_LEAVES,
    RETURN_PAIR,
)
_BY_ID: Final[Mapping[str, CourseStep]] = {one.id: one for one in STEPS}


def of(step: str) -> CourseStep:
    """Who looks at a step of a plan. LookupError for one that this version does not know: such a plan is held, and never guessed at."""
    return _BY_ID[WAVE.id] if step == "canary" or step.startswith("wave-") else _BY_ID[step]
