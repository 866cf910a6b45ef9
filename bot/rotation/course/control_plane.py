"""The control plane trusts the roots that the ConfigMap holds now."""

from bot.rotation import components
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Outcome
from bot.rotation.sight import Sight


def look(sight: Sight, step: str) -> Outcome:
    """Injector, operator, placement, scheduler, in turn."""
    return components.look(sight, step)


CONTROL_PLANE = CourseStep(id="control-plane", look=look)
