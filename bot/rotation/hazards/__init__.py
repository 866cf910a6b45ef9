"""Everything that may stand in the way of a rotation, in the order in which it is told among its equals."""

from typing import Final

from bot.rotation.hazard import HazardKind
from bot.rotation.hazards.left_to_people import LEFT_TO_PEOPLE
from bot.rotation.hazards.mixed_versions import MIXED_VERSIONS
from bot.rotation.hazards.newer_sidecars import NEWER_SIDECARS
from bot.rotation.hazards.owned_objects import OWNED_OBJECTS
from bot.rotation.hazards.reading_ends import READING_ENDS
from bot.rotation.hazards.restless_sentry import RESTLESS_SENTRY
from bot.rotation.hazards.short_of_time import SHORT_OF_TIME
from bot.rotation.hazards.single_pods import SINGLE_PODS
from bot.rotation.hazards.stale_already import STALE_ALREADY
from bot.rotation.hazards.untidy_pair import UNTIDY_PAIR

HAZARDS: Final[tuple[HazardKind, ...]] = (
    OWNED_OBJECTS,
    NEWER_SIDECARS,
    READING_ENDS,
    RESTLESS_SENTRY,
    SHORT_OF_TIME,
    MIXED_VERSIONS,
    SINGLE_PODS,
    LEFT_TO_PEOPLE,
    STALE_ALREADY,
    UNTIDY_PAIR,
)
