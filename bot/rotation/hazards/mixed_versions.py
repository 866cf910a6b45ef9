"""Is an upgrade on its way? Two things at once are hard to tell apart when one of them goes wrong."""

from collections.abc import Iterator
from typing import Final

from bot.model import control_plane, phrases
from bot.model.rotation import Force, Hazard
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "mixed-versions"


def look(situation: Situation) -> Iterator[Hazard]:
    """Versions of the control plane, by the tags of its images."""
    found = {one.name: one.version for one in control_plane.components(situation.snapshot) if one.version}
    several = len(control_plane.sentry_versions(situation.snapshot)) > 1
    if len(set(found.values())) > 1 or several:
        told = phrases.listed([f"{name} {version}" for name, version in sorted(found.items())])
        yield Hazard(
            id=ID,
            force=Force.ASKS,
            fact=f"The control plane runs in several versions: {told}",
            advice="Finish the upgrade first.",
        )


MIXED_VERSIONS = HazardKind(id=ID, look=look)
