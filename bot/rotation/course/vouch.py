"""The old issuer vouches for the new root: its key signs one certificate, after approval, once."""

from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Doing, Done, Outcome, Stage
from bot.rotation.sight import Sight


def look(sight: Sight, _: str) -> Outcome:
    """Done once every pair lies sealed in the cluster."""
    if not sight.run.pairs:
        return Doing(Stage(), "the old issuer signs the cross-certificate")
    return Done(f"new root {sight.bound.root[:8]}, new issuer {sight.bound.issuer[:8]}")


VOUCH = CourseStep(id="vouch", look=look)
